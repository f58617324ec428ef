// Where reading of each partition begins: saved positions as they are, new ones resolved.

import { Exit, type Place, SprkError } from '../../errors.ts'
import { type Cluster, partitionGone } from '../../kafka/client/cluster.ts'
import type { Subscription } from '../../kafka/client/subscription.ts'
import { Isolation, LOG_END, LOG_START } from '../../kafka/protocol/list-offsets.ts'
import { type LogCheck, logBounds } from '../../kafka/reading/log-check.ts'
import type { LogBounds, Loss } from '../../kafka/reading/loss.ts'
import { isSameLog, type Position, positionAt } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { byTopicPartition, partitionKey, type TopicPartition } from '../../record.ts'
import type { Start } from '../../source.ts'
import { amount, shortList } from '../../words.ts'

/** Topics that are named in one line. */
const MAX_TOPICS = 3

export type StartingOffset = number | 'earliest' | 'latest'

export type StartingOffsets =
  | 'earliest'
  | 'latest'
  /** Epoch milliseconds: the first record that is as late, or the end where none is. Spark's startingTimestamp. */
  | { readonly at: number }
  /** topic → partition → offset; names every partition, as Spark demands. */
  | {
      readonly offsets: ReadonlyMap<string, ReadonlyMap<number, StartingOffset>>
      /** Of the topics in the pipeline file. */
      readonly places?: ReadonlyMap<string, Place>
    }

/** Positions that can be read on, and what of the saved ones is lost. */
export interface StartPositions {
  /** As they were; those that had no topic id have it now. */
  readonly saved: readonly Position[]
  /** Of partitions that no position was saved for. */
  readonly fresh: readonly Position[]
  readonly losses: readonly Loss[]
  /** What a new state that begins at the end of topics leaves aside; null: nothing, or the pipeline names another start. */
  readonly leftAside: string | null
}

/** Throws a Fault, or a SprkError: exit 79 for another cluster or a partition that is gone, 78 for a bad starting offset. */
export async function startPositions(
  cluster: Cluster,
  check: LogCheck,
  { selects }: Subscription,
  start: Start,
  startingOffsets: StartingOffsets,
): Promise<StartPositions> {
  if (!isSameLog(start.logId, cluster.clusterId)) throw otherCluster(start.logId, cluster.clusterId)
  const saved = start.positions.filter(selects).map((position) => withTopicId(cluster, position))
  const existing = saved.filter((position) => !cluster.isGone(position))
  for (const position of existing) {
    if (cluster.leadershipOf(position) === undefined) throw partitionGone(position, position.next)
  }
  // What has no leader is checked once it has one.
  const losses = await check.lossesAt(existing)
  const known = PartitionMap.of(saved)
  // A state that knows its cluster is no new one, also where no partition was discovered yet. A new one begins everywhere
  // at once, and waits for all leaders; else a partition without one is discovered when it has one.
  const isNewState = start.logId === null && start.positions.length === 0
  const unknown = cluster.partitions.filter((at) => {
    return !known.has(at) && (isNewState || cluster.hasLeader(at))
  })
  const fresh = await freshPositions(cluster, unknown, isNewState ? startingOffsets : 'earliest')
  check.accept(fresh)
  const isAtEnd = isNewState && startingOffsets === 'latest'
  return { saved, fresh, losses, leftAside: isAtEnd ? await leftAsideBy(cluster, fresh) : null }
}

async function leftAsideBy(cluster: Cluster, fresh: readonly Position[]): Promise<string | null> {
  const starts = await cluster.listOffsets(fresh, LOG_START, Isolation.READ_COMMITTED)
  const before = fresh
    .map((at) => ({ topic: at.topic, records: at.next - (starts.get(at) ?? at.next) }))
    .filter(({ records }) => records > 0)
  if (before.length === 0) return null
  const topics = shortList([...new Set(before.map(({ topic }) => topic))], MAX_TOPICS)
  const records = before.reduce((sum, each) => sum + each.records, 0)
  return `started at the end of ${topics} (${amount(records, 'records')} before it; \`startingOffsets: earliest\` reads them)`
}

/** In order. Throws a Fault, or a SprkError with exit 78. */
export async function freshPositions(
  cluster: Cluster,
  unsorted: readonly TopicPartition[],
  startingOffsets: StartingOffsets,
): Promise<readonly Position[]> {
  const partitions = [...unsorted].sort(byTopicPartition)
  const bounds = await logBounds(cluster, partitions)
  const wanted = await wantedOffsets(cluster, partitions, startingOffsets)
  const latest = partitions.filter((_, i) => wanted[i] === 'latest')
  const ends = await cluster.listOffsets(latest, LOG_END, Isolation.READ_COMMITTED)
  return partitions.map((at, i) => {
    const offset = wanted[i] as StartingOffset
    const within = bounds.get(at) as LogBounds // of all partitions
    if (typeof offset === 'number') checkGiven(at, offset, within, placeIn(startingOffsets, at))
    const next = offset === 'earliest' ? within.start : offset === 'latest' ? (ends.get(at) as number) : offset
    return beginAt(cluster, at, next)
  })
}

/** Where partitions begin that are discovered while others are read. Throws what `listOffsets` throws. */
export async function logStarts(cluster: Cluster, partitions: readonly TopicPartition[]): Promise<Position[]> {
  const starts = await cluster.listOffsets(partitions, LOG_START, Isolation.READ_COMMITTED)
  return partitions.map((at) => beginAt(cluster, at, starts.get(at) as number))
}

function beginAt(cluster: Cluster, at: TopicPartition, next: number): Position {
  return positionAt(at, next, cluster.topicIdOf(at))
}

/** Adds the topic id to positions saved without one (brokers before Kafka 3.1). */
function withTopicId(cluster: Cluster, position: Position): Position {
  return { ...position, topicId: position.topicId ?? cluster.topicIdOf(position) }
}

async function wantedOffsets(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  startingOffsets: StartingOffsets,
): Promise<StartingOffset[]> {
  if (typeof startingOffsets === 'string') return partitions.map(() => startingOffsets)
  if (!('at' in startingOffsets)) return givenOffsets(partitions, cluster.partitions, startingOffsets)
  const offsets = await offsetsAt(cluster, partitions, startingOffsets.at)
  return partitions.map((at) => offsets.get(at) as number)
}

/**
 * The first offset of each whose record is at least as late (epoch milliseconds), or the end where none is. The
 * ends are asked for first, so that no record can come between the two answers and be missed.
 */
export async function offsetsAt(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<ReadonlyPartitionMap<number>> {
  const ends = await cluster.listOffsets(partitions, LOG_END, Isolation.READ_COMMITTED)
  const found = await cluster.listOffsets(partitions, timestamp, Isolation.READ_COMMITTED)
  return found.map((offset, at) => (offset >= 0 ? offset : (ends.get(at) as number)))
}

/** As in Spark, all partitions have to be named, and no others than exist. */
function givenOffsets(
  partitions: readonly TopicPartition[],
  existing: readonly TopicPartition[],
  { offsets, places }: Extract<StartingOffsets, { readonly offsets: unknown }>,
): StartingOffset[] {
  const given = PartitionMap.of(
    [...offsets].flatMap(([topic, of]) => [...of.keys()].map((partition) => ({ topic, partition }))),
  )
  const missing: TopicPartition[] = []
  const wanted = partitions.map((at) => {
    const offset = offsets.get(at.topic)?.get(at.partition)
    if (offset === undefined) missing.push(at)
    return offset ?? 'earliest'
  })
  for (const at of existing) given.delete(at)
  const placeOf = (topic: string | undefined) => places?.get(topic ?? '') ?? places?.values().next().value
  const unknown = [...given.keys()]
  if (missing.length > 0) {
    const are = missing.length === 1 ? 'is' : 'are'
    const names = missing.map(partitionKey).join(', ')
    throw badStart(`must name all partitions, but ${names} ${are} missing`, placeOf(missing[0]?.topic))
  }
  if (unknown.length > 0) {
    const names = unknown.map(partitionKey).join(', ')
    throw badStart(
      `names ${names}, which ${unknown.length === 1 ? 'does' : 'do'} not exist`,
      placeOf(unknown[0]?.topic),
    )
  }
  return wanted
}

/** Where the pipeline file speaks of a topic. */
function placeIn(startingOffsets: StartingOffsets, { topic }: TopicPartition): Place | undefined {
  return typeof startingOffsets === 'object' && 'places' in startingOffsets
    ? startingOffsets.places?.get(topic)
    : undefined
}

function checkGiven(at: TopicPartition, offset: number, { start, end }: LogBounds, place: Place | undefined): void {
  if (offset >= start && offset <= end) return
  throw badStart(`${partitionKey(at)}: offset ${offset} is not in the log, which goes from ${start} to ${end}`, place)
}

function badStart(problem: string, place: Place | undefined): SprkError {
  return new SprkError(Exit.CONFIG, {
    code: 'E_STARTING_OFFSETS',
    message: `startingOffsets: ${problem}`,
    place,
    hint: 'give an offset, `earliest` or `latest` for each partition of each topic',
  })
}

function otherCluster(saved: string | null, found: string | null): SprkError {
  return new SprkError(Exit.DATA_LOSS, {
    code: 'E_OTHER_CLUSTER',
    message: `the state belongs to the Kafka cluster ${saved}, but the brokers are of cluster ${found}`,
    hint: 'to read this cluster from its beginning: sprk offsets reset <pipeline> --to-earliest --allow-loss --allow-duplicates --execute',
  })
}
