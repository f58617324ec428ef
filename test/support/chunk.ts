// Chunks made by hand: records laid out in one buffer the way Kafka's record batches have them.

import type { Reject, Rejects } from '../../src/column.ts'
import type { Chunk } from '../../src/record.ts'

export interface TestRecord {
  readonly value: string | Uint8Array | null
  /** No key by default. */
  readonly key?: string | Uint8Array | null
  readonly headers?: readonly (readonly [key: string, value: string | null])[]
  /** The record's place in the chunk by default. */
  readonly offset?: number
  /** Epoch milliseconds; 0 by default. */
  readonly timestamp?: number
}

/** Bare values stand for records that have only a value. */
export function chunkOf(
  records: readonly (TestRecord | string | Uint8Array | null)[],
  at: { readonly topic?: string; readonly partition?: number } = {},
): Chunk {
  const all = records.map(toRecord)
  const layout = new Layout()
  const spans = all.map((record) => ({
    key: layout.field(record.key ?? null),
    value: layout.field(record.value),
    headers: layout.add(headerBytes(record.headers ?? [])),
  }))
  return {
    topic: at.topic ?? 'events',
    partition: at.partition ?? 0,
    length: all.length,
    bytes: layout.bytes(),
    offsets: Float64Array.from(all, (record, i) => record.offset ?? i),
    timestamps: Float64Array.from(all, (record) => record.timestamp ?? 0),
    timestampTypes: new Uint8Array(all.length),
    keyStarts: Int32Array.from(spans, (span) => span.key[0]),
    keyEnds: Int32Array.from(spans, (span) => span.key[1]),
    valueStarts: Int32Array.from(spans, (span) => span.value[0]),
    valueEnds: Int32Array.from(spans, (span) => span.value[1]),
    headerStarts: Int32Array.from(spans, (span) => span.headers[0]),
    headerEnds: Int32Array.from(spans, (span) => span.headers[1]),
  }
}

/** Rejects that remember, by record; each call of `reject` is kept. */
export function collectRejects(): Rejects & { readonly all: Map<number, Reject[]> } {
  const all = new Map<number, Reject[]>()
  return {
    all,
    reject(record, reject) {
      all.set(record, [...(all.get(record) ?? []), reject])
    },
  }
}

function toRecord(record: TestRecord | string | Uint8Array | null): TestRecord {
  if (record === null || typeof record === 'string' || record instanceof Uint8Array) return { value: record }
  return record
}

class Layout {
  readonly #parts: Buffer[] = []
  #length = 0

  add(bytes: Buffer): [start: number, end: number] {
    this.#parts.push(bytes)
    this.#length += bytes.length
    return [this.#length - bytes.length, this.#length]
  }

  /** A length as a varint, then the bytes. */
  field(content: string | Uint8Array | null): [start: number, end: number] {
    this.add(varint(content === null ? -1 : Buffer.byteLength(content)))
    return content === null ? [this.#length, -1] : this.add(Buffer.from(content))
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

function headerBytes(headers: readonly (readonly [string, string | null])[]): Buffer {
  const fields = headers.flatMap(([key, value]) =>
    [key, value].flatMap((text) =>
      text === null ? [varint(-1)] : [varint(Buffer.byteLength(text)), Buffer.from(text)],
    ),
  )
  return Buffer.concat([varint(headers.length), ...fields])
}

/** A small number in zigzag encoding, as Kafka's records have it. */
function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value < 0 ? -2 * value - 1 : 2 * value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}
