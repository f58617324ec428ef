// What can be wrong with the arguments of functions of dates and times.

import { abbreviated } from '../../values/decimal.ts'
import { MAX_MICROS, MIN_MICROS } from '../../values/parse-time.ts'
import { RowFault } from '../../values/row-fault.ts'
import { type Zone, zoneOfText } from '../../values/zone.ts'
import { orMistake } from '../analysis/coerce.ts'
import type { Node } from '../typed.ts'
import type { Call } from './definition.ts'

/** A moment that a timestamp holds; `what` was to be made. */
export function withinYears(micros: number, what = 'the result'): number {
  if (micros >= MIN_MICROS && micros <= MAX_MICROS) return micros + 0
  throw new RowFault('E_OVERFLOW', `${what} is out of range for timestamp: the years 1685 to 2255`, 'DATETIME_OVERFLOW')
}

/** A day that a date holds. */
export function withinDates(days: number): number {
  if (days === (days | 0)) return days
  throw new RowFault('E_OVERFLOW', 'the result is out of range for date')
}

function zoneFault(name: string): RowFault {
  return new RowFault('E_TIME', `${JSON.stringify(abbreviated(name))} is no time zone`, 'INVALID_TIMEZONE')
}

/** The zone that a text names, spelt as Spark wants it. */
export function zoneNamed(name: string): Zone {
  const found = zoneOfText(name)
  if (found === undefined) throw zoneFault(name)
  return found
}

/**
 * A function of texts that are mostly the same. It is called once where the argument is a literal, and what is wrong with it
 * is then a mistake in the expression; else it is called for each text that is not the one before.
 */
export function ofText<T>(node: Node | undefined, call: Call, make: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly made: T } | undefined
  const remembered = (text: string): T => {
    if (last?.text !== text) last = { text, made: make(text) }
    return last.made
  }
  if (node?.kind === 'literal' && typeof node.value === 'string') {
    const { value } = node
    orMistake(() => remembered(value), call)
  }
  return remembered
}
