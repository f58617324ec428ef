// Casts between types that are numbers, for whole columns: dates, timestamps and integers.

import { type DataType, typeName } from '../../types.ts'
import { MICROS_PER_DAY } from '../../values/calendar.ts'
import { MAX_MICROS, MIN_MICROS } from '../../values/parse-time.ts'
import type { Zone } from '../../values/zone.ts'
import type { Kernel } from '../typed.ts'

/** NaN: the value has no such counterpart, or not by this way. */
type Convert = (value: number) => number

/** Undefined for pairs of types without a short way; the kernel is undefined where a value has no counterpart. */
export function timeKernel(from: DataType, to: DataType, zone: Zone): Kernel | undefined {
  const convert = timeConversion(from, to, zone)
  return convert && numberKernel(to, convert)
}

function timeConversion(from: DataType, to: DataType, zone: Zone): Convert | undefined {
  switch (`${typeName(from)} to ${typeName(to)}`) {
    case 'timestamp to date':
      return (micros) => Math.floor(zone.toLocal(micros) / MICROS_PER_DAY)
    case 'timestamp_ntz to date':
      return (micros) => Math.floor(micros / MICROS_PER_DAY)
    case 'timestamp to timestamp_ntz':
      return (micros) => inRange(zone.toLocal(micros))
    case 'timestamp_ntz to timestamp':
      return (micros) => inRange(zone.toUtc(micros))
    case 'date to timestamp':
      return (days) => inRange(zone.toUtc(days * MICROS_PER_DAY))
    case 'date to timestamp_ntz':
      return (days) => inRange(days * MICROS_PER_DAY)
    default:
      return undefined
  }
}

function inRange(micros: number): number {
  return micros >= MIN_MICROS && micros <= MAX_MICROS ? micros : Number.NaN
}

function numberKernel(to: DataType, convert: Convert): Kernel {
  return ([column], frame, { rows, count }) => {
    if (column?.layout !== 'number') return undefined
    const { nulls } = column
    const values = new Float64Array(frame.length)
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      if (nulls !== null && nulls[row] === 1) continue
      const value = convert(column.values[row] as number)
      if (Number.isNaN(value)) return undefined
      values[row] = value
    }
    return { layout: 'number', type: to, values, nulls }
  }
}
