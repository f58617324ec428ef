// How much a batch may still read, so that what it keeps until its commit stays within a bound.

import type { Chunk } from '../record.ts'

/** What a batch keeps, whatever the source may read: rows, groups and dead letters are in memory until the commit. */
const MAX_KEPT_BYTES = 128 * 1024 * 1024

/** A chunk is to add no more than this part of the bound. */
const PARTS = 16

/** Of the first chunk of a run: nothing is known yet of what is kept of a record. */
const FIRST_CHUNK_BYTES = 64 * 1024

/** A chunk has no more than this times the bytes of the one before. */
const FASTER = 4

/**
 * Chunks become smaller where much is kept of few bytes (one long text in many rows, say), since what is made of a chunk is
 * in memory before it can be counted. What is kept therefore exceeds the bound by one part of it, by what a single
 * record makes, or by what comes of records that suddenly make much more than those before.
 */
export class Room {
  readonly #maxBytes: number
  #chunkBytes = FIRST_CHUNK_BYTES
  #kept = 0

  /** `maxBytes` is the bound of the source. */
  constructor(maxBytes: number) {
    this.#maxBytes = Math.min(maxBytes, MAX_KEPT_BYTES)
  }

  /** Bytes of the next chunk; 0: the batch is full. */
  get bytes(): number {
    return this.#kept < this.#maxBytes ? this.#chunkBytes : 0
  }

  /** A chunk was added to a batch that keeps `kept` bytes now. */
  took(chunk: Chunk, kept: number): void {
    const growth = (kept - this.#kept) / bytesOf(chunk)
    this.#kept = kept
    const wanted = growth > 0 ? this.#maxBytes / PARTS / growth : Infinity
    this.#chunkBytes = Math.max(1, Math.min(Math.floor(wanted), this.#chunkBytes * FASTER))
  }

  /** The next batch begins, with nothing kept. */
  clear(): void {
    this.#kept = 0
  }
}

/** From the first record's value to the end of the last record: keys and headers lie in between. */
function bytesOf({ length, valueStarts, valueEnds, headerEnds }: Chunk): number {
  const end = Math.max(valueEnds[length - 1] ?? 0, headerEnds[length - 1] ?? 0)
  return Math.max(end - (valueStarts[0] ?? 0), 1)
}
