// One micro-batch on its way through the plan: chunks in, counts out, the sinks filled.

import type { Counts, DeadLetter } from '../checkpoint.ts'
import { allRows, type Reject, type Rejects } from '../column.ts'
import { Exit, SprkError } from '../errors.ts'
import { type Plan, type PlanStep, SOURCE } from '../plan/plan.ts'
import { byTopicPartition, type Chunk, partitionKey } from '../record.ts'
import type { Fold, Rows } from '../transform.ts'
import { frameReader, type ReadFrame } from './source-frame.ts'

/** The failed records of one chunk: the first failure of each. */
class ChunkRejects implements Rejects {
  readonly byRecord = new Map<number, Reject>()

  reject(record: number, reject: Reject): void {
    if (!this.byRecord.has(record)) this.byRecord.set(record, reject)
  }
}

/** What a batch is committed with, beside its ranges. */
export interface Outcome {
  readonly counts: Counts
  /** In (topic, partition, offset) order. */
  readonly deadLetters: readonly DeadLetter[]
}

/**
 * Law: for each chunk the stateless part of all branches is evaluated before anything is folded or given to a sink, so
 * that a record that fails in one branch leaves nothing behind in another.
 */
export class MicroBatch {
  readonly #plan: Plan
  readonly #read: ReadFrame
  /** By step index; a stateless step has none. */
  readonly #folds: readonly (Fold | null)[]
  #processed = 0
  #filtered = 0
  #skipped = 0
  #deadLetters: DeadLetter[] = []

  constructor(plan: Plan) {
    this.#plan = plan
    this.#read = frameReader(plan.source.format, plan.source.columns)
    this.#folds = plan.steps.map(({ step }) => (step.role === 'fold' ? step.open() : null))
  }

  /** Throws a SprkError (exit 65) for a record that cannot be read or transformed; the batch is then lost. */
  add(chunk: Chunk): void {
    const rejects = new ChunkRejects()
    const frame = this.#read(chunk, rejects)
    const inputs = this.#applyStateless({ frame, selection: allRows(frame.length) })
    const { byRecord } = rejects
    if (byRecord.size > 0) this.#refuse(chunk, byRecord)

    const reached = new Uint8Array(chunk.length)
    for (const { step, rows } of inputs.folds) {
      const accepted = withoutRecords(rows, byRecord)
      markRecords(reached, accepted)
      this.#fold(step).add(chunk, accepted)
    }
    for (const { sink, rows } of inputs.sinks) {
      const accepted = withoutRecords(rows, byRecord)
      markRecords(reached, accepted)
      sink.add(chunk, accepted)
    }
    const processed = reached.reduce((sum, flag) => sum + flag, 0)
    this.#processed += processed
    this.#filtered += chunk.length - processed - byRecord.size
  }

  #refuse(chunk: Chunk, byRecord: ReadonlyMap<number, Reject>): void {
    switch (this.#plan.onError) {
      case 'fail':
        throw badRecord(this.#plan, chunk, byRecord)
      case 'skip':
        this.#skipped += byRecord.size
        break
      case 'deadLetter':
        for (const [record, reject] of byRecord) this.#deadLetters.push(deadLetterOf(chunk, record, reject))
        break
      default:
        this.#plan.onError satisfies never
    }
  }

  /** The rows at the entrance of every fold and sink that is reached without passing a fold. */
  #applyStateless(source: Rows) {
    const { steps, sinks } = this.#plan
    const after: (Rows | null)[] = []
    const at = (input: number): Rows | null => (input === SOURCE ? source : (after[input] ?? null))
    const folds: { step: number; rows: Rows }[] = []
    steps.forEach(({ input, step }, index) => {
      const rows = at(input)
      if (rows !== null && step.role === 'fold') folds.push({ step: index, rows: step.prepare(rows) })
      after[index] = rows !== null && step.role === 'stateless' ? step.apply(rows) : null
    })
    const reachedSinks = sinks.flatMap(({ input, sink }) => {
      const rows = at(input)
      return rows === null ? [] : [{ sink, rows }]
    })
    for (const { sink, rows } of reachedSinks) sink.check?.(rows)
    return { folds, sinks: reachedSinks }
  }

  /** Closes the folds and gives their results to the sinks. Call it once, after the last chunk. */
  finish(): Outcome {
    const { steps, sinks } = this.#plan
    const after: (Rows | null)[] = []
    steps.forEach((planned, index) => {
      after[index] = this.#finishStep(planned, index, planned.input === SOURCE ? null : (after[planned.input] ?? null))
    })
    for (const { input, sink } of sinks) {
      const rows = input === SOURCE ? null : (after[input] ?? null)
      if (rows !== null) sink.add(null, rows)
    }
    const deadLetters = this.#deadLetters.toSorted((a, b) => byTopicPartition(a, b) || a.offset - b.offset)
    const counts = {
      processed: this.#processed,
      filtered: this.#filtered,
      skipped: this.#skipped,
      deadLetters: deadLetters.length,
      late: 0,
    }
    return { counts, deadLetters }
  }

  #finishStep({ step }: PlanStep, index: number, rows: Rows | null): Rows | null {
    if (step.role === 'stateless') return rows === null ? null : step.apply(rows)
    const fold = this.#fold(index)
    if (rows !== null) fold.add(null, step.prepare(rows))
    return fold.finish()
  }

  #fold(index: number): Fold {
    const fold = this.#folds[index]
    if (fold === null || fold === undefined) throw new Error(`step ${index} is no fold`)
    return fold
  }

  /** Makes ready for the next batch: this one was committed or abandoned. */
  clear(): void {
    for (const fold of this.#folds) fold?.clear()
    for (const { sink } of this.#plan.sinks) sink.clear()
    this.#processed = 0
    this.#filtered = 0
    this.#skipped = 0
    this.#deadLetters = []
  }
}

/** The rows whose records were accepted in every branch. */
function withoutRecords(rows: Rows, refused: ReadonlyMap<number, Reject>): Rows {
  if (refused.size === 0) return rows
  const { frame, selection } = rows
  const kept = new Int32Array(selection.count)
  let count = 0
  for (let i = 0; i < selection.count; i++) {
    const row = selection.rows[i] as number
    if (!refused.has(frame.records === null ? row : (frame.records[row] as number))) kept[count++] = row
  }
  return { frame, selection: { rows: kept, count } }
}

function deadLetterOf(chunk: Chunk, record: number, { code, message }: Reject): DeadLetter {
  const span = (starts: Int32Array, ends: Int32Array) => {
    const end = ends[record] as number
    return end === -1 ? null : new Uint8Array(chunk.bytes.subarray(starts[record], end))
  }
  return {
    topic: chunk.topic,
    partition: chunk.partition,
    offset: chunk.offsets[record] as number,
    code,
    reason: message,
    key: span(chunk.keyStarts, chunk.keyEnds),
    value: span(chunk.valueStarts, chunk.valueEnds),
    headers: span(chunk.headerStarts, chunk.headerEnds) ?? new Uint8Array(),
  }
}

function markRecords(reached: Uint8Array, { frame, selection }: Rows): void {
  const { rows, count } = selection
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number
    reached[frame.records === null ? row : (frame.records[row] as number)] = 1
  }
}

function badRecord({ source }: Plan, chunk: Chunk, byRecord: ReadonlyMap<number, Reject>): SprkError {
  const record = Math.min(...byRecord.keys())
  const { code, message } = byRecord.get(record) as Reject
  const offset = chunk.offsets[record] as number
  return new SprkError(Exit.BAD_RECORD, {
    code,
    message: `${partitionKey(chunk)} offset ${offset}: ${message}`,
    hint: `look at the record: ${source.showRecord(chunk, offset)}`,
  })
}
