// Estimates how many records a second a pipeline can process: a PID controller on the speed of its last batches.
//
// The arithmetic is that of org.apache.spark.streaming.scheduler.rate.PIDRateEstimator, in its order of operations.

import type { Backpressure } from '../../source.ts'

/** A batch that was committed. Times are milliseconds. */
export interface Completed {
  /** When its processing ended. */
  readonly time: number
  readonly numElements: number
  readonly processingDelay: number
  readonly schedulingDelay: number
}

export interface RateEstimator {
  /** Records a second for the batches to come; null: this batch gives no estimate. */
  compute(completed: Completed): number | null
}

export type PidOptions = Pick<Backpressure, 'proportional' | 'integral' | 'derived' | 'minRate'>

/** Throws a RangeError for options out of range, as Spark refuses them. */
export class PidRateEstimator implements RateEstimator {
  readonly #batchIntervalMs: number
  readonly #options: PidOptions
  #isFirst = true
  #latestTime = -1
  #latestRate = -1
  #latestError = -1

  constructor(batchIntervalMs: number, options: PidOptions) {
    const { proportional, integral, derived, minRate } = options
    if (!(batchIntervalMs > 0)) throw new RangeError(`a batch interval of ${batchIntervalMs} ms has no rate`)
    if (!(proportional >= 0)) throw new RangeError(`the proportional term is ${proportional}, and must be at least 0`)
    if (!(integral >= 0)) throw new RangeError(`the integral term is ${integral}, and must be at least 0`)
    if (!(derived >= 0)) throw new RangeError(`the derived term is ${derived}, and must be at least 0`)
    if (!(minRate > 0)) throw new RangeError(`the lowest rate is ${minRate}, and must be above 0`)
    this.#batchIntervalMs = batchIntervalMs
    this.#options = options
  }

  compute({ time, numElements, processingDelay, schedulingDelay }: Completed): number | null {
    if (time <= this.#latestTime || numElements <= 0 || processingDelay <= 0) return null
    const { proportional, integral, derived, minRate } = this.#options
    const secondsSinceUpdate = (time - this.#latestTime) / 1000
    const processingRate = (numElements / processingDelay) * 1000
    const error = this.#latestRate - processingRate
    // A scheduling delay stands for records that earlier batches could not process: so many a second of one interval.
    const historicalError = (schedulingDelay * processingRate) / this.#batchIntervalMs
    const errorChange = (error - this.#latestError) / secondsSinceUpdate
    const newRate = Math.max(
      this.#latestRate - proportional * error - integral * historicalError - derived * errorChange,
      minRate,
    )
    this.#latestTime = time
    if (this.#isFirst) {
      this.#isFirst = false
      this.#latestRate = processingRate
      this.#latestError = 0
      return null
    }
    this.#latestRate = newRate
    this.#latestError = error
    return newRate
  }
}
