// Interval literals: `INTERVAL 1 DAY`, `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 day 2 hours'`.

import { type DataType, type DayTimeUnit, dayTimeInterval, type YearMonthUnit, yearMonthInterval } from '../../types.ts'
import { DAY_TIME_UNITS, MICROS_OF } from '../../values/interval-text.ts'
import {
  type IntervalFault,
  isIntervalFault,
  parseCalendarInterval,
  parseDayTime,
  parseYearMonth,
} from '../../values/parse-interval.ts'
import { ExpressionError } from '../error.ts'
import type { IntervalField, Span, Syntax } from '../syntax/tree.ts'
import { intervalUnit, isYearMonth } from '../syntax/units.ts'
import { literal, type Node } from '../typed.ts'
import { mismatch } from './coerce.ts'

type IntervalSyntax = Extract<Syntax, { kind: 'interval' }>

export function intervalLiteral(syntax: IntervalSyntax): Node {
  const { written } = syntax
  switch (written.form) {
    case 'range':
      return ofRange(written.value, written.from, written.to, syntax)
    case 'units':
      return ofUnits(written.parts.map(({ value, unit }) => `${value} ${unit}`).join(' '), syntax)
    case 'text':
      return ofUnits(written.text, syntax)
    default:
      return written satisfies never
  }
}

function ofRange(value: string, from: IntervalField, to: IntervalField, at: Span): Node {
  if (isYearMonthUnit(from) && isYearMonthUnit(to)) {
    const type = yearMonthInterval(from, to)
    return literal(orMistake(parseYearMonth(value, type), value, at), type)
  }
  if (isYearMonthUnit(from) || isYearMonthUnit(to)) throw mixed(at)
  const type = dayTimeInterval(from, to)
  return literal(orMistake(parseDayTime(value, type), value, at), type)
}

function isYearMonthUnit(unit: IntervalField): unit is YearMonthUnit {
  return isYearMonth(unit)
}

/** Amounts with their units; the type is that from the largest to the smallest of these. */
function ofUnits(text: string, at: Span): Node {
  const { months, days, microseconds } = orMistake(parseCalendarInterval(text), text, at)
  const units = text.split(/\s+/).flatMap((word) => fieldOf(word) ?? [])
  const years = (['year', 'month'] as const).filter((unit) => units.includes(unit))
  const times = DAY_TIME_UNITS.filter((unit) => units.includes(unit))
  if (years.length > 0 && times.length > 0) throw mixed(at)
  if (years.length > 0) return literal(months, rangeOf(years, yearMonthInterval))
  const micros = BigInt(days) * MICROS_OF.day + microseconds
  if (micros !== BigInt.asIntN(64, micros)) orMistake('range', text, at)
  return literal(micros, rangeOf<DayTimeUnit>(times, dayTimeInterval))
}

function rangeOf<Unit>(units: readonly Unit[], make: (from: Unit, to: Unit) => DataType): DataType {
  return make(units[0] as Unit, units.at(-1) as Unit)
}

/** Weeks count as days, and parts of a second as seconds. */
function fieldOf(word: string): IntervalField | undefined {
  const unit = intervalUnit(word)
  switch (unit) {
    case 'week':
      return 'day'
    case 'millisecond':
    case 'microsecond':
    case 'nanosecond':
      return 'second'
    default:
      return unit
  }
}

function mixed(at: Span): ExpressionError {
  const hint = 'add one after the other: `t + INTERVAL 1 MONTH + INTERVAL 2 DAYS`'
  return new ExpressionError('E_SYNTAX', 'an interval is of years and months, or of days and times', at, hint)
}

function orMistake<T>(parsed: T | IntervalFault, text: string, at: Span): T {
  if (!isIntervalFault(parsed)) return parsed
  const what = parsed === 'form' ? 'is no such interval' : 'is out of range for an interval'
  throw mismatch(`'${text}' ${what}`, at, "examples: INTERVAL 1 DAY, INTERVAL '1-2' YEAR TO MONTH")
}
