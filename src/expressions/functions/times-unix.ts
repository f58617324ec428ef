// Times as numbers: seconds, milliseconds and microseconds since 1970-01-01T00:00Z, and days since 1970-01-01.

import { BIGINT, DATE, type DataType, INT, TIMESTAMP } from '../../types.ts'
import { MICROS_PER_SECOND } from '../../values/calendar.ts'
import { powerOfTen } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { isIntegral, isNumeric } from '../analysis/numeric.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Entry, strict } from './definition.ts'
import { int, type Parameter } from './parameters.ts'
import { withinYears } from './times-fault.ts'

export function unixFunctions(): readonly Entry[] {
  return [
    strict('unix_date', [exactly('date', DATE)], INT, (days: number) => days),
    strict('date_from_unix_date', [int], DATE, (days: number) => days),
    toNumber('unix_seconds', MICROS_PER_SECOND),
    toNumber('unix_millis', 1000),
    toNumber('unix_micros', 1),
    ['timestamp_seconds', { parameters: [number], resolve: ([seconds]) => ofSeconds(seconds) }],
    fromNumber('timestamp_millis', 1000),
    fromNumber('timestamp_micros', 1),
  ]
}

/** Spark casts nothing to what these functions take, but NULL; a variant is read as it. */
function exactly(kind: DataType['kind'], type: DataType): Parameter {
  return {
    wants: kind,
    accepts: (from) => (from.kind === kind || from.kind === 'void' || from.kind === 'variant' ? type : undefined),
  }
}

const integer: Parameter = {
  wants: 'an integer',
  accepts: (from) => (isIntegral(from) ? from : isUntyped(from) ? BIGINT : undefined),
}

const number: Parameter = {
  wants: 'a number',
  accepts: (from) => (isNumeric(from) ? from : isUntyped(from) ? BIGINT : undefined),
}

function isUntyped({ kind }: DataType): boolean {
  return kind === 'void' || kind === 'variant'
}

/** Rounded down. */
function toNumber(name: string, unit: number): Entry {
  const apply = (micros: number) => BigInt(Math.floor(micros / unit))
  return strict(name, [exactly('timestamp', TIMESTAMP)], BIGINT, apply)
}

function fromNumber(name: string, unit: number): Entry {
  const apply = (value: number | bigint) => withinYears(Number(value) * unit, String(value))
  return strict(name, [integer], TIMESTAMP, apply)
}

/** Fractions of doubles are cut; those of decimals are not. */
function ofSeconds(seconds: Node | undefined) {
  const type = seconds?.type
  const apply = (value: number | bigint): number | null => {
    if (type?.kind === 'decimal') return ofDecimal(value as bigint, type.scale)
    if (typeof value === 'number' && !Number.isFinite(value)) return null
    return withinYears(Math.trunc(Number(value) * MICROS_PER_SECOND), String(value))
  }
  const scalar: Scalar = { name: 'timestamp_seconds', nulls: 'strict', apply: apply as Scalar['apply'] }
  return { type: TIMESTAMP, scalar }
}

function ofDecimal(unscaled: bigint, scale: number): number {
  const scaled = unscaled * BigInt(MICROS_PER_SECOND)
  if (scaled % powerOfTen(scale) !== 0n) throw new RowFault('E_OVERFLOW', 'a timestamp has no part of a microsecond')
  return withinYears(Number(scaled / powerOfTen(scale)), 'the number of seconds')
}
