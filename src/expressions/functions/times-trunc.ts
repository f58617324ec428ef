// date_trunc and trunc: the beginning of the unit of time that a moment or a date is in.

import { DATE, TIMESTAMP } from '../../types.ts'
import { MICROS_PER_DAY } from '../../values/calendar.ts'
import { truncateDate } from '../../values/date-fields.ts'
import { CLOCK_UNITS, isDateUnit, type TruncUnit, truncateTime, truncUnit } from '../../values/time-units.ts'
import { UTC, type Zone } from '../../values/zone.ts'
import type { Kernel, Scalar } from '../typed.ts'
import type { Entry, ValueFunction } from './definition.ts'
import { date, text, timestamp } from './parameters.ts'
import { ofText, withinDates, withinYears } from './times-fault.ts'
import { truncateDateKernel, truncateKernel } from './times-kernels.ts'

export function truncFunctions(): readonly Entry[] {
  return [
    ['date_trunc', dateTrunc],
    ['trunc', trunc],
  ]
}

/** NULL for a unit that there is not. */
const dateTrunc: ValueFunction = {
  parameters: [text, timestamp],
  resolve([unit], { zone }, call) {
    const unitOf = ofText(unit, call, truncUnit)
    const apply = (name: string, micros: number) => {
      const known = unitOf(name)
      return known === undefined ? null : withinYears(truncateTime(micros, known, zone))
    }
    const scalar: Scalar = { name: 'date_trunc', nulls: 'strict', apply: apply as Scalar['apply'] }
    const known = unit?.kind === 'literal' && typeof unit.value === 'string' ? truncUnit(unit.value) : undefined
    if (known === undefined) return { scalar, type: TIMESTAMP }
    const kernel = truncationKernel(known, zone)
    return {
      scalar: { ...scalar, kernel: ([, column], frame, rows) => column && kernel([column], frame, rows) },
      type: TIMESTAMP,
    }
  },
}

function truncationKernel(unit: TruncUnit, zone: Zone): Kernel {
  if (isDateUnit(unit)) return truncateDateKernel(zone, unit)
  const slow = (micros: number) => truncateTime(micros, unit, zone)
  const step = unit === 'DAY' ? MICROS_PER_DAY : CLOCK_UNITS[unit]
  // Offsets are whole seconds.
  return truncateKernel(step <= CLOCK_UNITS.SECOND ? UTC : zone, step, slow)
}

/** NULL for a unit that there is not, or that is no longer than a day. */
const trunc: ValueFunction = {
  parameters: [date, text],
  resolve([, unit], _context, call) {
    const unitOf = ofText(unit, call, truncUnit)
    const apply = (days: number, name: string) => {
      const known = unitOf(name)
      return known === undefined || !isDateUnit(known) ? null : withinDates(truncateDate(days, known))
    }
    return { scalar: { name: 'trunc', nulls: 'strict', apply: apply as Scalar['apply'] }, type: DATE }
  },
}
