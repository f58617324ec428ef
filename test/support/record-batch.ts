// Makes record batches (format 2) by hand, as the protocol's documentation describes them.

import { gzipSync } from 'node:zlib'
import { crc32c } from '../../src/kafka/protocol/crc32c.ts'

export interface TestRecord {
  readonly key?: Buffer | string | null
  readonly value?: Buffer | string | null
  readonly headers?: readonly (readonly [string, Buffer | string | null])[]
  /** By default one more than the record before. */
  readonly offsetDelta?: number
  readonly timestampDelta?: number | bigint
}

export interface TestBatch {
  readonly baseOffset: number
  readonly records?: readonly TestRecord[]
  /** By default that of the last record. */
  readonly lastOffsetDelta?: number
  readonly codec?: number
  /** Instead of the compressed records. */
  readonly payload?: Buffer
  readonly isLogAppendTime?: boolean
  readonly isTransactional?: boolean
  readonly isControl?: boolean
  readonly baseTimestamp?: number | bigint
  readonly maxTimestamp?: number
  readonly producerId?: number
  readonly leaderEpoch?: number
}

export function encodeBatch(batch: TestBatch): Buffer {
  const records = batch.records ?? []
  let delta = -1
  const encoded = records.map((record) => {
    delta = record.offsetDelta ?? delta + 1
    return encodeRecord(record, delta)
  })
  const plain = Buffer.concat(encoded)
  const payload = batch.payload ?? (batch.codec === 1 ? gzipSync(plain) : plain)
  const bytes = Buffer.alloc(61 + payload.length)
  const flags = [batch.isLogAppendTime && 8, batch.isTransactional && 16, batch.isControl && 32]
  bytes.writeBigInt64BE(BigInt(batch.baseOffset), 0)
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt32BE(batch.leaderEpoch ?? 0, 12)
  bytes.writeInt8(2, 16)
  bytes.writeInt16BE(
    flags.reduce<number>((sum, flag) => sum + (flag || 0), batch.codec ?? 0),
    21,
  )
  bytes.writeInt32BE(batch.lastOffsetDelta ?? Math.max(delta, 0), 23)
  bytes.writeBigInt64BE(BigInt(batch.baseTimestamp ?? 0), 27)
  bytes.writeBigInt64BE(BigInt(batch.maxTimestamp ?? batch.baseTimestamp ?? 0), 35)
  bytes.writeBigInt64BE(BigInt(batch.producerId ?? -1), 43)
  bytes.writeInt16BE(0, 51)
  bytes.writeInt32BE(-1, 53)
  bytes.writeInt32BE(records.length, 57)
  payload.copy(bytes, 61)
  return seal(bytes)
}

/** The marker that ends a transaction. */
export function controlBatch(baseOffset: number, producerId: number, type: 'abort' | 'commit'): Buffer {
  const key = Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1])
  const record = { key, value: Buffer.alloc(6) }
  return encodeBatch({ baseOffset, producerId, isControl: true, isTransactional: true, records: [record] })
}

/** Writes the right checksum. */
export function seal(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17)
  return batch
}

export function encodeRecord(record: TestRecord, offsetDelta: number): Buffer {
  const headers = record.headers ?? []
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(record.timestampDelta ?? 0),
    varint(offsetDelta),
    sized(record.key ?? null),
    sized(record.value ?? null),
    varint(headers.length),
    ...headers.flatMap(([key, value]) => [sized(key), sized(value)]),
  ])
  return Buffer.concat([varint(body.length), body])
}

function sized(content: Buffer | string | null): Buffer {
  if (content === null) return varint(-1)
  const bytes = Buffer.from(content as string) // Buffer.from takes a Buffer too
  return Buffer.concat([varint(bytes.length), bytes])
}

/** Zigzag, seven bits a byte. */
export function varint(value: number | bigint): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
  const bytes: number[] = []
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}
