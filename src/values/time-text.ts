// Timestamps as text that sorts as they do.

import { timestampParts } from './calendar.ts'

/** `2026-01-01T00:00:00.000000`. */
export function localText(micros: number): string {
  const { date, time, fraction } = timestampParts(micros)
  return `${date}T${time}.${fraction}`
}
