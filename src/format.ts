// The contract of a format: the bytes of records → columns, only those that the plan needs.

import type { Column, Rejects } from './column.ts'
import type { Problem } from './errors.ts'
import type { Chunk } from './record.ts'
import type { DataType, Schema } from './types.ts'

/** A field that the plan needs: its path from the top of the payload. */
export interface FieldRequest {
  readonly path: readonly string[]
}

export interface Format {
  readonly kind: string
  /** The columns of the payload where the format fixes them; null: any path may be asked for and is a variant. */
  readonly schema: Schema | null
  /** The type of a field; undefined where the schema has no such path. */
  typeOf(path: readonly string[]): DataType | undefined
  open(fields: readonly FieldRequest[]): FormatReader
}

/**
 * Reads chunk after chunk. Laws (test/contract/format.ts):
 * - One column for each requested field, in order, with the type of `typeOf`, aligned with the chunk's records.
 * - A null payload gives NULL in every field and is no error.
 * - A payload that the format refuses is rejected (once), even if no field was asked for; its fields are NULL.
 * - A field that is not of its type rejects its record, once, and is NULL.
 * - Columns are valid until the next call; strings that `textAt` gave are the caller's to keep.
 * - The chunk's bytes are as before when `read` returns.
 */
export interface FormatReader {
  read(chunk: Chunk, rejects: Rejects): readonly Column[]
}

/** What a format is made with, beside its options. */
export interface FormatInput {
  /** An IANA time zone. */
  readonly timeZone: string
  /** What is wrong in the pipeline file; by default at the format's place. */
  report(problem: Problem): void
}

/** Makes formats of one kind. */
export interface FormatKind<Options> {
  canonical(options: Options): string
  /** Undefined after every mistake in the options was reported. */
  create(options: Options, input: FormatInput): Format | undefined
}
