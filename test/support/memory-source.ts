// A source over records in memory. Failure is test data: what stands between the records happens when it is reached.

import { Exit, SprkError } from '../../src/errors.ts'
import { type EffectiveRange, type Gap, type Position, positionAt } from '../../src/log.ts'
import type { Notice } from '../../src/notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../src/partition-map.ts'
import { byTopicPartition, type Chunk, type OffsetRange, partitionKey, type TopicPartition } from '../../src/record.ts'
import type { BatchPlan, Limits, More, Opened, Source, Start } from '../../src/source.ts'
import { placeOf } from './partitions.ts'

/** Values of consecutive offsets; null is a tombstone. */
export type Values = readonly (string | null)[]

export interface MemoryLog {
  /** `partitionKey` → values. Tests may add to it while a run reads it. */
  readonly partitions: Map<string, (string | null)[]>
  /** Called before each chunk is given: a test throws, aborts or waits here. */
  beforeChunk?: (chunk: Chunk) => Promise<void> | void
  /** Given before the first chunk of each batch. */
  notices?: Notice[]
  /** `partitionKey` → the first offset that was not deleted: positions below it are moved there. */
  readonly starts?: Map<string, number>
  /** Records in one chunk. */
  chunkRecords?: number
  closed?: boolean
}

export function memoryLog(partitions: Readonly<Record<string, Values>>): MemoryLog {
  return { partitions: new Map(Object.entries(partitions).map(([key, values]) => [key, [...values]])) }
}

/** As the contract says; a range is filled partition after partition until `maxRecords`. */
export function memorySource(log: MemoryLog, startAt: 'earliest' | 'latest' = 'earliest'): Source {
  let positions: Position[] = []
  let bytesLeft = Infinity
  let room = () => Infinity
  const ends = () => new PartitionMap([...log.partitions].map(([key, values]) => [placeOf(key), values.length]))
  const passGaps = (): Gap[] => {
    const gaps = positions.flatMap(({ next: fromOffset, ...at }): Gap[] => {
      const toOffset = log.starts?.get(partitionKey(at)) ?? 0
      return toOffset > fromOffset ? [{ ...at, fromOffset, toOffset, cause: `${toOffset - fromOffset} are gone` }] : []
    })
    const moved = PartitionMap.of(gaps)
    positions = positions.map((position) => ({ ...position, next: moved.get(position)?.toOffset ?? position.next }))
    return gaps
  }
  return {
    async *open(start: Start): AsyncGenerator<Notice, Opened> {
      const saved = PartitionMap.of(start.positions)
      positions = [...log.partitions].map(([key, values]): Position => {
        const next = startAt === 'latest' && start.positions.length === 0 ? values.length : 0
        return saved.get(placeOf(key)) ?? positionAt(placeOf(key), next)
      })
      const ahead = positions.find((position) => position.next > (ends().get(position) ?? 0))
      if (ahead !== undefined) {
        throw new SprkError(Exit.DATA_LOSS, { code: 'E_OFFSET_AHEAD', message: `${partitionKey(ahead)} is shorter` })
      }
      const gaps = saved.size === 0 ? [] : passGaps()
      return { logId: 'memory', positions: [...positions], ...(gaps.length > 0 && { gaps }) }
    },
    async *ends(): AsyncGenerator<Notice, ReadonlyPartitionMap<number>> {
      return ends()
    },
    async *plan({
      maxRecords,
      maxBytes,
      room: asked = () => Infinity,
      ends: bound,
    }: Limits): AsyncGenerator<Notice, BatchPlan> {
      bytesLeft = maxBytes
      room = asked
      const gaps = passGaps()
      const known = PartitionMap.of(positions)
      const discovered = [...ends().keys()]
        .filter((at) => bound === null && !known.has(at))
        .map((at) => positionAt(at, 0))
      positions = [...positions, ...discovered]
      let left = maxRecords
      let more: More = 'no'
      const ranges: OffsetRange[] = []
      for (const position of [...positions].sort(byTopicPartition)) {
        const end = Math.min(ends().get(position) ?? 0, bound?.get(position) ?? Infinity)
        const untilOffset = Math.min(end, position.next + left)
        if (untilOffset < end) more = 'bound'
        left -= untilOffset - position.next
        if (untilOffset > position.next) ranges.push({ ...position, fromOffset: position.next, untilOffset })
      }
      return { ranges, more, ...(discovered.length > 0 && { discovered }), ...(gaps.length > 0 && { gaps }) }
    },
    latest: () =>
      positions.map(({ topic, partition }) => ({ topic, partition, end: ends().get({ topic, partition }) ?? 0 })),
    async *chunks(ranges, signal): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]> {
      yield* log.notices?.splice(0) ?? []
      let read = within(log, ranges, bytesLeft)
      if (room() === 0) throw new Error('a batch is full before its first chunk')
      for (const chunk of chunksOf(log, read, room)) {
        signal.throwIfAborted()
        await log.beforeChunk?.(chunk)
        yield chunk
        if (room() > 0) continue
        read = endedBehind(chunk, read)
        break
      }
      const effective = PartitionMap.of(read)
      positions = positions.map((position) => {
        return { ...position, next: effective.get(position)?.untilOffset ?? position.next }
      })
      return read
    },
    async close() {
      log.closed = true
    },
  }
}

/** The ranges as far as the bytes go, but one record of the first. */
function within(log: MemoryLog, ranges: readonly OffsetRange[], maxBytes: number): EffectiveRange[] {
  let left = maxBytes
  const cut = ranges.map((range, index): EffectiveRange => {
    let untilOffset = range.fromOffset
    let bytes = 0
    for (const value of log.partitions.get(partitionKey(range))?.slice(range.fromOffset, range.untilOffset) ?? []) {
      const size = Math.max(value?.length ?? 0, 1)
      if (size > left && (index > 0 || untilOffset > range.fromOffset)) break
      left -= size
      bytes += size
      untilOffset++
    }
    return { ...range, untilOffset, bytes, leaderEpoch: null, tailHash: null }
  })
  return cut.filter(({ fromOffset, untilOffset }) => untilOffset > fromOffset)
}

/** The ranges up to this chunk of one of them. */
function endedBehind(chunk: Chunk, ranges: readonly EffectiveRange[]): EffectiveRange[] {
  const untilOffset = (chunk.offsets[chunk.length - 1] as number) + 1
  const last = ranges.findIndex((range) => partitionKey(range) === partitionKey(chunk))
  return ranges.slice(0, last + 1).map((range, i) => (i === last ? { ...range, untilOffset } : range))
}

function* chunksOf(log: MemoryLog, ranges: readonly OffsetRange[], room: () => number): Generator<Chunk> {
  for (const range of ranges) {
    const values = log.partitions.get(partitionKey(range)) ?? []
    const step = log.chunkRecords ?? 100
    for (let from = range.fromOffset; from < range.untilOffset; ) {
      const most = values.slice(from, Math.min(from + step, range.untilOffset))
      const given = most.slice(0, Math.max(fitting(most, room()), 1))
      yield chunkOf(range, from, given)
      from += given.length
    }
  }
}

/** How many of the values have no more bytes. */
function fitting(values: Values, bytes: number): number {
  let left = bytes
  const tooLong = values.findIndex((value) => {
    left -= value?.length ?? 0
    return left < 0
  })
  return tooLong === -1 ? values.length : tooLong
}

/** Records with these values, without keys and headers, one second apart. */
export function chunkOf(at: TopicPartition, fromOffset: number, values: Values): Chunk {
  const parts: Buffer[] = []
  const starts: number[] = []
  const ends: number[] = []
  let size = 0
  for (const value of values) {
    const bytes = Buffer.from(value ?? '')
    starts.push(size)
    ends.push(value === null ? -1 : size + bytes.length)
    // After the value the header count, as in Kafka's records: what a format may use as a sentinel.
    parts.push(bytes, Buffer.from([0]))
    size += bytes.length + 1
  }
  const none = Int32Array.from(values, () => -1)
  return {
    topic: at.topic,
    partition: at.partition,
    length: values.length,
    bytes: Buffer.concat(parts),
    offsets: Float64Array.from(values, (_, i) => fromOffset + i),
    timestamps: Float64Array.from(values, (_, i) => (fromOffset + i) * 1000),
    timestampTypes: new Uint8Array(values.length),
    keyStarts: none,
    keyEnds: none,
    valueStarts: Int32Array.from(starts),
    valueEnds: Int32Array.from(ends),
    headerStarts: Int32Array.from(ends, (end, i) => (end === -1 ? (starts[i] as number) : end)),
    headerEnds: Int32Array.from(ends, (end, i) => (end === -1 ? (starts[i] as number) : end) + 1),
  }
}
