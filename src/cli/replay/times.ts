// Times on the command line, in the grammar of `rpk topic consume --offset`: instants, and durations from now.

import { parseDurationMs } from '../../duration.ts'

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** Epoch milliseconds; undefined where the text is no time. `now`, and what durations count from, are milliseconds too. */
export function parseTime(text: string, now: number): number | undefined {
  return parseInstant(text, now) ?? parseShift(text, now)
}

export interface TimeRange {
  /** Null: from the beginning. */
  readonly from: number | null
  /** Null: no end was given. */
  readonly to: number | null
}

/**
 * `t`, `t1:t2`, `t1:`, `:t2`: what stands behind the @. A duration for t2 counts from t1 where t1 is an instant, else from
 * now; `end` is now. Undefined where it is none of them.
 */
export function parseTimeRange(text: string, now: number): TimeRange | undefined {
  const single = parseTime(text, now)
  if (single !== undefined) return { from: single, to: null }
  // Times contain colons too.
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    const [before, after] = [text.slice(0, at), text.slice(at + 1)]
    const instant = parseInstant(before, now)
    const from = before === '' ? null : (instant ?? parseShift(before, now))
    const to = after === '' ? null : (parseInstant(after, now) ?? parseShift(after, instant ?? now))
    if (from !== undefined && to !== undefined && (from !== null || to !== null)) return { from, to }
  }
  return undefined
}

function parseInstant(text: string, now: number): number | undefined {
  if (text === 'now' || text === 'end') return now
  if (/^\d{13}$/.test(text)) return Number(text)
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1000
  const day = DAY.test(text) ? text : INSTANT.exec(text)?.[1]
  if (day === undefined) return undefined
  // JavaScript takes the 30th of February for the 2nd of March.
  const midnight = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

function parseShift(text: string, from: number): number | undefined {
  const match = /^([+-]?)(.+)$/.exec(text)
  const ms = parseDurationMs(match?.[2] ?? '')
  if (ms === undefined) return undefined
  return match?.[1] === '-' ? from - ms : from + ms
}
