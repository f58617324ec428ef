// A small broker with one topic that does what a test tells it: for faults that a real one does not have on demand.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { type Encoding, WireReader, WireWriter } from '../../src/kafka/protocol/bytes.ts'
import { serveInTurn } from './serve-in-turn.ts'

export interface FakeLog {
  /** Batches of each partition, in offset order. */
  readonly partitions: readonly (readonly Buffer[])[]
  readonly logStart?: number
  readonly end: number
  /** By default FAKE_TOPIC_ID. */
  readonly topicId?: string
  /** Of the leader; by default that of the last batch. */
  readonly leaderEpoch?: number
}

export interface FakeView {
  readonly brokers: readonly Pick<FakeBroker, 'id' | 'port'>[]
  /** By partition; -1: nobody. A broker refuses fetches of partitions that it does not lead. */
  leaders: readonly number[]
}

/** What becomes of the next Fetch: its answer changed, none at all, or the end of the connection. */
export type Fate = ((answer: Buffer) => Buffer) | 'silence' | 'close'

/** Bytes, none at all, or the end of the connection. */
export type OtherAnswer = Buffer | 'silence' | 'close'

export interface FakeBroker {
  readonly address: string
  readonly port: number
  /** Fates of the fetches to come; afterwards all goes well. */
  readonly fates: Fate[]
  /** The offsets that fetches asked for. */
  readonly fetched: number[]
  /** Batches in an answer, at most. */
  batchesPerFetch: number
  /** Whether an answer is no longer than was asked for, but for its first batch. */
  boundsAnswers: boolean
  /** A longer answer ends the connection. */
  longestAnswer: number
  /** Largest versions; a broker before Kafka 3.1 has Fetch up to 12 and Metadata up to 11. */
  fetchVersion: number
  metadataVersion: number
  /** Of OffsetForLeaderEpoch; -1: it has none. */
  epochVersion: number
  /** What was asked, as `key:version`. */
  readonly asked: string[]
  /** Error code and throttle time of the fetches to come. */
  readonly errors: number[]
  readonly throttles: number[]
  log: FakeLog
  /** What metadata says; brokers of one cluster share it. */
  view: FakeView
  readonly id: number
  /** Answers to requests of other kinds, by API key. A connection's later requests wait for an answer that is held. */
  readonly others: Map<number, (request: WireReader) => OtherAnswer | Promise<OtherAnswer>>
  close(): Promise<void>
}

export const FAKE_TOPIC = 'orders'
export const FAKE_TOPIC_ID = '0123456789abcdef'.repeat(2)

export async function startFakeBroker(log: FakeLog, port = 0, id = 1): Promise<FakeBroker> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    serveInTurn(socket, (request) => serve(broker, socket, request))
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('not listening')
  const broker: FakeBroker = {
    address: `127.0.0.1:${bound.port}`,
    port: bound.port,
    fates: [],
    fetched: [],
    batchesPerFetch: Number.POSITIVE_INFINITY,
    boundsAnswers: false,
    longestAnswer: Number.POSITIVE_INFINITY,
    fetchVersion: 13,
    metadataVersion: 12,
    epochVersion: 4,
    asked: [],
    errors: [],
    throttles: [],
    log,
    id,
    others: new Map(),
    view: { brokers: [{ id, port: bound.port }], leaders: log.partitions.map(() => id) },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
  return broker
}

const FIRST_FLEXIBLE: Readonly<Record<number, number>> = { 1: 12, 2: 6, 3: 9 }

/** Returns when an answer that is held was sent; null: at once. */
function serve(broker: FakeBroker, socket: Socket, request: Buffer): Promise<void> | null {
  const header = new WireReader(request)
  const key = header.int16()
  const version = header.int16()
  const correlationId = header.int32()
  header.nullableString() // client id
  broker.asked.push(`${key}:${version}`)
  const encoding = version >= (FIRST_FLEXIBLE[key] ?? Infinity) ? 'flexible' : 'fixed'
  const reader = new WireReader(request.subarray(header.position), encoding)
  const answers: Record<number, () => Buffer> = {
    1: () => fetch(broker, reader, encoding),
    2: () => listOffsets(broker, reader),
    3: () => metadata(broker, encoding),
    18: () => apiVersions(broker),
    23: () => epochEnds(broker, reader),
  }
  const respond = (other?: OtherAnswer): void => {
    let body = other ?? answers[key]?.() ?? Buffer.alloc(0)
    const fate = key === 1 ? broker.fates.shift() : undefined
    if (body === 'silence' || fate === 'silence') return
    if (body === 'close' || fate === 'close') return void socket.destroy()
    if (fate !== undefined) body = fate(body)
    if (body.length > broker.longestAnswer) return void socket.destroy()
    const head = Buffer.alloc(8)
    head.writeInt32BE(4 + body.length, 0)
    head.writeInt32BE(correlationId, 4)
    socket.write(Buffer.concat([head, body]))
  }
  const other = broker.others.get(key)?.(reader)
  if (other instanceof Promise) return other.then(respond)
  return respond(other) ?? null
}

function apiVersions({ fetchVersion, metadataVersion, epochVersion }: FakeBroker): Buffer {
  const apis = [
    [1, fetchVersion],
    [2, 5],
    [3, metadataVersion],
    [15, 4],
    [18, 2],
    ...(epochVersion < 0 ? [] : [[23, epochVersion] as const]),
  ] as const
  const writer = new WireWriter().int16(0)
  return writer
    .array(apis, ([key, max]) => writer.int16(key).int16(0).int16(max))
    .int32(0)
    .finish()
}

function metadata({ view, log }: FakeBroker, encoding: Encoding): Buffer {
  const isFlexible = encoding === 'flexible'
  const writer = new WireWriter(encoding).int32(0)
  writer.array(view.brokers, ({ id, port }) => writer.int32(id).string('127.0.0.1').int32(port).nullString().tags())
  writer.string('fake-cluster').int32(1)
  writer.array([FAKE_TOPIC], (topic) => {
    writer.int16(0).string(topic)
    if (isFlexible) writer.uuid(topicIdOf(log))
    writer.int8(0)
    writer.array([...view.leaders.entries()], ([partition, leader]) => {
      writer
        .int16(leader < 0 ? 5 : 0)
        .int32(partition)
        .int32(leader)
      if (isFlexible) writer.int32(currentEpoch(log, partition))
      for (let list = 0; list < 3; list++) writer.array([], () => {})
      writer.tags()
    })
    if (isFlexible) writer.int32(0)
    writer.tags()
  })
  return writer.tags().finish()
}

const topicIdOf = ({ topicId = FAKE_TOPIC_ID }: FakeLog) => topicId
const epochOf = (batch: Buffer | undefined) => batch?.readInt32BE(12) ?? 0
const currentEpoch = ({ leaderEpoch, partitions }: FakeLog, partition: number) =>
  leaderEpoch ?? epochOf(partitions[partition]?.at(-1))

/** 0 where the reader knows the leader's epoch, or does not care. */
function fenced(log: FakeLog, partition: number, epoch: number): number {
  const current = currentEpoch(log, partition)
  return epoch < 0 || epoch === current ? 0 : epoch < current ? 74 : 75
}

function listOffsets({ log }: FakeBroker, reader: WireReader): Buffer {
  reader.int32()
  reader.int8()
  const asked = reader.array(() => {
    reader.string()
    return reader.array(() => ({ partition: reader.int32(), epoch: reader.int32(), timestamp: reader.int64() }))
  })
  const writer = new WireWriter().int32(0).int32(1).string(FAKE_TOPIC)
  writer.array(asked.flat(), ({ partition, timestamp }) => {
    const offset = timestamp === -2 ? (log.logStart ?? 0) : log.end
    writer.int32(partition).int16(0).int64(-1).int64(offset).int32(-1)
  })
  return writer.finish()
}

/** As org.apache.kafka.storage.internals.epoch.LeaderEpochFileCache says. */
function epochEnds({ log }: FakeBroker, reader: WireReader): Buffer {
  reader.int32()
  const asked = reader.array(() => {
    reader.string()
    return reader.array(() => ({ partition: reader.int32(), current: reader.int32(), epoch: reader.int32() }))
  })
  const writer = new WireWriter().int32(0).int32(1).string(FAKE_TOPIC)
  writer.array(asked.flat(), ({ partition, current, epoch }) => {
    const latest = currentEpoch(log, partition)
    const higher = log.partitions[partition]?.find((batch) => epochOf(batch) > epoch)
    const start = higher === undefined ? log.end : Number(higher.readBigInt64BE(0))
    const known = epoch <= latest
    const [foundEpoch, end] = known ? [epoch, start] : [-1, -1]
    writer
      .int16(fenced(log, partition, current))
      .int32(partition)
      .int32(foundEpoch)
      .int64(end)
  })
  return writer.finish()
}

interface AskedPartition {
  readonly topic: string
  readonly partition: number
  readonly epoch: number
  readonly offset: number
}

function fetch(broker: FakeBroker, reader: WireReader, encoding: Encoding): Buffer {
  const isById = encoding === 'flexible'
  reader.skip(4 + 4 + 4)
  const maxBytes = reader.int32()
  reader.skip(1 + 4 + 4)
  const asked = reader.array(() => {
    const topic = isById ? reader.uuid() : reader.string()
    const partitions = reader.array((): AskedPartition => {
      const [partition, epoch, offset] = [reader.int32(), reader.int32(), reader.int64()]
      reader.skip(isById ? 4 + 8 + 4 : 8 + 4)
      reader.tags()
      return { topic, partition, epoch, offset }
    })
    reader.tags()
    return partitions
  })
  const throttle = broker.throttles.shift() ?? 0
  const error = broker.errors.shift() ?? 0
  const writer = new WireWriter(encoding).int32(throttle).int16(0).int32(0)
  const topics = throttle > 0 ? [] : asked.filter((partitions) => partitions.length > 0)
  writer.array(topics, (partitions) => {
    const topic = partitions[0]?.topic ?? ''
    if (isById) writer.uuid(topic)
    else writer.string(topic)
    writer.array(partitions, (each) => {
      const code = error !== 0 ? error : codeOf(broker, each, isById)
      answerPartition(broker, writer, each, code, maxBytes)
      writer.tags()
    })
    writer.tags()
  })
  return writer.tags().finish()
}

function codeOf({ log, view, id }: FakeBroker, { topic, partition, epoch, offset }: AskedPartition, isById: boolean) {
  if (isById && topic !== topicIdOf(log)) return 100
  if (view.leaders[partition] !== id) return 6
  const code = fenced(log, partition, epoch)
  return code !== 0 ? code : offset < (log.logStart ?? 0) || offset > log.end ? 1 : 0
}

function answerPartition(
  broker: FakeBroker,
  writer: WireWriter,
  asked: AskedPartition,
  code: number,
  maxBytes: number,
) {
  const { partition, offset } = asked
  const { log, batchesPerFetch, boundsAnswers } = broker
  broker.fetched.push(offset)
  const batches = log.partitions[partition] ?? []
  const from = batches.findIndex((batch) => Number(batch.readBigInt64BE(0)) + batch.readInt32BE(23) >= offset)
  const isEmpty = code !== 0 || from < 0
  const records = isEmpty ? Buffer.alloc(0) : Buffer.concat(batches.slice(from, from + batchesPerFetch))
  const length = boundsAnswers
    ? Math.min(records.length, Math.max(maxBytes, batches[from]?.length ?? 0))
    : records.length
  writer.int32(partition).int16(code).int64(log.end).int64(log.end).int64(0)
  writer
    .array([], () => {})
    .int32(-1)
    .byteLength(length)
    .bytes(records.subarray(0, length))
}
