// The plan of a pipeline: a graph of steps between one source and its sinks, with everything known before it runs.

import type { Clock } from '../clock.ts'
import type { Problem } from '../errors.ts'
import type { FieldRequest, Format } from '../format.ts'
import type { Sink, SinkInput } from '../sink.ts'
import type { Source } from '../source.ts'
import type { Component } from '../spec.ts'
import type { Step, TransformKind } from '../transform.ts'
import type { Schema } from '../types.ts'

/** Makes sources of one kind. */
export interface SourceKind<Options> {
  /** The format that the source's records are read with. */
  format(options: Options): Component
  /** What of the options belongs to the pipeline's meaning, in one line. */
  canonical(options: Options): string
  /** Upper bounds of one micro-batch. */
  limits(options: Options): { readonly maxRecords: number; readonly maxBytes: number }
  create(options: Options, clock: Clock): Source
}

export interface FormatKind<Options> {
  canonical(options: Options): string
  create(options: Options): Format
}

/** Makes sinks of one kind. `create` returns undefined after it has reported why. */
export interface SinkKind<Options> {
  /** Whether the columns must be known: a sink that stores rows cannot take an open payload. */
  readonly needsColumns: boolean
  create(options: Options, input: SinkInput, report: (problem: Problem) => void): Sink | undefined
}

/** All implementations by name, handed in from the top. */
export interface Kinds {
  readonly sources: ReadonlyMap<string, SourceKind<unknown>>
  readonly formats: ReadonlyMap<string, FormatKind<unknown>>
  readonly transforms: ReadonlyMap<string, TransformKind<unknown>>
  readonly sinks: ReadonlyMap<string, SinkKind<unknown>>
}

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

/** A column of the source's frames: a payload field or a metadata field. */
export type SourceColumn = FieldRequest | { readonly metadata: MetadataField }

/** The frames that the source's records become. */
export const SOURCE = -1

export interface PlanStep {
  /** Unique in the plan; its kind, with a number from the second of a kind on. */
  readonly id: string
  readonly kind: string
  /** Index in `steps`, always lower than the step's own; SOURCE: the source. */
  readonly input: number
  readonly step: Step
  /** Columns after it; null: still the open payload. */
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
    readonly limits: { readonly maxRecords: number; readonly maxBytes: number }
  }
  /** In topological order. */
  readonly steps: readonly PlanStep[]
  readonly sinks: readonly PlanSink[]
  readonly batchIntervalMs: number
  /** What must not change under a state file, and what may. */
  readonly fingerprint: {
    readonly steps: readonly { readonly id: string; readonly kind: string; readonly canonical: string }[]
    readonly plan: string
  }
}
