// The micro-batch loop: plan ranges, read and transform them, commit; progress is pulled by the caller.

import type { Batch, Checkpoint, Counts, Transaction } from '../checkpoint.ts'
import type { Clock } from '../clock.ts'
import { formatMs } from '../duration.ts'
import { Exit, SprkError } from '../errors.ts'
import { isNotice } from '../notice.ts'
import type { Plan } from '../plan/plan.ts'
import type { BatchProgress, Finished, Progress } from '../progress.ts'
import { type OffsetRange, partitionKey } from '../record.ts'
import type { EffectiveRange, Limits, Opened, Position, Plan as Ranges, Source } from '../source.ts'
import { withRoom } from './disk-full.ts'
import { MicroBatch, type Outcome } from './micro-batch.ts'
import { type Patience, pull, Stalled, Stopped } from './pull.ts'
import { processingTime, type Trigger } from './trigger.ts'

export interface Ports {
  readonly source: Source
  readonly checkpoint: Checkpoint
  readonly clock: Clock
}

export interface ExecutionOptions {
  /** Spark's AvailableNow: read up to the ends as they were at the start, then finish. */
  readonly once: boolean
  readonly maxBatches: number | null
  readonly maxDurationMs: number | null
  /** With `once`: how long nothing may come from the source. */
  readonly timeoutMs: number
}

/**
 * Runs until one of the options' ends is reached or the signal is aborted; a batch in progress is then abandoned, so
 * that stopping is quick: its records are read again by the next run. Throws what source, plan and checkpoint throw.
 * Closes neither port.
 */
export async function* execute(
  plan: Plan,
  ports: Ports,
  options: ExecutionOptions,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  // Whatever the source still waits for ends with the run.
  const ended = new AbortController()
  const execution = new Execution(plan, ports, options, AbortSignal.any([signal, ended.signal]))
  try {
    yield yield* execution.run()
  } catch (error) {
    if (error instanceof Stopped) yield execution.finished('signal')
    else if (error instanceof Stalled) yield execution.stalled(error)
    else throw error
  } finally {
    ended.abort()
  }
}

/** After `maxDurationMs` a batch may still be finished while its records keep coming at least this often. */
const GRACE_MS = 2000

class Execution {
  readonly #plan: Plan
  readonly #source: Source
  readonly #checkpoint: Checkpoint
  readonly #clock: Clock
  readonly #options: ExecutionOptions
  /** Aborted by the caller. */
  readonly #signal: AbortSignal
  readonly #startedAt: number
  readonly #batch: MicroBatch

  constructor(plan: Plan, { source, checkpoint, clock }: Ports, options: ExecutionOptions, signal: AbortSignal) {
    this.#plan = plan
    this.#source = source
    this.#checkpoint = checkpoint
    this.#clock = clock
    this.#options = options
    this.#signal = signal
    this.#startedAt = clock.monotonic()
    this.#batch = new MicroBatch(plan)
  }

  async *run(): AsyncGenerator<Progress, Finished> {
    yield { kind: 'started', name: this.#plan.name, lastBatchId: this.#checkpoint.resume.lastBatchId }
    const { logId, positions } = yield* this.#open()
    yield* this.#register(logId, positions)
    const ends = this.#options.once ? yield* pull(this.#source.ends(this.#signal), this.#patience()) : null
    const limits: Limits = { ...this.#plan.source.limits, ends }
    const trigger = processingTime(this.#plan.batchIntervalMs, this.#clock)

    let batches = 0
    let eager = this.#options.once
    for (;;) {
      const end = this.#end(batches)
      if (end !== null) return this.finished(end)
      const schedulingDelayMs = await this.#wait(trigger, eager)
      if (schedulingDelayMs === null) continue
      const started = this.#clock.monotonic()
      const ranges = yield* pull(this.#source.plan(limits, this.#signal), this.#patience())
      if (ranges.met !== undefined) yield* this.#register(logId, ranges.met)
      if (ranges.ranges.length === 0) {
        if (this.#options.once) return this.finished('once')
        eager = false
        continue
      }
      const isCutShort = yield* this.#runBatch(ranges, started, schedulingDelayMs)
      batches += 1
      eager = ranges.cut || isCutShort || this.#options.once
    }
  }

  #register(logId: string | null, positions: readonly Position[]): AsyncGenerator<Progress & { kind: 'notice' }, void> {
    return this.#write(() => this.#checkpoint.register(this.#plan.source.id, logId, positions))
  }

  #open(): AsyncGenerator<Progress & { kind: 'notice' }, Opened> {
    const { id } = this.#plan.source
    const { logIds, positions } = this.#checkpoint.resume
    const start = { logId: logIds.get(id) ?? null, positions: positions.get(id) ?? [] }
    return pull(this.#source.open(start, this.#signal), this.#patience())
  }

  /** Returns whether a bound that is known only while reading left some of what was planned. */
  async *#runBatch(planned: Ranges, started: number, schedulingDelayMs: number): AsyncGenerator<Progress, boolean> {
    const { lastBatchId, lastBatchTime } = this.#checkpoint.resume
    const batchTime = Math.max(lastBatchTime ?? 0, this.#clock.now())
    const reading = this.#clock.monotonic()
    try {
      const effective = yield* this.#read(planned)
      const { counts, deadLetters } = this.#finish(effective)
      const committing = this.#clock.monotonic()
      const batch: Batch = {
        batchId: lastBatchId + 1,
        batchTime,
        counts,
        schedulingDelayMs,
        processingMs: Math.round(committing - started),
        source: this.#plan.source.id,
        ranges: effective,
        deadLetters,
      }
      const write = (transaction: Transaction) => {
        for (const { sink } of this.#plan.sinks) sink.write(transaction, batch.batchId)
      }
      yield* this.#write(() => this.#checkpoint.commit(batch, write))
      const done = this.#clock.monotonic()
      for (const { sink } of this.#plan.sinks) {
        if (sink.show !== undefined) yield { kind: 'printed', text: sink.show(batch.batchId) }
      }
      yield progressOf(batch, { started, reading, committing, done })
      return isCutShort(planned.ranges, effective)
    } finally {
      this.#batch.clear()
    }
  }

  /** What fails behind an aggregation comes of many records: where they are is the best there is to say. */
  #finish(ranges: readonly EffectiveRange[]): Outcome {
    try {
      return this.#batch.finish()
    } catch (error) {
      if (!(error instanceof SprkError) || error.exit !== Exit.BAD_RECORD) throw error
      const where = ranges.map((range) => `${partitionKey(range)} ${range.fromOffset}…${range.untilOffset}`).join(', ')
      const hint = 'filter out, or cast, what cannot be aggregated; `onError` is about single records'
      const [problem] = error.problems
      if (problem === undefined) throw error
      throw new SprkError(
        Exit.BAD_RECORD,
        { hint, ...problem, details: [`its records are among ${where}`] },
        { cause: error },
      )
    }
  }

  async *#read(planned: Ranges): AsyncGenerator<Progress, readonly EffectiveRange[]> {
    const chunks = pull(this.#source.chunks(planned.ranges, this.#signal), this.#patience())
    let yielded = this.#clock.monotonic()
    for (;;) {
      const next = await chunks.next()
      if (next.done === true) return next.value
      if (isNotice(next.value)) yield next.value
      else this.#batch.add(next.value)
      // Answers that are already here come without a turn of the event loop: signals need one.
      if (this.#clock.monotonic() - yielded > YIELD_AFTER_MS) {
        await this.#clock.yield()
        yielded = this.#clock.monotonic()
      }
    }
  }

  /** A run waits for room on the disk; one that is to end does not. */
  #write(write: () => void): AsyncGenerator<Progress & { kind: 'notice' }, void> {
    const leftMs = () => (this.#options.once ? 0 : this.#timeLeftMs())
    return withRoom(write, { clock: this.#clock, signal: this.#signal, leftMs })
  }

  /** Null: a stop or the end of the time came first. */
  async #wait(trigger: Trigger, eager: boolean): Promise<number | null> {
    const left = this.#timeLeftMs()
    if (left === null) {
      const delay = await trigger.next(eager, this.#signal)
      return this.#signal.aborted ? null : delay
    }
    const stop = new AbortController()
    const timer = this.#clock.sleep(left, stop.signal).then(() => stop.abort())
    try {
      const delay = await trigger.next(eager, AbortSignal.any([this.#signal, stop.signal]))
      return this.#signal.aborted || stop.signal.aborted ? null : delay
    } finally {
      stop.abort()
      await timer
    }
  }

  #end(batches: number): Finished['reason'] | null {
    const left = this.#timeLeftMs()
    if (this.#signal.aborted) return 'signal'
    if (this.#options.maxBatches !== null && batches >= this.#options.maxBatches) return 'max-batches'
    return left !== null && left <= 0 ? 'max-duration' : null
  }

  #timeLeftMs(): number | null {
    const { maxDurationMs } = this.#options
    return maxDurationMs === null ? null : maxDurationMs - (this.#clock.monotonic() - this.#startedAt)
  }

  #patience(): Patience {
    const left = this.#timeLeftMs()
    const timeouts = [
      this.#options.once ? this.#options.timeoutMs : null,
      left === null ? null : Math.max(left, 0) + GRACE_MS,
    ]
    const timeoutMs = timeouts.reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)))
    return { clock: this.#clock, signal: this.#signal, timeoutMs }
  }

  finished(reason: Finished['reason']): Finished {
    return { kind: 'finished', reason, lastBatchId: this.#checkpoint.resume.lastBatchId }
  }

  /** The time was up anyway, or the source is away. */
  stalled({ notice }: Stalled): Finished {
    const left = this.#timeLeftMs()
    if (left !== null && left <= 0) return this.finished('max-duration')
    throw new SprkError(Exit.UNAVAILABLE, {
      code: 'E_UNAVAILABLE',
      message: `no progress for ${formatMs(this.#options.timeoutMs)}${notice === null ? '' : `: ${notice}`}`,
      hint: 'see that the brokers can be reached from here; `--timeout` waits longer',
    })
  }
}

function isCutShort(planned: readonly OffsetRange[], effective: readonly EffectiveRange[]): boolean {
  const ends = new Map(effective.map((range) => [partitionKey(range), range.untilOffset]))
  return planned.some((range) => (ends.get(partitionKey(range)) ?? range.fromOffset) < range.untilOffset)
}

/** How long signals may wait for the end of a chunk. */
const YIELD_AFTER_MS = 20

interface Times {
  readonly started: number
  readonly reading: number
  readonly committing: number
  readonly done: number
}

function progressOf(batch: Batch, times: Times): BatchProgress {
  const { batchId, batchTime, counts, schedulingDelayMs, ranges } = batch
  const numInputRows = recordsRead(counts)
  const seconds = Math.max(times.done - times.started, 1) / 1000
  return {
    kind: 'batch',
    batchId,
    batchTime,
    numInputRows,
    processedRowsPerSecond: Math.round(numInputRows / seconds),
    processed: counts.processed,
    filtered: counts.filtered,
    schedulingDelayMs,
    durationMs: {
      latestOffset: Math.round(times.reading - times.started),
      addBatch: Math.round(times.committing - times.reading),
      commitOffsets: Math.round(times.done - times.committing),
      triggerExecution: Math.round(times.done - times.started),
    },
    ranges,
  }
}

function recordsRead({ processed, filtered, skipped, deadLetters }: Counts): number {
  return processed + filtered + skipped + deadLetters
}
