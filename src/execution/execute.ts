// The micro-batch loop: plan ranges, read and transform them, commit. The caller pulls progress.

import type { Batch, Checkpoint, Transaction } from '../checkpoint.ts'
import type { Clock } from '../clock.ts'
import type { BatchContext } from '../column.ts'
import { type EffectiveRange, type Gap, isCutShort, type Position } from '../log.ts'
import type { ProgressMirror } from '../mirror.ts'
import { warning } from '../notice.ts'
import type { Plan } from '../plan/plan.ts'
import { type Finished, type Progress, recordsRead } from '../progress.ts'
import { partitionKey } from '../record.ts'
import type { BatchPlan, Limits, Opened, Source } from '../source.ts'
import { Ahead } from './ahead.ts'
import { Deadline, type ExecutionOptions } from './deadline.ts'
import { withRoom } from './disk-full.ts'
import { Intake } from './intake.ts'
import { closeBatch, MicroBatch } from './micro-batch.ts'
import { progressOf } from './progress-of.ts'
import { pull, Stalled, Stopped } from './pull.ts'
import { type RateControl, rateControlOf } from './rate/rate-control.ts'
import { RejectBound } from './reject-bound.ts'
import { Room } from './room.ts'
import { type Due, processingTime, type Trigger } from './trigger.ts'
import { RunWatch } from './watch.ts'

export interface Ports {
  readonly source: Source
  readonly checkpoint: Checkpoint
  readonly clock: Clock
  /** Null or absent: positions are not mirrored. */
  readonly mirror?: ProgressMirror | null
}

/**
 * Runs until an end that the options name is reached or the signal is aborted. An abort abandons the current batch, to
 * stop quickly: the next run reads its records again. Throws what source, plan and checkpoint throw. Closes no port.
 */
export async function* execute(
  plan: Plan,
  ports: Ports,
  options: ExecutionOptions,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  // A request that the source still waits for is aborted when the run ends.
  const ended = new AbortController()
  const execution = new Execution(plan, ports, options, AbortSignal.any([signal, ended.signal]))
  try {
    const finished = yield* execution.run()
    yield* execution.remarks()
    yield* execution.settle()
    yield finished
  } catch (error) {
    const reason = error instanceof Stopped ? 'signal' : error instanceof Stalled ? execution.stalled(error) : null
    yield* execution.settle()
    if (reason === null) throw error
    yield execution.finished(reason)
  } finally {
    ended.abort()
  }
}

/** How long the end of a run waits for the mirror. */
const SETTLE_MS = 2000

class Execution {
  readonly #plan: Plan
  readonly #source: Source
  readonly #checkpoint: Checkpoint
  readonly #clock: Clock
  readonly #mirror: ProgressMirror | null
  readonly #isOnce: boolean
  /** Aborted by the caller, or when the run ends. */
  readonly #signal: AbortSignal
  readonly #deadline: Deadline
  readonly #watch: RunWatch
  readonly #rejects: RejectBound
  readonly #batch: MicroBatch
  readonly #room: Room
  readonly #intake: Intake
  readonly #ahead: Ahead
  /** Null: the source has no back-pressure. */
  readonly #rate: RateControl | null
  /** When the last batch began, on the monotonic clock; null before the first. */
  #startedAt: number | null = null

  constructor(
    plan: Plan,
    { source, checkpoint, clock, mirror = null }: Ports,
    options: ExecutionOptions,
    signal: AbortSignal,
  ) {
    this.#plan = plan
    this.#source = source
    this.#checkpoint = checkpoint
    this.#clock = clock
    this.#mirror = mirror
    this.#isOnce = options.once
    this.#signal = signal
    this.#deadline = new Deadline(options, clock, signal)
    this.#watch = new RunWatch(plan, checkpoint.resume.lastBatchId === 0)
    this.#rejects = new RejectBound(options.maxRejects ?? null)
    this.#batch = new MicroBatch(plan, this.#watch)
    this.#room = new Room(plan.source.limits.maxBytes)
    this.#intake = new Intake(this.#batch, this.#room, clock)
    this.#ahead = new Ahead(plan, { source, clock, intake: this.#intake })
    this.#rate = rateControlOf(plan)
  }

  async *run(): AsyncGenerator<Progress, Finished> {
    const { stateId, resume } = this.#checkpoint
    yield { kind: 'started', name: this.#plan.name, stateId, lastBatchId: resume.lastBatchId }
    const { logId, positions, gaps } = yield* this.#open()
    yield* this.#pass(gaps)
    yield* this.#register(logId, positions)
    // A run before this one may have been killed between its commit and the mirror. With --once that is left to the
    // next commit.
    if (!this.#isOnce) this.#offer()
    const ends = this.#isOnce ? yield* this.#pull(this.#source.ends(this.#signal)) : null
    const limits: Limits = { ...this.#plan.source.limits, ends, room: () => this.#room.bytes }
    const ms = this.#plan.batchIntervalMs
    const trigger = processingTime(ms, this.#clock)

    const before = this.#checkpoint.resume.lastBatchId
    let eager = this.#isOnce
    for (;;) {
      yield* this.#mirrorNotices()
      const end = this.#deadline.endAfter(this.#checkpoint.resume.lastBatchId - before)
      if (end !== null) return this.finished(end)
      const due = yield* this.#wait(trigger, eager, limits)
      if (due === null) continue
      const started = this.#clock.monotonic()
      const paced = { ...limits, rate: this.#rate?.limit ?? null, interval: { begin: due.batchTime, ms } }
      const ranges = yield* this.#pull(this.#source.plan(paced, this.#signal))
      yield* this.#pass(ranges.gaps)
      if (ranges.discovered !== undefined) yield* this.#register(logId, ranges.discovered)
      if (ranges.ranges.length === 0) {
        if (this.#isOnce && ranges.more !== 'bound') return this.finished('once')
        eager = ranges.more === 'bound'
        continue
      }
      const isCutShort = yield* this.#runBatch(ranges, started, due)
      eager = ranges.more === 'bound' || isCutShort || this.#isOnce
    }
  }

  #register(logId: string | null, positions: readonly Position[]): AsyncGenerator<Progress & { kind: 'notice' }, void> {
    return this.#write(() => this.#checkpoint.register(this.#plan.source.id, logId, positions))
  }

  /** Saves positions that the source has moved past lost data, with a warning for each. */
  async *#pass(gaps: readonly Gap[] = []): AsyncGenerator<Progress & { kind: 'notice' }, void> {
    if (gaps.length === 0) return
    yield* this.#write(() => this.#checkpoint.move(this.#plan.source.id, gaps))
    for (const { topic, partition, fromOffset, toOffset, cause } of gaps) {
      yield warning(`${partitionKey({ topic, partition })}: ${cause}; going on at ${toOffset} instead of ${fromOffset}`)
    }
  }

  #open(): AsyncGenerator<Progress & { kind: 'notice' }, Opened> {
    const { id } = this.#plan.source
    const { logIds, positions } = this.#checkpoint.resume
    const start = { logId: logIds.get(id) ?? null, positions: positions.get(id) ?? [] }
    return this.#pull(this.#source.open(start, this.#signal))
  }

  #pull<Item extends object, Result>(stream: AsyncGenerator<Item, Result>): AsyncGenerator<Item, Result> {
    return pull(stream, this.#deadline.patience())
  }

  /** Returns whether less was read than planned: a bound of bytes, or a loss, ended a range. */
  async *#runBatch(planned: BatchPlan, started: number, due: Due): AsyncGenerator<Progress, boolean> {
    const { lastBatchId, lastBatchTime } = this.#checkpoint.resume
    const context: BatchContext = {
      batchId: lastBatchId + 1,
      batchTime: Math.max(lastBatchTime ?? 0, planned.batchTime ?? due.batchTime),
    }
    const latest = this.#source.latest()
    const before = this.#positions()
    const previous = this.#startedAt
    this.#startedAt = started
    const reading = this.#clock.monotonic()
    let isCommitted = false
    try {
      const effective = yield* this.#read(planned, context)
      // All planned records are lost: the next plan reports the gaps.
      if (effective.length === 0) return true
      const { counts, deadLetters, sinkRows, refused } = closeBatch(this.#batch, effective, context)
      this.#rejects.assertWithin(counts)
      const committing = this.#clock.monotonic()
      const batch: Batch = {
        ...context,
        counts,
        schedulingDelayMs: due.delayMs,
        processingMs: Math.round(committing - started + this.#ahead.ms),
        source: this.#plan.source.id,
        ranges: effective,
        deadLetters,
        rate: planned.rate ?? null,
      }
      const write = (transaction: Transaction) => {
        for (const { sink } of this.#plan.sinks) sink.write(transaction, batch.batchId)
      }
      yield* this.#write(() => this.#checkpoint.commit(batch, write))
      isCommitted = true
      this.#source.committed?.(effective)
      const done = this.#clock.monotonic()
      this.#offer()
      for (const { sink } of this.#plan.sinks) {
        if (sink.show !== undefined) yield { kind: 'printed', text: sink.show(batch.batchId) }
      }
      const { unit = 'records' } = this.#source
      this.#rejects.add(counts)
      this.#rate?.committed(batch, { started, done })
      const { more } = planned
      const around = { plan: this.#plan, unit, latest, before, after: this.#positions(), more, sinkRows, refused }
      const ahead = this.#ahead.ms
      this.#ahead.committed(recordsRead(counts))
      const progress = progressOf(batch, around, { previous, ahead, started, reading, committing, done })
      yield progress
      yield* this.#watch.after(progress)
      return isCutShort(planned.ranges, effective)
    } finally {
      if (isCommitted) this.#batch.committed()
      else this.#batch.abandoned()
      this.#room.clear()
    }
  }

  #positions(): readonly Position[] {
    return this.#checkpoint.resume.positions.get(this.#plan.source.id) ?? []
  }

  async *#read(planned: BatchPlan, context: BatchContext): AsyncGenerator<Progress, readonly EffectiveRange[]> {
    const { signal } = this.#source.isAtHand === true ? new AbortController() : { signal: this.#signal }
    const chunks = pull(this.#source.chunks(planned.ranges, signal), { ...this.#deadline.patience(), signal })
    return yield* this.#intake.take(chunks, context)
  }

  /** Waits for room on a full disk; not with --once, and not beyond the run's end. */
  #write(write: () => void): AsyncGenerator<Progress & { kind: 'notice' }, void> {
    const leftMs = () => (this.#isOnce ? 0 : this.#deadline.leftMs())
    return withRoom(write, { clock: this.#clock, signal: this.#signal, leftMs })
  }

  /** Null: the run was stopped, or its time ended, before a batch was due. */
  async *#wait(trigger: Trigger, eager: boolean, limits: Limits): AsyncGenerator<Progress, Due | null> {
    const left = this.#deadline.leftMs()
    if (left === null) return yield* this.#untilDue(trigger, eager, limits, this.#signal)
    const stop = new AbortController()
    const timer = this.#clock.sleep(left, stop.signal).then(() => stop.abort())
    try {
      return yield* this.#untilDue(trigger, eager, limits, AbortSignal.any([this.#signal, stop.signal]))
    } finally {
      stop.abort()
      await timer
    }
  }

  async *#untilDue(trigger: Trigger, eager: boolean, limits: Limits, signal: AbortSignal) {
    if (!eager) yield* this.#ahead.work(this.#checkpoint.resume.lastBatchId + 1, trigger, limits, signal)
    const due = await trigger.next(eager, signal)
    return signal.aborted ? null : due
  }

  #offer(): void {
    this.#mirror?.offer(this.#positions())
  }

  /** The notices of the mirror. */
  *#mirrorNotices(): Generator<Progress & { kind: 'notice' }, void> {
    yield* this.#mirror?.notices() ?? []
  }

  /** Warnings about all records of a run that has ended by itself. */
  remarks(): Generator<Progress & { kind: 'notice' }, void> {
    return this.#watch.atEnd()
  }

  /** Waits shortly until the last positions are mirrored too. */
  async *settle(): AsyncGenerator<Progress & { kind: 'notice' }, void> {
    await this.#mirror?.settle(SETTLE_MS)
    yield* this.#mirrorNotices()
  }

  finished(reason: Finished['reason']): Finished {
    return { kind: 'finished', reason, lastBatchId: this.#checkpoint.resume.lastBatchId }
  }

  /** The reason why a stalled run ends. Throws a SprkError where the source is away. */
  stalled(stalled: Stalled): Finished['reason'] {
    return this.#deadline.reasonOf(stalled)
  }
}
