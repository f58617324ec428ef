// The rate that back-pressure allows a source: fed with each committed batch, asked before the next one is planned.
//
// As org.apache.spark.streaming.scheduler.RateController, except that a new rate holds from the next plan on, where Spark
// publishes it on another thread.

import type { Batch } from '../../checkpoint.ts'
import type { Plan } from '../../plan/plan.ts'
import { recordsRead } from '../../progress.ts'
import { PidRateEstimator, type RateEstimator } from './pid.ts'

type CommittedBatch = Pick<Batch, 'counts' | 'schedulingDelayMs'>

interface BatchTimes {
  readonly started: number
  readonly done: number
}

export class RateControl {
  readonly #estimator: RateEstimator
  readonly #initialRate: number | null
  #latestRate = -1

  constructor(estimator: RateEstimator, initialRate: number | null) {
    this.#estimator = estimator
    this.#initialRate = initialRate
  }

  /** Called after each commit, with the times of the batch's start and end on the monotonic clock. */
  committed({ counts, schedulingDelayMs }: CommittedBatch, { started, done }: BatchTimes): void {
    const rate = this.#estimator.compute({
      time: Math.round(done),
      numElements: recordsRead(counts),
      processingDelay: Math.round(done - started),
      schedulingDelay: schedulingDelayMs,
    })
    if (rate !== null) this.#latestRate = Math.trunc(rate)
  }

  /** The last estimate, a whole number of records a second; -1: there is none yet. */
  get latestRate(): number {
    return this.#latestRate
  }

  /** What `Limits.rate` is: the last estimate, before the first one the initial rate. */
  get limit(): number | null {
    return this.#latestRate > 0 ? this.#latestRate : this.#initialRate
  }
}

/** Null where the plan's source has no back-pressure. */
export function rateControlOf({ source, batchIntervalMs }: Plan): RateControl | null {
  const backpressure = source.rates?.backpressure ?? null
  if (backpressure === null) return null
  return new RateControl(new PidRateEstimator(batchIntervalMs, backpressure), backpressure.initialRate)
}
