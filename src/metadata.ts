// The hidden struct `_metadata` of a record: names, types and values of its fields.

import type { Column, Reject, Rejects, Value } from './column.ts'
import type { Chunk } from './record.ts'
import { BIGINT, BINARY, BOOLEAN, type DataType, INT, STRING, TIMESTAMP } from './types.ts'

/** A hidden column of a record beside its payload. */
export const METADATA_FIELDS = [
  'key',
  'topic',
  'partition',
  'offset',
  'timestamp',
  'timestampType',
  'headers',
  'tombstone',
] as const
export type MetadataField = (typeof METADATA_FIELDS)[number]

/** Spark's types for Kafka's metadata; a key is bytes until an expression casts it. */
export const METADATA_TYPES: Readonly<Record<MetadataField, DataType>> = {
  key: BINARY,
  topic: STRING,
  partition: INT,
  offset: BIGINT,
  timestamp: TIMESTAMP,
  timestampType: INT,
  headers: {
    kind: 'array',
    element: {
      kind: 'struct',
      fields: [
        { name: 'key', type: STRING },
        { name: 'value', type: BINARY },
      ],
    },
  },
  tombstone: BOOLEAN,
}

/** One value for each record of the chunk. A record whose value the type does not hold is rejected. */
export function metadataColumn(chunk: Chunk, field: MetadataField, rejects: Rejects): Column {
  const { length } = chunk
  const type = METADATA_TYPES[field]
  switch (field) {
    case 'topic':
      return { layout: 'constant', type, value: chunk.topic }
    case 'partition':
      return { layout: 'constant', type, value: chunk.partition }
    case 'offset':
      return {
        layout: 'bigint',
        type,
        nulls: null,
        values: BigInt64Array.from({ length }, (_, i) => BigInt(chunk.offsets[i] as number)),
      }
    case 'timestamp':
      return timestamps(chunk, type, rejects)
    case 'timestampType':
      return {
        layout: 'number',
        type,
        nulls: null,
        values: Float64Array.from(chunk.timestampTypes.subarray(0, length)),
      }
    case 'tombstone':
      return {
        layout: 'boolean',
        type,
        nulls: null,
        values: Uint8Array.from({ length }, (_, i) => Number(chunk.valueEnds[i] === -1)),
      }
    case 'key':
      return { layout: 'values', type, values: Array.from({ length }, (_, i) => keyOf(chunk, i)) }
    case 'headers':
      return { layout: 'values', type, values: Array.from({ length }, (_, i) => headersOf(chunk, i)) }
    default:
      return field satisfies never
  }
}

/** Kafka's milliseconds as microseconds; a record without timestamp has a negative one. */
function timestamps(chunk: Chunk, type: DataType, rejects: Rejects): Column {
  const values = new Float64Array(chunk.length)
  const nulls = new Uint8Array(chunk.length)
  for (let i = 0; i < chunk.length; i++) {
    const millis = chunk.timestamps[i] as number
    if (millis >= 0 && millis <= MAX_MILLIS) values[i] = millis * 1000
    else nulls[i] = 1
    if (millis > MAX_MILLIS) rejects.reject(i, outOfRange(millis))
  }
  return { layout: 'number', type, values, nulls }
}

/** A number holds microseconds exactly up to here, in the year 2255. */
const MAX_MILLIS = Math.floor(Number.MAX_SAFE_INTEGER / 1000)

function outOfRange(millis: number): Reject {
  const hint = 'Kafka counts milliseconds since 1970'
  return { code: 'E_OVERFLOW', message: `the record's timestamp ${millis} is after the year 2255: ${hint}` }
}

/** A copy, since the chunk's bytes are overwritten later. */
function keyOf(chunk: Chunk, record: number): Uint8Array | null {
  const end = chunk.keyEnds[record] as number
  return end === -1 ? null : copyOf(chunk.bytes, chunk.keyStarts[record] as number, end)
}

/** `[key, value]` for each header, from Kafka's record encoding (checked when the batch was decoded). */
function headersOf(chunk: Chunk, record: number): Value {
  const { bytes } = chunk
  let at = chunk.headerStarts[record] as number
  const varint = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number
      value |= (byte & 127) << shift
      if (byte < 128) return (value >>> 1) ^ -(value & 1)
    }
  }
  return Array.from({ length: varint() }, () => {
    const keyLength = varint()
    const key = bytes.toString('utf8', at, at + keyLength)
    at += keyLength
    const valueLength = varint()
    if (valueLength < 0) return [key, null]
    at += valueLength
    return [key, copyOf(bytes, at - valueLength, at)]
  })
}

function copyOf(bytes: Buffer, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end))
}
