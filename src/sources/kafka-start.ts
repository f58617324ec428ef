// Where reading of each partition begins: saved positions as they are, new ones resolved.

import { Exit, SprkError } from '../errors.ts'
import { type Cluster, partitionGone } from '../kafka/cluster.ts'
import { dataLoss, type LogBounds, logBounds } from '../kafka/out-of-range.ts'
import { Isolation, LOG_END, LOG_START } from '../kafka/protocol/list-offsets.ts'
import type { Subscription } from '../kafka/subscription.ts'
import { byTopicPartition, partitionKey, type TopicPartition } from '../record.ts'
import type { Position, Start } from '../source.ts'

export type StartingOffset = number | 'earliest' | 'latest'

export type StartingOffsets =
  | 'earliest'
  | 'latest'
  /** Epoch milliseconds: the first record that is as late, or the end where none is. Spark's startingTimestamp. */
  | { readonly at: number }
  /** topic → partition → offset; names every partition, as Spark demands. */
  | { readonly offsets: ReadonlyMap<string, ReadonlyMap<number, StartingOffset>> }

/**
 * Saved positions first, as they were, then new ones. A partition that a state does not know starts at its log start.
 * Throws a Fault, or a SprkError: exit 79 where a saved position is not in the log, 78 where a starting offset is not.
 */
export async function startPositions(
  cluster: Cluster,
  { selects }: Subscription,
  start: Start,
  startingOffsets: StartingOffsets,
): Promise<readonly Position[]> {
  if (start.logId !== null && cluster.clusterId !== null && start.logId !== cluster.clusterId) {
    throw otherCluster(start.logId, cluster.clusterId)
  }
  const partitions = [...cluster.partitions].sort(byTopicPartition)
  const saved = start.positions.filter(selects)
  const bounds = await logBounds(cluster, partitions)
  for (const position of saved) {
    if (!cluster.isGone(position)) checkSaved(position, bounds.get(partitionKey(position)))
  }

  const isSaved = new Set(saved.map(partitionKey))
  const fresh = partitions.filter((at) => !isSaved.has(partitionKey(at)))
  // A state that has met its log but no partition is no new one.
  const isNewState = start.logId === null && start.positions.length === 0
  const wanted = await wantedOffsets(cluster, fresh, isNewState ? startingOffsets : 'earliest')
  const latest = fresh.filter((_, i) => wanted[i] === 'latest')
  const ends = await cluster.listOffsets(latest, LOG_END, Isolation.READ_COMMITTED)
  const begun = fresh.map((at, i) => {
    const key = partitionKey(at)
    const offset = wanted[i] as StartingOffset
    const within = bounds.get(key) as LogBounds // of all partitions
    if (typeof offset === 'number') checkGiven(at, offset, within)
    return beginAt(at, offset === 'earliest' ? within.start : offset === 'latest' ? (ends.get(key) as number) : offset)
  })
  return [...saved, ...begun]
}

/** Where partitions begin that are met while others are read. Throws what `listOffsets` throws. */
export async function logStarts(cluster: Cluster, partitions: readonly TopicPartition[]): Promise<Position[]> {
  const starts = await cluster.listOffsets(partitions, LOG_START, Isolation.READ_COMMITTED)
  return partitions.map((at) => beginAt(at, starts.get(partitionKey(at)) as number))
}

function beginAt({ topic, partition }: TopicPartition, next: number): Position {
  return { topic, partition, next, topicId: null, leaderEpoch: null, tailHash: null }
}

function checkSaved(position: Position, bounds: LogBounds | undefined): void {
  if (bounds === undefined) throw partitionGone(position, position.next)
  const lost = dataLoss(position, position.next, bounds)
  if (lost !== null) throw lost
}

async function wantedOffsets(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  startingOffsets: StartingOffsets,
): Promise<StartingOffset[]> {
  if (typeof startingOffsets === 'string') return partitions.map(() => startingOffsets)
  if (!('at' in startingOffsets)) return givenOffsets(partitions, startingOffsets)
  const offsets = await offsetsAt(cluster, partitions, startingOffsets.at)
  return partitions.map((at) => offsets.get(partitionKey(at)) as number)
}

/**
 * `partitionKey` → the first offset whose record is at least as late (epoch milliseconds), or the end where none is. The
 * ends are asked for first, so that no record can come between the two answers and be missed.
 */
export async function offsetsAt(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<ReadonlyMap<string, number>> {
  const ends = await cluster.listOffsets(partitions, LOG_END, Isolation.READ_COMMITTED)
  const found = await cluster.listOffsets(partitions, timestamp, Isolation.READ_COMMITTED)
  return new Map([...found].map(([key, offset]) => [key, offset >= 0 ? offset : (ends.get(key) as number)]))
}

/** As in Spark, all partitions have to be named, and no others. */
function givenOffsets(
  partitions: readonly TopicPartition[],
  { offsets }: Extract<StartingOffsets, { readonly offsets: unknown }>,
): StartingOffset[] {
  const given = new Set(
    [...offsets].flatMap(([topic, of]) => [...of.keys()].map((partition) => `${topic}/${partition}`)),
  )
  const missing: string[] = []
  const wanted = partitions.map((at) => {
    const offset = offsets.get(at.topic)?.get(at.partition)
    if (offset === undefined) missing.push(partitionKey(at))
    given.delete(partitionKey(at))
    return offset ?? 'earliest'
  })
  const unknown = [...given]
  if (missing.length > 0) throw badStart(`must name all partitions, but ${missing.join(', ')} is missing`)
  if (unknown.length > 0) throw badStart(`names ${unknown.join(', ')}, which does not exist`)
  return wanted
}

function checkGiven(at: TopicPartition, offset: number, { start, end }: LogBounds): void {
  if (offset >= start && offset <= end) return
  throw badStart(`${partitionKey(at)}: offset ${offset} is not in the log, which goes from ${start} to ${end}`)
}

function badStart(problem: string): SprkError {
  return new SprkError(Exit.CONFIG, {
    code: 'E_STARTING_OFFSETS',
    message: `startingOffsets: ${problem}`,
    hint: 'give an offset, `earliest` or `latest` for each partition of each topic',
  })
}

function otherCluster(saved: string, found: string): SprkError {
  return new SprkError(Exit.DATA_LOSS, {
    code: 'E_OTHER_CLUSTER',
    message: `the state belongs to the Kafka cluster ${saved}, but the brokers are of cluster ${found}`,
    hint: 'to read this cluster from its beginning, name another `state:` file in the pipeline',
  })
}
