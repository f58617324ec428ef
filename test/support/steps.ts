// Compiles transforms and runs them over JSON texts, without a source or a sink.

import { allRows, type Reject, type Value, valueAt } from '../../src/column.ts'
import type { Problem } from '../../src/errors.ts'
import { frameReader } from '../../src/execution/source-frame.ts'
import { jsonFormat } from '../../src/formats/json/format.ts'
import { sourceScope } from '../../src/plan/source-scope.ts'
import type { TopicPartition } from '../../src/record.ts'
import type { Component } from '../../src/spec.ts'
import type { Fold, Rows, Step, TransformKind } from '../../src/transform.ts'
import { BATCH } from './frame.ts'
import { chunkOf } from './memory-source.ts'

export interface Compiled {
  readonly step: Step
  /** The rows of one chunk at the entrance of the step. */
  read(values: readonly unknown[], at?: TopicPartition): Rows
  /** What was refused since the last call, by record. */
  takeRejects(): [number, Reject][]
}

/** Compiles a step on the open payload of JSON records. */
export function compileStep(kind: TransformKind<never>, { options }: Component): Compiled {
  const format = jsonFormat()
  const scope = sourceScope(format)
  const problems: Problem[] = []
  const step = kind.compile(options as never, {
    scope,
    schema: null,
    timeZone: 'UTC',
    report: (problem) => problems.push(problem),
  })
  if (step === undefined) throw new Error(JSON.stringify(problems))
  const readFrame = frameReader(format, scope.columns)
  const rejects = new Map<number, Reject>()
  const rejected = { reject: (record: number, reject: Reject) => rejects.set(record, reject) }
  return {
    step,
    read(values, at = { topic: 'a', partition: 0 }) {
      const texts = values.map((value) => (value === null ? null : JSON.stringify(value)))
      const frame = readFrame(chunkOf(at, 0, texts), rejected, BATCH)
      return { frame, selection: allRows(frame.length) }
    },
    takeRejects() {
      const taken = [...rejects]
      rejects.clear()
      return taken
    },
  }
}

/** A fold that evaluates the rows it is given. */
export function openFold({ step }: Compiled): Fold {
  if (step.role !== 'fold') throw new Error('this step is no fold')
  const fold = step.open()
  return {
    add: (origin, rows) => fold.add(origin, step.evaluate(rows)),
    keptBytes: () => fold.keptBytes(),
    finish: (batch) => fold.finish(batch),
    committed: () => fold.committed(),
    abandoned: () => fold.abandoned(),
  }
}

export function applyStep({ step }: Compiled, rows: Rows): Rows {
  if (step.role !== 'stateless') throw new Error('this step is a fold')
  return step.apply(rows)
}

/** The selected rows, one array of values each. */
export function valuesOf({ frame, selection }: Rows): Value[][] {
  return Array.from(selection.rows.subarray(0, selection.count), (row) =>
    frame.columns.map((column) => valueAt(column, row)),
  )
}
