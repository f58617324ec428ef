// The contract of a format: the bytes of records → columns, only those that the plan needs.
//
// `create` is called when the plan is made, and reports mistakes in the options. `typeOf` is called while expressions
// are compiled: the paths that it knows are those that users may name. `open` is called once for a run, with the fields
// that the plan needs; `read` then for every chunk, in the order in which the source gives them.
//
// A format does no I/O and holds no resource. It does not know batches: the same bytes give the same values in each.
// It throws only for bugs: what a record can have wrong is a reject, which `onError` of the pipeline decides about.

import type { Column, Rejects } from './column.ts'
import type { Problem } from './errors.ts'
import type { Chunk } from './record.ts'
import type { DataType, Schema } from './types.ts'

/** A field that the plan needs: its path from the top of the payload. */
export interface FieldRequest {
  readonly path: readonly string[]
}

export interface Format {
  /** Its name in pipeline files. */
  readonly kind: string
  /** The columns of the payload, where the format fixes them; null: any path may be requested and is a variant. */
  readonly schema: Schema | null
  /** The type of a field; undefined where the schema has no such path. */
  typeOf(path: readonly string[]): DataType | undefined
  /** Fields may be none: `read` then only checks that payloads are well-formed. */
  open(fields: readonly FieldRequest[]): FormatReader
}

/**
 * Reads chunk after chunk. Laws (test/contract/format.ts):
 * - One column for each requested field, in order, with the type of `typeOf`, aligned with the chunk's records.
 * - A null payload gives NULL in every field and is no error.
 * - A payload that the format refuses is rejected (once), even if no field was requested; its fields are NULL.
 * - A field that is not of its type rejects its record, once, and is NULL.
 * - Columns are valid until the next call; strings that `textAt` returned stay valid.
 * - The chunk's bytes are as before when `read` returns.
 */
export interface FormatReader {
  read(chunk: Chunk, rejects: Rejects): readonly Column[]
}

/** What a format is made with, beside its options. */
export interface FormatInput {
  /** An IANA time zone. */
  readonly timeZone: string
  /** Takes one mistake in the pipeline file; by default at the format's place. */
  report(problem: Problem): void
}

/** Makes formats of one kind. */
export interface FormatKind<Options> {
  /** The options that change what records mean, in one line; part of the fingerprint of the state file. */
  canonical(options: Options): string
  /** Undefined after every mistake in the options was reported. */
  create(options: Options, input: FormatInput): Format | undefined
}
