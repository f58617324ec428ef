// Where `offsets reset` is to move positions: exactly one of its options says it.

import { parseDurationMs, parseIsoDurationMs } from '../../duration.ts'
import type { ResetTarget } from '../../operations/offsets/target.ts'
import { usage } from '../../operations/usage.ts'
import { parseTimeMs } from './time.ts'

export interface TargetOptions {
  readonly toEarliest?: boolean
  readonly toLatest?: boolean
  readonly toOffset?: string
  readonly toDatetime?: string
  readonly byDuration?: string
  readonly shiftBy?: string
  readonly fromFile?: string
}

export const RESET_HELP = 'sprk offsets reset --help'

const FLAGS = {
  toEarliest: '--to-earliest',
  toLatest: '--to-latest',
  toOffset: '--to-offset',
  toDatetime: '--to-datetime',
  byDuration: '--by-duration',
  shiftBy: '--shift-by',
  fromFile: '--from-file',
} as const satisfies Record<keyof TargetOptions, string>

/** Null where there is none. Throws a SprkError (exit 64) for two of them. */
export function targetFlag(options: TargetOptions): keyof TargetOptions | null {
  const given = (Object.keys(FLAGS) as (keyof TargetOptions)[]).filter((name) => options[name] !== undefined)
  const [first, second] = given
  if (first !== undefined && second !== undefined) {
    throw usage(`${FLAGS[first]} and ${FLAGS[second]}: only one of them can say where to go`, RESET_HELP)
  }
  return first ?? null
}

/** Throws a SprkError (exit 64). `timeZone`: of times without a zone; `now`: epoch milliseconds. */
export function targetOf(options: TargetOptions, timeZone: string, now: number): ResetTarget {
  const flag = targetFlag(options)
  const text = flag === null ? '' : String(options[flag])
  switch (flag) {
    case null:
      throw usage(`name a target: one of ${Object.values(FLAGS).join(', ')}`, RESET_HELP)
    case 'toEarliest':
      return { to: 'earliest' }
    case 'toLatest':
      return { to: 'latest' }
    case 'toOffset':
      return { to: 'offset', offset: parsed(flag, text, wholeNumber(text, /^\d+$/), 'an offset: 0, 1, 2, …') }
    case 'toDatetime': {
      const at = parseTimeMs(text, timeZone)
      return { to: 'time', at: parsed(flag, text, at, 'a time such as 2026-01-31T12:00:00Z') }
    }
    case 'byDuration': {
      const back = parseDurationMs(text) ?? parseIsoDurationMs(text)
      return { to: 'time', at: Math.max(0, now - parsed(flag, text, back, 'a duration such as 1h30m or PT1H30M')) }
    }
    case 'shiftBy':
      return { to: 'shift', by: parsed(flag, text, wholeNumber(text, /^[+-]?\d+$/), 'a number such as -100 or +100') }
    case 'fromFile':
      return { to: 'file', path: text }
    default:
      return flag satisfies never
  }
}

function wholeNumber(text: string, form: RegExp): number | undefined {
  const n = Number(text)
  return form.test(text) && Number.isSafeInteger(n) ? n : undefined
}

function parsed<T>(flag: keyof typeof FLAGS, text: string, value: T | undefined, what: string): T {
  if (value === undefined) throw usage(`${FLAGS[flag]} ${text}: ${what} is expected`, RESET_HELP)
  return value
}
