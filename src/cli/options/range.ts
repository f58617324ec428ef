// What `--from-offset`, `--to-time` and the like ask for: the range of a replay, before anything is known of the log.

import type { SprkError } from '../../errors.ts'
import type { RangeSpec } from '../../operations/replay/range.ts'
import { usage as usageError } from '../../operations/usage.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { partitionKey } from '../../record.ts'
import { type Now, parseTime, parseTimeRange } from './times.ts'

export interface RangeOptions {
  readonly fromOffset: readonly string[]
  readonly fromTime?: string
  readonly toOffset: readonly string[]
  readonly toTime?: string
}

/** Throws a SprkError (exit 64). */
export function parseRange(options: RangeOptions, now: Now): RangeSpec {
  const from = parseSide('--from-offset', options.fromOffset, now)
  const to = parseSide('--to-offset', options.toOffset, now)
  const fromTime = options.fromTime === undefined ? null : timeOf('--from-time', options.fromTime, now)
  const toTime = options.toTime === undefined ? null : timeOf('--to-time', options.toTime, now)
  if (to.span !== null) throw usage(`--to-offset takes no times: write --to-time, or --from-offset @t1:t2`)
  const spanned: Offset | Moment | null = from.span && (from.span.from ?? 'earliest')
  const starts = [from.all, fromTime, spanned].filter((start) => start !== null)
  const ends = [to.all, toTime, from.span?.to ?? null].filter((end) => end !== null)
  if (starts.length > 1) throw usage('where the range begins is said twice')
  if (ends.length > 1) throw usage('where the range ends is said twice')
  assertForward(from, to, fromTime ?? from.span?.from ?? null, ends[0] ?? null)
  return {
    text: textOf(options),
    from: starts[0] === undefined ? (from.named.size > 0 ? null : 'recorded') : beginning(starts[0]),
    fromNamed: from.named.map(beginning),
    to: ends[0] === undefined ? 'live' : ending(ends[0]),
    toNamed: to.named.map(ending),
  }
}

/** Times and offsets cannot be compared before the log is known. */
function assertForward(from: Side, to: Side, fromTime: Moment | null, end: Offset | Moment | null): void {
  for (const at of [...from.named.keys(), ...to.named.keys(), null]) {
    const begins = (at && from.named.get(at)) ?? from.all
    const until = (at && to.named.get(at)) ?? to.all
    if (!isOffset(begins) || !isOffset(until) || begins.offset < until.offset) continue
    const where = at === null ? '' : `${partitionKey(at)}: `
    if (begins.offset === until.offset)
      throw usage(`${where}the range is empty: it ends before offset ${until.offset}, where it begins`)
    throw usage(`${where}the range ends at ${until.offset}, before it begins at ${begins.offset}`)
  }
  if (fromTime === null || end === null || typeof end === 'string' || !('time' in end) || fromTime.time <= end.time)
    return
  const [begins, until] = [fromTime.time, end.time].map((ms) => new Date(ms).toISOString())
  throw usage(`the range ends at ${until}, before it begins at ${begins}`)
}

function isOffset(value: Offset | null): value is { readonly offset: number } {
  return value !== null && typeof value === 'object'
}

type Moment = { readonly time: number }

function beginning<Start>(start: Start): Exclude<Start, 'latest'> {
  if (start === 'latest') throw usage('--from-offset latest: there is nothing to repeat behind the end of the log')
  return start as Exclude<Start, 'latest'> // TypeScript does not narrow type parameters
}

function ending<End>(end: End): Exclude<End, 'earliest' | 'kept'> {
  if (end === 'kept') throw usage('--to-offset kept: it is where a range can begin')
  if (end === 'earliest') throw usage('--to-offset earliest: there is nothing to repeat before the start of the log')
  return end as Exclude<End, 'earliest' | 'kept'> // see above
}

type Offset = { readonly offset: number } | 'earliest' | 'kept' | 'latest'

interface Side {
  readonly all: Offset | null
  readonly named: ReadonlyPartitionMap<Offset>
  /** What `@t1:t2` says. */
  readonly span: { readonly from: Moment | null; readonly to: Moment | null } | null
}

function parseSide(option: string, texts: readonly string[], now: Now): Side {
  let all: Side['all'] = null
  let span: Side['span'] = null
  const named = new PartitionMap<Offset>()
  for (const text of texts) {
    const match = /^(.+):(\d+):([^:]+)$/.exec(text)
    const whole = offsetOf(text)
    const range = text.startsWith('@') ? parseTimeRange(text.slice(1), now) : undefined
    const offset = offsetOf(match?.[3] ?? '')
    const isGiven = all !== null || span !== null
    if (whole !== undefined || range !== undefined) {
      if (isGiven) throw usage(`${option} is given twice for all partitions`)
      if (whole !== undefined) all = whole
      else if (range !== undefined) span = { from: momentOf(range.from), to: momentOf(range.to) }
    } else if (match !== null && offset !== undefined) {
      named.set({ topic: match[1] ?? '', partition: Number(match[2]) }, offset)
    } else throw noOffset(option, text, now)
  }
  return { all, named, span }
}

function offsetOf(text: string): Offset | undefined {
  if (text === 'earliest' || text === 'kept' || text === 'latest') return text
  const offset = Number(text)
  return /^\d+$/.test(text) && Number.isSafeInteger(offset) ? { offset } : undefined
}

function timeOf(option: string, text: string, now: Now): Moment {
  const time = parseTime(text, now)
  if (time !== undefined) return { time }
  throw usage(`${option} ${text}: a time is expected: 2026-01-01, 2026-01-01T10:30:00Z, epoch milliseconds, or -48h`)
}

function momentOf(time: number | null): Moment | null {
  return time === null ? null : { time }
}

/** The options as they would be written again. */
function textOf({ fromOffset, fromTime, toOffset, toTime }: RangeOptions): string {
  const words = (option: string, values: readonly (string | undefined)[]) =>
    values.flatMap((value) => (value === undefined ? [] : [`${option} ${value}`]))
  return [
    ...words('--from-offset', fromOffset),
    ...words('--from-time', [fromTime]),
    ...words('--to-offset', toOffset),
    ...words('--to-time', [toTime]),
  ].join(' ')
}

function noOffset(option: string, text: string, now: Now): SprkError {
  const message = `${option} ${text}: an offset, earliest, kept, latest, topic:partition:offset or @t1:t2 is expected`
  const isTime = parseTime(text, now) !== undefined
  return usage(message, isTime ? `for a time: ${option.replace('offset', 'time')} ${text}` : undefined)
}

function usage(message: string, hint = 'sprk replay --help'): SprkError {
  return usageError(message, hint)
}
