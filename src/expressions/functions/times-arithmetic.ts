// Dates by days and months: add_months, date_add, date_diff, next_day, months_between.

import { DATE, type DataType, DOUBLE, INT, type TypeKind } from '../../types.ts'
import { nextWeekday, weekdayOfText } from '../../values/date-fields.ts'
import { abbreviated } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { addMonths } from '../../values/time-arithmetic.ts'
import { monthsBetween } from '../../values/time-units.ts'
import type { Context } from '../analysis/context.ts'
import { numberKernel } from '../runtime/number-kernel.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Entry, named, type ValueFunction } from './definition.ts'
import { boolean, date, int, type Parameter, text, timestamp } from './parameters.ts'
import { ofText, withinDates } from './times-fault.ts'

export function timeArithmeticFunctions(): readonly Entry[] {
  return [
    ['add_months', numbers('add_months', [date, int], DATE, (day, by) => addMonths(day, by) ?? Number.NaN)],
    ['date_sub', numbers('date_sub', [date, days], DATE, (day, by) => day - by)],
    ...named(['date_add', 'dateadd'], ['', numbers('date_add', [date, days], DATE, (day, by) => day + by)]),
    // Days from the second to the first.
    ...named(['date_diff', 'datediff'], ['', numbers('date_diff', [date, date], INT, (end, start) => end - start)]),
    ['next_day', nextDay],
    ['months_between', { parameters: [timestamp, timestamp, boolean], optional: 1, resolve: monthsEntry }],
  ]
}

/** tinyint, smallint and int, and texts of them: no larger integer, and no fraction. */
const days: Parameter = {
  wants: 'int',
  accepts: ({ kind }) => (DAY_KINDS.includes(kind) ? INT : undefined),
}
const DAY_KINDS: readonly TypeKind[] = ['tinyint', 'smallint', 'int', 'string', 'variant', 'void']

/** A function of two numbers; a date that is none of its type is refused. */
function numbers(
  name: string,
  parameters: readonly Parameter[],
  type: DataType,
  operate: (a: number, b: number) => number,
): ValueFunction {
  // NaN sends the kernel's column to the path that refuses rows.
  const checked = (a: number, b: number): number => {
    const result = operate(a, b)
    return result === (result | 0) ? result : Number.NaN
  }
  const scalar: Scalar = {
    name,
    nulls: 'strict',
    apply: (a, b) => withinDates(operate(a as number, b as number)),
    kernel: (args, frame, selection) => numberKernel(checked, type, args, frame, selection),
  }
  return { parameters, resolve: () => ({ scalar, type }) }
}

const nextDay: ValueFunction = {
  parameters: [date, text],
  resolve([, name], _context, call) {
    const weekday = ofText(name, call, (written) => {
      const found = weekdayOfText(written)
      if (found !== undefined) return found
      throw new RowFault(
        'E_TIME',
        `${JSON.stringify(abbreviated(written))} is no day of the week`,
        'ILLEGAL_DAY_OF_WEEK',
      )
    })
    const apply = (day: number, written: string) => withinDates(nextWeekday(day, weekday(written)))
    return { type: DATE, scalar: { name: 'next_day', nulls: 'strict', apply: apply as Scalar['apply'] } }
  },
}

function monthsEntry(_args: readonly Node[], { zone }: Context) {
  const apply = (a: number, b: number, isRounded = true) => monthsBetween(zone.toLocal(a), zone.toLocal(b), isRounded)
  const scalar: Scalar = { name: 'months_between', nulls: 'strict', total: true, apply: apply as Scalar['apply'] }
  return { type: DOUBLE, scalar }
}
