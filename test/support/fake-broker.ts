// A small broker with one topic that does what a test tells it: for faults that a real one does not have on demand.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { WireReader, WireWriter } from '../../src/kafka/protocol/bytes.ts'

export interface FakeLog {
  /** Batches of each partition, in offset order. */
  readonly partitions: readonly (readonly Buffer[])[]
  readonly logStart?: number
  readonly end: number
}

export interface FakeView {
  readonly brokers: readonly Pick<FakeBroker, 'id' | 'port'>[]
  /** By partition; -1: nobody. A broker refuses fetches of partitions that it does not lead. */
  leaders: readonly number[]
}

/** What becomes of the next Fetch: its answer changed, none at all, or the end of the connection. */
export type Fate = ((answer: Buffer) => Buffer) | 'silence' | 'close'

export interface FakeBroker {
  readonly address: string
  readonly port: number
  /** Fates of the fetches to come; afterwards all goes well. */
  readonly fates: Fate[]
  /** The offsets that fetches asked for. */
  readonly fetched: number[]
  /** Batches in an answer, at most. */
  batchesPerFetch: number
  /** Largest version of Fetch. */
  fetchVersion: number
  /** Error code and throttle time of the fetches to come. */
  readonly errors: number[]
  readonly throttles: number[]
  log: FakeLog
  /** What metadata says; brokers of one cluster share it. */
  view: FakeView
  readonly id: number
  close(): Promise<void>
}

export const FAKE_TOPIC = 'orders'

export async function startFakeBroker(log: FakeLog, port = 0, id = 1): Promise<FakeBroker> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    let pending = Buffer.alloc(0)
    socket.on('data', (data) => {
      pending = Buffer.concat([pending, data])
      while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
        const end = 4 + pending.readInt32BE(0)
        serve(broker, socket, pending.subarray(4, end))
        pending = pending.subarray(end)
      }
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('not listening')
  const broker: FakeBroker = {
    address: `127.0.0.1:${bound.port}`,
    port: bound.port,
    fates: [],
    fetched: [],
    batchesPerFetch: Number.POSITIVE_INFINITY,
    fetchVersion: 11,
    errors: [],
    throttles: [],
    log,
    id,
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

function serve(broker: FakeBroker, socket: Socket, request: Buffer): void {
  const reader = new WireReader(request)
  const key = reader.int16()
  reader.int16() // version
  const correlationId = reader.int32()
  reader.nullableString() // client id
  const answers: Record<number, () => Buffer> = {
    18: () => apiVersions(broker),
    3: () => metadata(broker),
    2: () => listOffsets(broker, reader),
    1: () => fetch(broker, reader),
  }
  let body = answers[key]?.() ?? Buffer.alloc(0)
  const fate = key === 1 ? broker.fates.shift() : undefined
  if (fate === 'silence') return
  if (fate === 'close') return void socket.destroy()
  if (fate !== undefined) body = fate(body)
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body.length, 0)
  head.writeInt32BE(correlationId, 4)
  socket.write(Buffer.concat([head, body]))
}

function apiVersions({ fetchVersion }: FakeBroker): Buffer {
  const apis = [
    [1, fetchVersion],
    [2, 5],
    [3, 6],
    [18, 2],
  ] as const
  const writer = new WireWriter().int16(0)
  return writer
    .array(apis, ([key, max]) => writer.int16(key).int16(0).int16(max))
    .int32(0)
    .finish()
}

function metadata({ view }: FakeBroker): Buffer {
  const writer = new WireWriter().int32(0)
  writer.array(view.brokers, ({ id, port }) => writer.int32(id).string('127.0.0.1').int32(port).int16(-1))
  writer.string('fake-cluster').int32(1)
  writer.int32(1).int16(0).string(FAKE_TOPIC).int8(0)
  writer.array([...view.leaders.entries()], ([partition, leader]) => {
    const code = leader < 0 ? 5 : 0
    writer.int16(code).int32(partition).int32(leader).int32(0).int32(0).int32(0)
  })
  return writer.finish()
}

function listOffsets({ log }: FakeBroker, reader: WireReader): Buffer {
  reader.int32()
  reader.int8()
  const asked = reader.array(1, () => {
    reader.string()
    return reader.array(12, () => ({ partition: reader.int32(), timestamp: reader.int64() }))
  })
  const writer = new WireWriter().int32(0).int32(1).string(FAKE_TOPIC)
  writer.array(asked.flat(), ({ partition, timestamp }) => {
    const offset = timestamp === -2 ? (log.logStart ?? 0) : log.end
    writer.int32(partition).int16(0).int64(-1).int64(offset)
  })
  return writer.finish()
}

function fetch(broker: FakeBroker, reader: WireReader): Buffer {
  reader.skip(4 + 4 + 4 + 4 + 1 + 4 + 4)
  const asked = reader.array(1, () => {
    reader.string()
    return reader.array(28, () => {
      const partition = reader.int32()
      reader.int32()
      const offset = reader.int64()
      reader.skip(8 + 4)
      return { partition, offset }
    })
  })
  const throttle = broker.throttles.shift() ?? 0
  const error = broker.errors.shift() ?? 0
  const writer = new WireWriter().int32(throttle).int16(0).int32(0)
  if (throttle > 0) return writer.int32(0).finish()
  writer.int32(1).string(FAKE_TOPIC)
  writer.array(asked.flat(), ({ partition, offset }) => {
    broker.fetched.push(offset)
    const batches = broker.log.partitions[partition] ?? []
    const from = batches.findIndex((batch) => Number(batch.readBigInt64BE(0)) + batch.readInt32BE(23) >= offset)
    const isLeader = broker.view.leaders[partition] === broker.id
    const code =
      error !== 0 ? error : !isLeader ? 6 : offset < (broker.log.logStart ?? 0) || offset > broker.log.end ? 1 : 0
    const records =
      code !== 0 || from < 0 ? Buffer.alloc(0) : Buffer.concat(batches.slice(from, from + broker.batchesPerFetch))
    writer.int32(partition).int16(code).int64(broker.log.end).int64(broker.log.end).int64(0)
    writer.int32(-1).int32(-1).int32(records.length).bytes(records)
  })
  return writer.finish()
}
