// Strings → intervals, in the forms that Spark's casts and literals accept (IntervalUtils).

import type { CalendarInterval } from '../column.ts'
import type { DayTimeInterval, DayTimeUnit, YearMonthInterval } from '../types.ts'
import { DAY_TIME_UNITS, MICROS_OF } from './interval-text.ts'
import { trimAll } from './trim.ts'

const MONTHS_PER_YEAR = 12
const MAX_YEARS = 178_956_970

function isInt(value: number): boolean {
  return value === (value | 0)
}

/** Why a text is no interval: `form`, it is none at all; `range`, a part of it is too large. */
export type IntervalFault = 'form' | 'range'

export function isIntervalFault(result: unknown): result is IntervalFault {
  return typeof result === 'string'
}

/** What stands around the digits: `INTERVAL '…' YEAR TO MONTH`, with a sign before the quote. */
function unquoted(text: string, { from, to }: YearMonthInterval | DayTimeInterval): readonly [string, boolean] {
  const trimmed = trimAll(text)
  const match = /^interval\s+([+-])?'([^']*)'\s+(\w+)(?:\s+to\s+(\w+))?$/i.exec(trimmed)
  if (match === null) return [trimmed, false]
  const [, sign, digits = '', first = '', last = first] = match
  const isOfType = first.toLowerCase() === from && last.toLowerCase() === to
  return [isOfType ? digits : '', sign === '-']
}

/** Months: `1-2`, `14`, `INTERVAL -'1-2' YEAR TO MONTH`. */
export function parseYearMonth(text: string, type: YearMonthInterval): number | IntervalFault {
  const [digits, isNegated] = unquoted(text, type)
  const match = (type.from === type.to ? /^([+-])?(\d+)()$/ : /^([+-])?(\d+)-(\d+)$/).exec(digits)
  if (match === null) return 'form'
  const [, sign, first, second] = match
  const [large, small] = [Number(first), Number(second)]
  if (type.from !== type.to && (large > MAX_YEARS || small >= MONTHS_PER_YEAR)) return 'range'
  const magnitude = type.from === 'month' ? large : large * MONTHS_PER_YEAR + small
  const months = (sign === '-') === isNegated ? magnitude : -magnitude
  return isInt(months) ? months + 0 : 'range'
}

/** By unit, what its amount is below where a larger one stands before it. */
const BELOW: Readonly<Record<DayTimeUnit, bigint>> = { day: 0n, hour: 24n, minute: 60n, second: 60n }

/** By unit, how many digits Spark reads where it stands alone. */
const DIGITS: Readonly<Record<DayTimeUnit, number>> = { day: 9, hour: 10, minute: 12, second: 13 }

/** Microseconds: `1 02:03:04.5`, `26`, `INTERVAL '02:03' HOUR TO MINUTE`. Digits behind the microsecond are dropped. */
export function parseDayTime(text: string, type: DayTimeInterval): bigint | IntervalFault {
  const [written, isNegated] = unquoted(text, type)
  const units = DAY_TIME_UNITS.slice(DAY_TIME_UNITS.indexOf(type.from), DAY_TIME_UNITS.indexOf(type.to) + 1)
  const match = patternOf(units).exec(written)
  if (match === null) return 'form'
  const [, sign, ...amounts] = match
  if (units.length === 1 && (amounts[0] as string).length > DIGITS[type.from]) return 'form'
  let micros = BigInt((amounts[units.length] ?? '').slice(1, 7).padEnd(6, '0'))
  for (const [i, unit] of units.entries()) {
    const amount = BigInt(amounts[i] as string)
    if (i > 0 && amount >= BELOW[unit]) return 'range'
    micros += amount * MICROS_OF[unit]
  }
  if ((sign === '-') !== isNegated) micros = -micros
  return micros === BigInt.asIntN(64, micros) ? micros : 'range'
}

/** A sign, the amount of each unit, and the fraction of the seconds. */
function patternOf(units: readonly DayTimeUnit[]): RegExp {
  const parts = units.map((unit, i) => {
    const separator = i === 0 ? '' : units[i - 1] === 'day' ? ' ' : ':'
    return `${separator}(\\d${i === 0 ? '+' : '{1,2}'})${unit === 'second' ? '(\\.\\d{1,9})?' : ''}`
  })
  return new RegExp(`^([+-])?${parts.join('')}$`)
}

/** One amount and its unit. A fraction has up to nine digits; only seconds have one. */
const PART = /(?:([+-])\s*)?(\d*)(?:(\.)(\d{0,9}))?\s+([a-z]+)(?:\s+|$)/y

/** By unit in the singular: months, days and microseconds that one is. */
const UNITS: Readonly<Record<string, readonly [months: bigint, days: bigint, microseconds: bigint]>> = {
  year: [12n, 0n, 0n],
  month: [1n, 0n, 0n],
  week: [0n, 7n, 0n],
  day: [0n, 1n, 0n],
  hour: [0n, 0n, MICROS_OF.hour],
  minute: [0n, 0n, MICROS_OF.minute],
  second: [0n, 0n, MICROS_OF.second],
  millisecond: [0n, 0n, 1000n],
  microsecond: [0n, 0n, 1n],
}

/** `1 year -2 months 3.5 seconds`, with or without INTERVAL before it (IntervalUtils.stringToInterval). */
export function parseCalendarInterval(text: string): CalendarInterval | IntervalFault {
  const written = trimAll(text)
    .toLowerCase()
    .replace(/^interval\s+/, '')
  const sums: [bigint, bigint, bigint] = [0n, 0n, 0n]
  if (written === '') return 'form'
  PART.lastIndex = 0
  while (PART.lastIndex < written.length) {
    const match = PART.exec(written)
    if (match === null) return 'form'
    const [, sign, whole = '', point, fraction = '', name = ''] = match
    const unit = UNITS[name.replace(/s$/, '')]
    const isMissing = whole === '' && (point === undefined || (fraction === '' && sign === undefined))
    if (unit === undefined || isMissing || whole.length > MAX_DIGITS) return 'form'
    if (point !== undefined && !/^seconds?$/.test(name)) return 'form'
    const micros = BigInt(fraction.slice(0, 6).padEnd(6, '0'))
    for (let i = 0; i < sums.length; i++) {
      const amount = BigInt(whole) * (unit[i] as bigint) + (i === 2 ? micros : 0n)
      sums[i] = (sums[i] as bigint) + (sign === '-' ? -amount : amount)
    }
  }
  const [months, days, microseconds] = sums
  const fits = isInt(Number(months)) && isInt(Number(days)) && microseconds === BigInt.asIntN(64, microseconds)
  return fits ? { months: Number(months), days: Number(days), microseconds } : 'range'
}

/** More digits are no 64-bit amount. */
const MAX_DIGITS = 30
