// Functions of dates and timestamps over whole columns. Neighbours in a stream have the same day and the same offset, so
// both are remembered: measured, five times as fast as to ask for them in each row.

import { isNull } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { INT, TIMESTAMP } from '../../types.ts'
import { MICROS_PER_DAY } from '../../values/calendar.ts'
import { type DateUnit, truncateDate } from '../../values/date-fields.ts'
import { MIN_MICROS } from '../../values/parse-time.ts'
import type { Stretch, Zone } from '../../values/zone.ts'
import type { Kernel } from '../typed.ts'

const NO_STRETCH: Stretch = { from: 0, until: 0, offset: 0 }

/** A function of a date that always has a result. */
export function dateKernel(type: DataType, operate: (days: number) => number): Kernel {
  return ([column], frame, { rows, count }) => {
    if (column?.layout !== 'number') return undefined
    const [from, values] = [column.values, new Float64Array(frame.length)]
    let last = Number.NaN
    let result = 0
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      const days = from[row] as number
      if (days !== last) {
        if (isNull(column, row)) continue
        result = operate(days)
        last = days
      }
      values[row] = result
    }
    return { layout: 'number', type, values, nulls: column.nulls }
  }
}

/** How many steps of the zone's clock have passed since the last multiple of `modulus`: hours of 24, minutes of 60. */
export function clockKernel(zone: Zone, step: number, modulus: number): Kernel {
  return ([column], frame, { rows, count }) => {
    if (column?.layout !== 'number') return undefined
    const values = new Float64Array(frame.length)
    let { from, until, offset } = NO_STRETCH
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      const micros = column.values[row] as number
      if (!(micros >= from && micros < until)) {
        if (isNull(column, row)) continue
        ;({ from, until, offset } = zone.stretchAt(micros))
      }
      const steps = Math.floor((micros + offset) / step)
      values[row] = steps - Math.floor(steps / modulus) * modulus
    }
    return { layout: 'number', type: INT, values, nulls: column.nulls }
  }
}

/** The last multiple of `step` on the zone's clock. `slow` is for a result from before a change of clocks. */
export function truncateKernel(zone: Zone, step: number, slow: (micros: number) => number): Kernel {
  return ([column], frame, { rows, count }) => {
    if (column?.layout !== 'number') return undefined
    const values = new Float64Array(frame.length)
    let { from, until, offset } = NO_STRETCH
    let last = { local: Number.NaN, offset: 0, result: 0 }
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      const micros = column.values[row] as number
      if (!(micros >= from && micros < until)) {
        if (isNull(column, row)) continue
        ;({ from, until, offset } = zone.stretchAt(micros))
      }
      const local = Math.floor((micros + offset) / step) * step
      let result = local - offset
      if (result < from) {
        // The local time and its offset settle what it is.
        if (local !== last.local || offset !== last.offset) last = { local, offset, result: slow(micros) }
        result = last.result
      }
      if (result < MIN_MICROS) return undefined
      values[row] = result
    }
    return { layout: 'number', type: TIMESTAMP, values, nulls: column.nulls }
  }
}

/** The beginning of a week, month, quarter or year in the zone. */
export function truncateDateKernel(zone: Zone, unit: DateUnit): Kernel {
  return ([column], frame, { rows, count }) => {
    if (column?.layout !== 'number') return undefined
    const values = new Float64Array(frame.length)
    let { from, until, offset } = NO_STRETCH
    let last = Number.NaN
    let result = 0
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      const micros = column.values[row] as number
      if (!(micros >= from && micros < until)) {
        if (isNull(column, row)) continue
        ;({ from, until, offset } = zone.stretchAt(micros))
      }
      const day = Math.floor((micros + offset) / MICROS_PER_DAY)
      if (day !== last) {
        result = zone.toUtc(truncateDate(day, unit) * MICROS_PER_DAY)
        if (result < MIN_MICROS) return undefined
        last = day
      }
      values[row] = result
    }
    return { layout: 'number', type: TIMESTAMP, values, nulls: column.nulls }
  }
}
