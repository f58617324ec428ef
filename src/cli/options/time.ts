// Times as people write them on the command line.

import { parseTimestamp } from '../../values/parse-time.ts'
import { zone } from '../../values/zone.ts'

const TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?(Z|[+-]\d{2}(:?\d{2})?)?)?$/

/**
 * `2026-01-31T12:00:00Z`, or without a zone in the pipeline's → epoch milliseconds, the first that is not before;
 * undefined where the text is no time.
 */
export function parseTimeMs(text: string, timeZone: string): number | undefined {
  const local = zone(timeZone)
  if (local === undefined || !TIME.test(text)) return undefined
  const micros = parseTimestamp(text.replace(',', '.'), local)
  return micros === undefined || micros < 0 ? undefined : Math.ceil(micros / 1000)
}

/** With seconds, in UTC. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
