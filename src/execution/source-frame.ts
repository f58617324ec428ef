// Chunks → frames: the format makes the columns of the payload, the chunk itself has those of the metadata.

import type { BatchContext, Column, Frame, Rejects } from '../column.ts'
import type { Format } from '../format.ts'
import { metadataColumn } from '../metadata.ts'
import type { SourceColumn } from '../plan/plan.ts'
import type { Chunk } from '../record.ts'

/** Reads a chunk into a frame with the columns of the plan's source, in their order. */
export type ReadFrame = (chunk: Chunk, rejects: Rejects, batch: BatchContext) => Frame

export function frameReader(format: Format, columns: readonly SourceColumn[]): ReadFrame {
  const reader = format.open(columns.filter((column) => 'path' in column))
  return (chunk, rejects, batch) => {
    const payload = reader.read(chunk, rejects)
    let next = 0
    const all = columns.map((column): Column => {
      if ('path' in column) return payload[next++] as Column
      if ('metadata' in column) return metadataColumn(chunk, column.metadata, rejects)
      return { layout: 'constant', type: column.type, value: null }
    })
    return { length: chunk.length, columns: all, records: null, rejects, batch }
  }
}
