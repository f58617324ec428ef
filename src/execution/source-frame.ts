// Chunks → frames: the payload's columns come from the format, those of the metadata from the chunk.

import type { Column, Frame, Rejects, Value } from '../column.ts'
import type { Format } from '../format.ts'
import type { MetadataField, SourceColumn } from '../plan/plan.ts'
import { METADATA_TYPES } from '../plan/source-scope.ts'
import type { Chunk } from '../record.ts'

/** Reads a chunk into a frame with these columns, in their order. */
export type ReadFrame = (chunk: Chunk, rejects: Rejects) => Frame

export function frameReader(format: Format, columns: readonly SourceColumn[]): ReadFrame {
  const reader = format.open(columns.filter((column) => 'path' in column))
  return (chunk, rejects) => {
    const payload = reader.read(chunk, rejects)
    let next = 0
    const all = columns.map((column): Column => {
      if ('path' in column) return payload[next++] as Column
      if ('metadata' in column) return metadataColumn(chunk, column.metadata)
      return { layout: 'constant', type: column.type, value: null }
    })
    return { length: chunk.length, columns: all, records: null, rejects }
  }
}

function metadataColumn(chunk: Chunk, field: MetadataField): Column {
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
      return {
        layout: 'number',
        type,
        nulls: Uint8Array.from({ length }, (_, i) => Number((chunk.timestamps[i] as number) < 0)),
        values: Float64Array.from({ length }, (_, i) => (chunk.timestamps[i] as number) * 1000),
      }
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

/** A copy: the chunk's bytes die with it. */
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
