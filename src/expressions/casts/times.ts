// Casts between dates, timestamps and numbers.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { dateText, MICROS_PER_DAY, MICROS_PER_SECOND } from '../../values/calendar.ts'
import { truncateScale } from '../../values/decimal.ts'
import { MAX_MICROS, MIN_MICROS } from '../../values/parse-time.ts'
import { renderer } from '../../values/to-string.ts'
import { UTC, type Zone } from '../../values/zone.ts'
import { isNumeric } from '../analysis/numeric.ts'
import { castFault, timeFault } from './fault.ts'
import { numericCast } from './numbers.ts'

type Convert = (value: Value) => Value

/** `written` gives the value as its user knows it. */
export function inRange(micros: number, to: DataType, written: () => string): number {
  if (!(micros >= MIN_MICROS && micros <= MAX_MICROS)) throw timeFault(written(), to)
  return micros
}

export function fromDate(to: DataType, zone: Zone): Convert | undefined {
  const written = (value: Value) => () => dateText(value as number)
  if (to.kind === 'timestamp')
    return (value) => inRange(zone.toUtc((value as number) * MICROS_PER_DAY), to, written(value))
  if (to.kind === 'timestamp_ntz') return (value) => inRange((value as number) * MICROS_PER_DAY, to, written(value))
  return undefined
}

export function fromTimestamp(from: DataType, to: DataType, zone: Zone): Convert | undefined {
  const toLocal = from.kind === 'timestamp' ? zone.toLocal : UTC.toLocal
  switch (to.kind) {
    case 'date':
      return (value) => Math.floor(toLocal(value as number) / MICROS_PER_DAY)
    case 'timestamp':
      return (value) => inRange(zone.toUtc(value as number), to, () => renderer(from, zone)(value))
    case 'timestamp_ntz':
      return (value) => inRange(zone.toLocal(value as number), to, () => renderer(from, zone)(value))
  }
  if (from.kind !== 'timestamp' || !isNumeric(to)) return undefined
  if (to.kind === 'float' || to.kind === 'double') {
    const round = to.kind === 'float' ? Math.fround : (seconds: number) => seconds
    return (value) => round((value as number) / MICROS_PER_SECOND)
  }
  if (to.kind === 'decimal') {
    const convert = numericCast({ kind: 'decimal', precision: 20, scale: MICROS_SCALE }, to)
    return (value) => convert(BigInt(value as number))
  }
  const convert = numericCast({ kind: 'double' }, to)
  return (value) => convert(Math.floor((value as number) / MICROS_PER_SECOND))
}

/** Microseconds are seconds with six digits behind the point. */
const MICROS_SCALE = 6

export function numberToTimestamp(from: DataType): Convert {
  const to: DataType = { kind: 'timestamp' }
  const written = renderer(from, UTC)
  if (from.kind === 'decimal')
    return (value) =>
      inRange(Number(truncateScale(value as bigint, from.scale, MICROS_SCALE)), to, () => written(value))
  return (value) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw castFault(value, to)
    return inRange(Math.trunc(Number(value) * MICROS_PER_SECOND), to, () => written(value))
  }
}
