// The rate cases of Spark's DirectKafkaStreamSuite, by their names there: maxRate, estimate and lags to records a batch.

import { describe, expect, it, test } from 'vitest'
import { maxMessagesPerPartition } from '../../../src/sources/kafka/max-messages.ts'

interface Case {
  readonly name: string
  readonly lags: readonly number[]
  /** Of each partition. */
  readonly maxRate: readonly number[]
  readonly estimate: number | null
  readonly batchMs: number
  readonly messages: readonly number[] | null
}

const CASES: readonly Case[] = [
  {
    name: 'maxMessagesPerPartition with backpressure disabled',
    ...{ lags: [50, 50], maxRate: [100, 100], estimate: null, batchMs: 100, messages: [10, 10] },
  },
  {
    name: 'maxMessagesPerPartition with no lag',
    ...{ lags: [0, 0], maxRate: [100, 100], estimate: 100, batchMs: 100, messages: null },
  },
  {
    name: 'maxMessagesPerPartition respects max rate',
    ...{ lags: [1000, 1000], maxRate: [50, 100], estimate: 1000, batchMs: 100, messages: [5, 10] },
  },
  {
    name: 'using rate controller: 100',
    ...{ lags: [5000], maxRate: [100], estimate: 100, batchMs: 500, messages: [50] },
  },
  {
    name: 'using rate controller: 50',
    ...{ lags: [4000], maxRate: [100], estimate: 50, batchMs: 500, messages: [25] },
  },
  {
    name: 'using rate controller: 20',
    ...{ lags: [3000], maxRate: [100], estimate: 20, batchMs: 500, messages: [10] },
  },
  {
    name: 'backpressure.initialRate should honor maxRatePerPartition',
    ...{ lags: [1000], maxRate: [1000], estimate: 500, batchMs: 500, messages: [250] },
  },
  {
    name: 'use backpressure.initialRate with backpressure',
    ...{ lags: [1000], maxRate: [300], estimate: 1000, batchMs: 500, messages: [150] },
  },
  {
    // There with a minRatePerPartition of 5, so that the first is 5; here it is Spark's default, 1.
    name: 'maxMessagesPerPartition with zero offset and rate equal to the specified minimum with default 1',
    ...{
      lags: [0, 100, 200, 300],
      maxRate: [100, 100, 100, 100],
      estimate: 1,
      batchMs: 60_000,
      messages: [1, 10, 20, 30],
    },
  },
]

const computed = ({ lags, maxRate, estimate, batchMs }: Pick<Case, 'lags' | 'maxRate' | 'estimate' | 'batchMs'>) =>
  maxMessagesPerPartition(
    lags.map((lag, i) => ({ lag, maxRate: maxRate[i] ?? 0 })),
    estimate,
    batchMs,
  )

describe('DirectKafkaStreamSuite', () => {
  test.each(CASES)('$name', ({ messages, ...given }) => {
    expect(computed(given)?.messages ?? null).toEqual(messages)
  })
})

describe('maxMessagesPerPartition', () => {
  it('limits nothing where nothing is set', () => {
    expect(computed({ lags: [10, 20], maxRate: [0, 0], estimate: null, batchMs: 1000 })).toBeNull()
  })

  it('cuts fractions off, but allows each partition one record', () => {
    const allowed = computed({ lags: [1, 1, 98], maxRate: [0, 0, 0], estimate: 25, batchMs: 1000 })
    expect(allowed).toEqual({ messages: [1, 1, 24], rate: 25 })
    expect(computed({ lags: [5], maxRate: [1], estimate: null, batchMs: 200 })?.messages).toEqual([1])
  })

  it('gives the rate of all partitions together, where each has one', () => {
    expect(computed({ lags: [0, 9], maxRate: [100, 50], estimate: null, batchMs: 1000 })?.rate).toBe(150)
    expect(computed({ lags: [900, 100], maxRate: [100, 0], estimate: 1000, batchMs: 1000 })?.rate).toBe(200)
  })

  it('does not limit partitions without a rate beside others, unless there is an estimate', () => {
    expect(computed({ lags: [9, 9], maxRate: [2, 0], estimate: null, batchMs: 1000 })).toEqual({
      messages: [2, Infinity],
      rate: null,
    })
    expect(computed({ lags: [9, 9], maxRate: [2, 0], estimate: 10, batchMs: 1000 })).toEqual({
      messages: [2, 5],
      rate: 7,
    })
  })
})
