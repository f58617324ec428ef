// Evaluates the plan for one micro-batch after the other: takes chunks, fills the sinks, returns counts.

import type { DeadLetter } from '../checkpoint.ts'
import { allRows, type BatchContext, type Reject } from '../column.ts'
import { Exit, SprkError } from '../errors.ts'
import { type Plan, type PlanStep, SOURCE } from '../plan/plan.ts'
import type { Counts, Refusal } from '../progress.ts'
import { byTopicPartition, type Chunk, type OffsetRange, type Origin, partitionKey } from '../record.ts'
import type { Sink, Staged } from '../sink.ts'
import type { Fold, Rows } from '../transform.ts'
import { badRecord, ChunkRejects, deadLetterBytes, deadLetterOf, Refusals } from './refusals.ts'
import { frameReader, type ReadFrame } from './source-frame.ts'
import { RunWatch } from './watch.ts'

/** What a batch is committed with, in addition to its ranges. */
export interface Outcome {
  readonly counts: Counts
  /** In (topic, partition, offset) order. */
  readonly deadLetters: readonly DeadLetter[]
  /** Rows added to each sink, in the order of the plan. */
  readonly sinkRows: readonly number[]
  /** Why records were refused, the most frequent reason first. */
  readonly refused: readonly Refusal[]
}

/** Rows that reach a sink. */
interface SinkEntrance {
  /** Index in the plan's sinks. */
  readonly index: number
  readonly sink: Sink
  readonly rows: Rows
  readonly staged: Staged
}

/**
 * Law: for each chunk the stateless steps of all branches are evaluated, and the resulting rows staged, before any row
 * is folded or added to a sink. So a record that fails in one branch leaves no rows in another.
 */
export class MicroBatch {
  readonly #plan: Plan
  readonly #read: ReadFrame
  /** By step index; null for a stateless step. */
  readonly #folds: readonly (Fold | null)[]
  readonly #sinkRows: number[]
  #processed = 0
  #filtered = 0
  #skipped = 0
  #deadLetters: DeadLetter[] = []
  #deadLetterBytes = 0
  readonly #refusals = new Refusals()
  readonly #watch: RunWatch

  constructor(plan: Plan, watch: RunWatch = new RunWatch(plan, false)) {
    this.#plan = plan
    this.#watch = watch
    this.#read = frameReader(plan.source.format, plan.source.columns)
    this.#folds = plan.steps.map(({ step }) => (step.role === 'fold' ? step.open() : null))
    this.#sinkRows = plan.sinks.map(() => 0)
  }

  /**
   * Takes a chunk of the batch. With `onError: fail` throws a SprkError (exit 65) for a record that cannot be read or
   * transformed; the batch must then be abandoned.
   */
  add(chunk: Chunk, batch: BatchContext): void {
    const rejects = new ChunkRejects(this.#plan.source.formatKind)
    const frame = this.#read(chunk, rejects, batch)
    this.#watch.records(chunk, frame)
    const entrances = this.#applyStateless({ frame, selection: allRows(frame.length) }, rejects)
    const { byRecord } = rejects
    if (byRecord.size > 0) this.#refuse(chunk, rejects)

    const origin = { source: this.#plan.source.id, topic: chunk.topic, partition: chunk.partition }
    const reached = new Uint8Array(chunk.length)
    for (const { step, rows } of entrances.folds) {
      const accepted = withoutRecords(rows, byRecord)
      markRecords(reached, accepted)
      this.#fold(step).add(origin, accepted)
    }
    for (const { index, sink, rows, staged } of entrances.sinks) {
      const accepted = withoutRecords(rows, byRecord)
      markRecords(reached, accepted)
      this.#addTo(index, accepted === rows ? staged : sink.stage(accepted), origin, accepted)
    }
    const processed = reached.reduce((sum, flag) => sum + flag, 0)
    this.#processed += processed
    this.#filtered += chunk.length - processed - byRecord.size
  }

  #addTo(index: number, staged: Staged, origin: Origin | null, { selection }: Rows): void {
    staged.add(origin)
    this.#sinkRows[index] = (this.#sinkRows[index] ?? 0) + selection.count
  }

  #refuse(chunk: Chunk, { byRecord }: ChunkRejects): void {
    this.#refusals.add(byRecord)
    switch (this.#plan.onError) {
      case 'fail':
        throw badRecord(this.#plan, chunk, byRecord)
      case 'skip':
        this.#skipped += byRecord.size
        break
      case 'deadLetter':
        for (const [record, reject] of byRecord) this.#keep(deadLetterOf(chunk, record, reject))
        break
      default:
        this.#plan.onError satisfies never
    }
  }

  #keep(letter: DeadLetter): void {
    this.#deadLetters.push(letter)
    this.#deadLetterBytes += deadLetterBytes(letter)
  }

  /** About how many bytes of memory the batch keeps until it is committed. */
  keptBytes(): number {
    let bytes = this.#deadLetterBytes
    for (const fold of this.#folds) bytes += fold?.keptBytes() ?? 0
    for (const { sink } of this.#plan.sinks) bytes += sink.keptBytes()
    return bytes
  }

  /** The rows that reach each fold and sink without passing a fold. */
  #applyStateless(source: Rows, rejects: ChunkRejects) {
    const { steps, sinks } = this.#plan
    const after: (Rows | null)[] = []
    const at = (input: number): Rows | null => (input === SOURCE ? source : (after[input] ?? null))
    const folds: { step: number; rows: Rows }[] = []
    steps.forEach(({ id, input, step }, index) => {
      const rows = at(input)
      rejects.step = id
      if (rows !== null && step.role === 'fold') folds.push({ step: index, rows: step.evaluate(rows) })
      const given = rows !== null && step.role === 'stateless' ? step.apply(rows) : null
      after[index] = given
      if (rows !== null && given !== null) this.#watch.step(index, rows.selection.count, given.selection.count)
    })
    const reached = sinks.flatMap(({ id, input, sink }, index): SinkEntrance[] => {
      const rows = at(input)
      rejects.step = id
      return rows === null ? [] : [{ index, sink, rows, staged: sink.stage(rows) }]
    })
    return { folds, sinks: reached }
  }

  /** Finishes the folds and adds their results to the sinks. Called once for each batch, after its last chunk. */
  finish(batch: BatchContext): Outcome {
    const { steps, sinks } = this.#plan
    const after: (Rows | null)[] = []
    steps.forEach((planned, index) => {
      const rows = planned.input === SOURCE ? null : (after[planned.input] ?? null)
      after[index] = this.#finishStep(planned, index, rows, batch)
    })
    sinks.forEach(({ input, sink }, index) => {
      const rows = input === SOURCE ? null : (after[input] ?? null)
      if (rows !== null) this.#addTo(index, sink.stage(rows), null, rows)
    })
    const deadLetters = this.#deadLetters.toSorted((a, b) => byTopicPartition(a, b) || a.offset - b.offset)
    const counts = {
      processed: this.#processed,
      filtered: this.#filtered,
      skipped: this.#skipped,
      deadLetters: deadLetters.length,
      late: 0,
    }
    return { counts, deadLetters, sinkRows: [...this.#sinkRows], refused: this.#refusals.list() }
  }

  #finishStep({ step }: PlanStep, index: number, rows: Rows | null, batch: BatchContext): Rows | null {
    if (step.role === 'stateless') return rows === null ? null : step.apply(rows)
    const fold = this.#fold(index)
    if (rows !== null) fold.add(null, step.evaluate(rows))
    return fold.finish(batch)
  }

  #fold(index: number): Fold {
    const fold = this.#folds[index]
    if (fold === null || fold === undefined) throw new Error(`step ${index} is no fold`)
    return fold
  }

  /** Called after the commit: prepares for the next batch. */
  committed(): void {
    for (const fold of this.#folds) fold?.committed()
    for (const { sink } of this.#plan.sinks) sink.committed()
    this.#forget()
  }

  /** Called where the batch was not committed: prepares for the next one, which reads its records again. */
  abandoned(): void {
    for (const fold of this.#folds) fold?.abandoned()
    for (const { sink } of this.#plan.sinks) sink.abandoned()
    this.#forget()
  }

  #forget(): void {
    this.#processed = 0
    this.#filtered = 0
    this.#skipped = 0
    this.#deadLetters = []
    this.#deadLetterBytes = 0
    this.#sinkRows.fill(0)
    this.#refusals.clear()
  }
}

/** The rows whose records no branch has refused. */
function withoutRecords(rows: Rows, refused: ReadonlyMap<number, Reject>): Rows {
  if (refused.size === 0) return rows
  const { frame, selection } = rows
  const accepted = new Int32Array(selection.count)
  let count = 0
  for (let i = 0; i < selection.count; i++) {
    const row = selection.rows[i] as number
    if (!refused.has(frame.records === null ? row : (frame.records[row] as number))) accepted[count++] = row
  }
  return { frame, selection: { rows: accepted, count } }
}

function markRecords(reached: Uint8Array, { frame, selection }: Rows): void {
  const { rows, count } = selection
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number
    reached[frame.records === null ? row : (frame.records[row] as number)] = 1
  }
}

/** Finishes a batch. A failure behind an aggregation has many records, so the error names the ranges of the batch. */
export function closeBatch(batch: MicroBatch, ranges: readonly OffsetRange[], context: BatchContext): Outcome {
  try {
    return batch.finish(context)
  } catch (error) {
    if (!(error instanceof SprkError) || error.exit !== Exit.BAD_RECORD) throw error
    const where = ranges.map((range) => `${partitionKey(range)} ${range.fromOffset}…${range.untilOffset}`).join(', ')
    const hint = 'filter out, or cast, what cannot be aggregated; `onError` is about single records'
    const [problem] = error.problems
    if (problem === undefined) throw error
    const details = [`its records are among ${where}`]
    throw new SprkError(Exit.BAD_RECORD, { hint, ...problem, details }, { cause: error })
  }
}
