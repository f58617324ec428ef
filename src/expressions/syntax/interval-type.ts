// The types that follow INTERVAL: `interval`, `interval day`, `interval year to month`.

import { type DataType, dayTimeInterval, INTERVAL, yearMonthInterval } from '../../types.ts'
import type { Tokens } from './tokens.ts'

const YEAR_MONTH = ['year', 'month'] as const
const DAY_TIME = ['day', 'hour', 'minute', 'second'] as const

/** What stands behind the word INTERVAL. */
export function intervalType(tokens: Tokens): DataType {
  return rangeOf(tokens, YEAR_MONTH, yearMonthInterval) ?? rangeOf(tokens, DAY_TIME, dayTimeInterval) ?? INTERVAL
}

function rangeOf<Unit extends string>(
  tokens: Tokens,
  units: readonly Unit[],
  make: (from: Unit, to: Unit) => DataType,
): DataType | undefined {
  const from = units.find((unit) => tokens.takeWord(unit.toUpperCase()))
  if (from === undefined) return undefined
  if (!tokens.takeWord('TO')) return make(from, from)
  const smaller = units.slice(units.indexOf(from) + 1)
  const to = smaller.find((unit) => tokens.takeWord(unit.toUpperCase()))
  if (to === undefined) throw tokens.unexpected(smaller.length === 0 ? 'no TO' : smaller.join(' or ').toUpperCase())
  return make(from, to)
}
