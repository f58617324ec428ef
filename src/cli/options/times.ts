// Times on the command line, in the grammar of `rpk topic consume --offset`: instants, and durations from now.

import { parseDurationMs } from '../../duration.ts'
import { parseTimeMs } from './time.ts'

/** What times on a command line are relative to. */
export interface Now {
  /** Epoch milliseconds. */
  readonly now: number
  /** Of times without a zone. */
  readonly timeZone: string
}

/** Epoch milliseconds; undefined where the text is no time. */
export function parseTime(text: string, at: Now): number | undefined {
  return parseInstant(text, at) ?? parseShift(text, at.now)
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
export function parseTimeRange(text: string, at: Now): TimeRange | undefined {
  const single = parseTime(text, at)
  if (single !== undefined) return { from: single, to: null }
  // Times contain colons too.
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    const [before, after] = [text.slice(0, colon), text.slice(colon + 1)]
    const instant = parseInstant(before, at)
    const from = before === '' ? null : (instant ?? parseShift(before, at.now))
    const to = after === '' ? null : (parseInstant(after, at) ?? parseShift(after, instant ?? at.now))
    if (from !== undefined && to !== undefined && (from !== null || to !== null)) return { from, to }
  }
  return undefined
}

function parseInstant(text: string, { now, timeZone }: Now): number | undefined {
  if (text === 'now' || text === 'end') return now
  if (/^\d{13}$/.test(text)) return Number(text)
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1000
  return parseTimeMs(text, timeZone)
}

function parseShift(text: string, from: number): number | undefined {
  const match = /^([+-]?)(.+)$/.exec(text)
  const ms = parseDurationMs(match?.[2] ?? '')
  if (ms === undefined) return undefined
  return match?.[1] === '-' ? from - ms : from + ms
}
