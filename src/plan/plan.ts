// The plan of a pipeline: a graph of steps between one source and its sinks, and all that is known before it runs.

import type { Clock } from '../clock.ts'
import type { FieldRequest, Format } from '../format.ts'
import type { LogView } from '../log.ts'
import type { MetadataField } from '../metadata.ts'
import type { ProgressMirror } from '../mirror.ts'
import type { TopicPartition } from '../record.ts'
import type { Sink } from '../sink.ts'
import type { Backlog, LiveRun, Source, SourceRates } from '../source.ts'
import type { OnError } from '../spec.ts'
import type { Step } from '../transform.ts'
import type { DataType, Schema } from '../types.ts'

/** A column of the source's frames: a payload field, a metadata field, or NULL until a step computes its value. */
export type SourceColumn =
  | FieldRequest
  | { readonly metadata: MetadataField }
  | { readonly computed: string; readonly type: DataType }

/** The `input` of steps and sinks that take the rows of the source. */
export const SOURCE = -1

export interface PlanStep {
  /** Unique in the plan: the kind, from the second of a kind on with a number (`filter-2`). */
  readonly id: string
  readonly kind: string
  /** Index in `steps`, lower than the step's own, or SOURCE. */
  readonly input: number
  readonly step: Step
  /** Columns after it; null: the open payload of a format without a schema. */
  readonly output: Schema | null
}

export interface PlanSink {
  readonly id: string
  readonly kind: string
  /** Index in `steps`, or SOURCE. */
  readonly input: number
  readonly sink: Sink
  readonly schema: Schema | null
}

export interface Plan {
  readonly name: string
  readonly source: {
    readonly id: string
    readonly kind: string
    readonly canonical: string
    readonly formatKind: string
    readonly format: Format
    /** In the order of the frames' columns: only what some step needs. */
    readonly columns: readonly SourceColumn[]
    readonly limits: {
      readonly maxRecords: number
      readonly maxBytes: number
      /** Null: the source has no choice. */
      readonly backlog: Backlog | null
    }
    /** Null: it reads as fast as it can. */
    readonly rates: SourceRates | null
    /** Opens nothing. `live`: a run goes on for itself. */
    create(clock: Clock, live?: LiveRun): Source
    /** Opens nothing. `stateId` is null where there is no state file yet. */
    view(clock: Clock, stateId: string | null): LogView
    /** Null: the pipeline's progress is not mirrored. */
    mirror(clock: Clock, stateId: string): ProgressMirror | null
    /** What a run promises, in a sentence, beside what its sinks do; null: every record is read once. */
    readonly guarantee: string | null
    /** A run stores blocks in the state file. */
    readonly storesBlocks: boolean
    /** A shell command that prints a record. */
    showRecord(at: TopicPartition, offset: number): string
  }
  /** In topological order. */
  readonly steps: readonly PlanStep[]
  readonly sinks: readonly PlanSink[]
  readonly batchIntervalMs: number
  readonly onError: OnError
  /** What a state file is compared with: `steps` must be those that its results were made with, `plan` may change. */
  readonly fingerprint: {
    readonly steps: readonly {
      readonly id: string
      readonly kind: string
      readonly canonical: string
      /** The table that holds its results. */
      readonly table: string
      /** The unique indexes of the table's key. */
      readonly indexes: readonly string[]
    }[]
    readonly plan: string
  }
}
