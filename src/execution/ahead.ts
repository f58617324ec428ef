// What is done for a batch before it is due: records that are there already are read and transformed, so that only the last
// ones are left to do at the trigger.

import type { Clock } from '../clock.ts'
import type { BatchContext } from '../column.ts'
import type { Notice } from '../notice.ts'
import type { Plan } from '../plan/plan.ts'
import type { Limits, Source } from '../source.ts'
import type { Intake } from './intake.ts'
import { pull, Stopped } from './pull.ts'
import type { Trigger } from './trigger.ts'

/** A batch with fewer records takes so little time that nothing is done ahead of the next one: an idle source stays idle. */
const MIN_RECORDS = 1000

/** No turn begins with less time left. */
const LAST_TURN_MS = 20

/** The longest sleep, as of the trigger: a step of the wall clock is noticed within it. */
const MAX_SLEEP_MS = 1000

/** What works ahead needs of the run. */
export interface AheadPorts {
  readonly source: Source
  readonly clock: Clock
  readonly intake: Intake
}

/**
 * Whether records may be transformed before their batch is due: nothing that is computed of them looks at the batch, which
 * gets its time at the trigger. What a fold computes at the end of the batch may.
 */
function isIndependentOfBatch({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.every(({ step }) => {
    const boundary = step.role === 'fold' ? step.mergedBoundary : step.boundary
    return boundary === 'independent' && step.usesEventTime !== true
  })
}

export class Ahead {
  readonly #ports: AheadPorts
  readonly #isAllowed: boolean
  #lastRecords = 0
  #ms = 0

  constructor(plan: Plan, ports: AheadPorts) {
    this.#ports = ports
    this.#isAllowed = isIndependentOfBatch(plan)
  }

  /**
   * Works until shortly before the trigger, in turns: each when half of the time is over that was left after the one before,
   * so that few records remain for the batch itself. Returns early after an abort; then the batch must not be read.
   */
  async *work(batchId: number, trigger: Trigger, limits: Limits, signal: AbortSignal): AsyncGenerator<Notice, void> {
    const { source, clock, intake } = this.#ports
    if (!this.#isAllowed || source.ahead === undefined || this.#lastRecords < MIN_RECORDS) return
    for (let left = trigger.leftMs(); left > LAST_TURN_MS; left = trigger.leftMs()) {
      await clock.sleep(Math.min(left / 2, MAX_SLEEP_MS), signal)
      if (signal.aborted) return
      const started = clock.monotonic()
      try {
        yield* intake.take(pull(source.ahead(limits, signal), { clock, signal, timeoutMs: null }), undated(batchId))
      } catch (error) {
        if (error instanceof Stopped) return
        throw error
      }
      this.#ms += clock.monotonic() - started
    }
  }

  /** A batch was committed. */
  committed(records: number): void {
    this.#lastRecords = records
    this.#ms = 0
  }

  /** How long it was worked ahead of the batch. */
  get ms(): number {
    return this.#ms
  }
}

/** A batch that is not due yet. */
function undated(batchId: number): BatchContext {
  return {
    batchId,
    get batchTime(): number {
      throw new Error(`batch ${batchId} has no time before it is due`)
    },
  }
}
