// A range that was asked for → offsets of partitions, as the live state and the log are now.

import { Exit, SprkError } from '../../errors.ts'
import { isSameLog, type LogPartition } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { byTopicPartition, partitionKey, type TopicPartition } from '../../record.ts'
import type { RecordedHistory, RecordedPartition } from '../history/recorded.ts'
import { usage } from '../usage.ts'
import type { RangeEnd, RangeSpec, RangeStart } from './range.ts'
import type { ReplayHeader, ReplayPartition } from './replay-file.ts'

/** What is known when a replay starts. */
export interface Surroundings {
  /** Null: the pipeline never ran. */
  readonly history: RecordedHistory | null
  readonly logId: string | null
  readonly log: readonly LogPartition[]
  /** The offset of each partition at that time. */
  readonly offsetsAt: (time: number) => Promise<ReadonlyPartitionMap<number>>
}

export interface ResolvedPartition extends ReplayPartition {
  /** Where the range ends, as of now. */
  readonly end: number
  /** Null: the live state does not know it, or the log. */
  readonly live: RecordedPartition | null
  readonly log: LogPartition | null
}

const HELP = '`sprk offsets show <pipeline>` prints all partitions, and where each begins and ends'

/** In (topic, partition) order. Throws a SprkError: exit 64 for partitions that do not exist, 79 for records that are gone. */
export async function resolveRange(spec: RangeSpec, around: Surroundings): Promise<readonly ResolvedPartition[]> {
  const all = partitionsOf(around)
  const unknown = [...spec.fromNamed.keys(), ...spec.toNamed.keys()].filter((at) => !all.has(at))
  if (unknown.length > 0) throw usage(`${unknown.map(partitionKey).join(', ')}: there is no such partition`, HELP)
  const resolved = await Promise.all([...all.values()].map((known) => resolvePartition(spec, known, around)))
  const within = resolved.filter((each) => each !== null).sort(byTopicPartition)
  if (within.length === 0 && all.size > 0 && spec.from !== 'recorded') {
    throw usage('the range begins behind the end of every partition', HELP)
  }
  return within
}

/** Null: the partition is no part of the range. */
async function resolvePartition(
  spec: RangeSpec,
  known: Known,
  around: Surroundings,
): Promise<ResolvedPartition | null> {
  const { at, live, log } = known
  const begin = spec.fromNamed.get(at) ?? spec.from
  const end = spec.toNamed.get(at) ?? spec.to
  // A partition that the live run has not discovered yet begins when it does.
  if (begin === null || (live === null && end === 'live')) return null
  const isRecreated = isOfNewLog(known)
  // Offsets of the former log mean nothing in the one of now.
  if (isRecreated && (begin === 'recorded' || begin === 'kept' || end === 'live')) throw recreated(at)
  const from = await fromOf(begin, known, around)
  if (from === null) return null
  const until = await untilOf(end, { ...known, from }, around)
  const isRelative = end === 'live' || end === 'latest'
  const topicId = (isRecreated ? log?.topicId : (live?.topicId ?? log?.topicId)) ?? null
  return { ...at, topicId, from, until: isRelative ? null : until, end: until, live, log }
}

/** Whether the topic was recreated since the live run has read it. */
export function isOfNewLog({ live, log }: Pick<Known, 'live' | 'log'>): boolean {
  return !isSameLog(live?.topicId ?? null, log?.topicId ?? null)
}

function recreated(at: TopicPartition): SprkError {
  return new SprkError(Exit.DATA_LOSS, {
    code: 'E_TOPIC_RECREATED',
    message: `${partitionKey(at)}: the topic was deleted and created anew since the run has read it: what it read is gone`,
    hint: '`sprk replay <pipeline> --from-offset earliest --to-offset latest` reads what is there now',
  })
}

/**
 * The same range, begun before. Found again are only ends that go with the live state or the log, and partitions that were
 * discovered since.
 */
export async function resumeRange(
  spec: RangeSpec,
  { partitions }: ReplayHeader,
  around: Surroundings,
): Promise<readonly ResolvedPartition[]> {
  const all = partitionsOf(around)
  const begun = PartitionMap.of(partitions)
  const met = [...all.values()].filter(({ at }) => !begun.has(at))
  const resolved = await Promise.all([
    ...met.map((known) => resolvePartition(spec, known, around)),
    ...partitions.map(async (saved): Promise<ResolvedPartition> => {
      const { live = null, log = null } = all.get(saved) ?? {}
      const end = spec.toNamed.get(saved) ?? spec.to
      const until = saved.until ?? (await untilOf(end, { at: saved, live, log, from: saved.from }, around))
      return { ...saved, end: until, live, log }
    }),
  ])
  return resolved.filter((each) => each !== null).sort(byTopicPartition)
}

interface Known {
  readonly at: TopicPartition
  readonly live: RecordedPartition | null
  readonly log: LogPartition | null
}

function partitionsOf({ history, log }: Surroundings): ReadonlyPartitionMap<Known> {
  const all = new PartitionMap<Known>()
  for (const live of history?.partitions ?? []) all.set(live, { at: placeOf(live), live, log: null })
  for (const each of log) all.set(each, { at: placeOf(each), live: all.get(each)?.live ?? null, log: each })
  return all
}

function placeOf({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}

/** Null: the log is gone, or ends before. */
async function fromOf(from: RangeStart, { at, live, log }: Known, around: Surroundings): Promise<number | null> {
  if (from === 'recorded') return live?.start ?? log?.start ?? null
  if (from === 'kept') return live?.keptFrom ?? log?.start ?? null
  if (from === 'earliest') return log?.start ?? null
  if ('offset' in from) return from.offset <= (log?.end ?? live?.next ?? 0) ? from.offset : null
  return log === null ? null : ((await around.offsetsAt(from.time)).get(at) ?? log.end)
}

async function untilOf(
  to: RangeEnd,
  { at, live, log, from }: Known & { readonly from: number },
  around: Surroundings,
): Promise<number> {
  const end = log?.end ?? from
  if (to === 'live') return live?.next ?? from
  if (to === 'latest') return Math.max(end, from)
  const wanted = 'offset' in to ? to.offset : ((await around.offsetsAt(to.time)).get(at) ?? end)
  return Math.max(Math.min(wanted, end), from)
}

export interface ReadSpan {
  readonly begin: number
  readonly end: number
}

/** Throws a SprkError (exit 79) where the log does not have all that is read. */
export function assertInLog(
  partitions: readonly ResolvedPartition[],
  spanOf: (at: ResolvedPartition) => ReadSpan,
): void {
  const lost = partitions.flatMap((at) => {
    const what = lostOf(spanOf(at), at.log)
    return what === null ? [] : [`${partitionKey(at)}: ${what}`]
  })
  const [first, ...details] = lost
  if (first === undefined) return
  const hint = '`sprk replay <pipeline> --from-offset earliest` repeats what is left of the log'
  throw new SprkError(Exit.DATA_LOSS, { code: 'E_OFFSET_GONE', message: first, details, hint })
}

function lostOf({ begin, end }: ReadSpan, log: LogPartition | null): string | null {
  if (log === null) {
    const why = 'the pipeline no longer reads this partition, or it does not exist any more'
    return begin < end ? `the range is ${begin} to ${end}, and ${why}` : null
  }
  if (begin < log.start) {
    return `the range begins at ${begin}, and the log at ${log.start}: ${log.start - begin} offsets are gone`
  }
  if (Math.max(begin, end) <= log.end) return null
  return `the range is ${begin} to ${end}, and the log ends at ${log.end}`
}
