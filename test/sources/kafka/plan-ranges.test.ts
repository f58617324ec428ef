// Ranges of a batch within rates and bounds; the cases of Spark's KafkaMicroBatchSourceSuite, by their names there.

import { describe, expect, it, test } from 'vitest'
import type { Limits } from '../../../src/source.ts'
import { Pacing, type PacingOptions } from '../../../src/sources/kafka/pacing.ts'
import { PartitionTurns } from '../../../src/sources/kafka/partition-turns.ts'
import { type Planning, planRanges } from '../../../src/sources/kafka/plan-ranges.ts'
import { partitionMap } from '../../support/partitions.ts'

/** Partitions of a topic `t`; a batch reads what is planned for it. */
class Topic {
  readonly #next: number[]
  readonly #ends: number[]
  readonly #planning: Planning

  constructor(ends: readonly number[], options: Partial<PacingOptions>) {
    this.#next = ends.map(() => 0)
    this.#ends = [...ends]
    const pacing = new Pacing({ maxRateOf: () => 0, minRecords: 0, maxTriggerDelayMs: 900_000, ...options })
    this.#planning = { pacing, turns: new PartitionTurns() }
  }

  append(...counts: readonly number[]): void {
    for (const [i, count] of counts.entries()) this.#ends[i] = (this.#ends[i] ?? 0) + count
  }

  plan(now: number, limits: Partial<Limits> = {}) {
    const interval = { begin: now, ms: 1000 }
    const led = this.#ends.map((end, i) => ({ topic: 't', partition: i, topicId: null, next: this.#next[i] ?? 0, end }))
    const planned = planRanges(
      led,
      { maxRecords: 1e9, maxBytes: 1e9, ends: null, interval, ...limits },
      this.#planning,
      now,
    )
    for (const { partition, untilOffset } of planned.ranges) this.#next[partition] = untilOffset
    return planned
  }

  /** How many offsets of each partition a batch reads. */
  batch(now: number, limits: Partial<Limits> = {}): number[] {
    const before = [...this.#next]
    this.plan(now, limits)
    return this.#next.map((next, i) => next - (before[i] as number))
  }
}

describe('KafkaMicroBatchSourceSuite', () => {
  test('maxOffsetsPerTrigger', () => {
    const topic = new Topic([101, 11, 1], {})
    const max = { maxRecords: 10 }
    expect([topic.batch(0, max), topic.batch(100, max)]).toEqual([
      [8, 1, 1],
      [9, 1, 0],
    ])
  })

  test('minOffsetsPerTrigger', () => {
    const topic = new Topic([10, 5, 1], { minRecords: 15, maxTriggerDelayMs: 5000 })
    expect(topic.batch(0)).toEqual([10, 5, 1])
    topic.append(0, 6)
    expect(topic.plan(100)).toEqual({ ranges: [], more: 'no' })
    topic.append(11, 0, 1)
    expect(topic.batch(200)).toEqual([11, 6, 1])
    topic.append(5, 5)
    expect(topic.batch(300)).toEqual([0, 0, 0])
    expect(topic.batch(5199)).toEqual([0, 0, 0])
    expect(topic.batch(5200)).toEqual([5, 5, 0])
  })

  test('compositeReadLimit', () => {
    const topic = new Topic([21, 11, 1], { minRecords: 15, maxTriggerDelayMs: 5000 })
    const max = { maxRecords: 20 }
    expect(topic.batch(0, max)).toEqual([12, 6, 1])
    expect(topic.batch(100, max)).toEqual([0, 0, 0])
    topic.append(8, 10, 1)
    expect(topic.batch(200, max)).toEqual([10, 9, 1])
    expect(topic.batch(300, max)).toEqual([0, 0, 0])
    expect(topic.batch(5300, max)).toEqual([7, 6, 0])
  })

  test('minOffsetsPerTrigger with Trigger.AvailableNow is ignored', () => {
    const topic = new Topic([20], { minRecords: 15 })
    expect(topic.batch(0)).toEqual([20])
    topic.append(3)
    expect(topic.batch(100, { ends: partitionMap({ 't/0': 23 }) })).toEqual([3])
  })
})

describe('planRanges', () => {
  it('does not delay the first batch with records, however few, nor one after a delay without records', () => {
    const topic = new Topic([0], { minRecords: 10, maxTriggerDelayMs: 5000 })
    expect(topic.batch(0)).toEqual([0])
    topic.append(1)
    expect(topic.batch(100)).toEqual([1])
    expect(topic.batch(9000)).toEqual([0])
    topic.append(1)
    expect(topic.batch(9100)).toEqual([1])
  })

  it('never passes the latest offset, however much a rate allows', () => {
    const topic = new Topic([30, 500], { maxRateOf: () => 100 })
    expect(topic.plan(0)).toMatchObject({
      ranges: [{ untilOffset: 30 }, { untilOffset: 100 }],
      more: 'rate',
      rate: 200,
    })
    expect(topic.plan(1000)).toMatchObject({ ranges: [{ fromOffset: 100, untilOffset: 200 }], more: 'rate' })
  })

  it('goes on at once where a bound is lower than the rate, until the interval has read what the rate allows', () => {
    const topic = new Topic([500], { maxRateOf: () => 100 })
    const bounded = { maxRecords: 60, interval: { begin: 0, ms: 1000 } }
    const plans = [topic.plan(0, bounded), topic.plan(10, bounded), topic.plan(20, bounded)]
    expect(plans.map(({ more, ranges: [range] }) => [more, range?.fromOffset, range?.untilOffset])).toEqual([
      ['bound', 0, 60],
      ['rate', 60, 100],
      ['rate', undefined, undefined],
    ])
    expect(topic.plan(1000, { maxRecords: 60 })).toMatchObject({ more: 'bound', ranges: [{ untilOffset: 160 }] })
  })

  it('leaves nothing to a later interval where the rate is not reached', () => {
    expect(new Topic([100], { maxRateOf: () => 100 }).plan(0)).toMatchObject({ more: 'no', rate: 100 })
  })

  it('shares what back-pressure allows by lag, each partition within its own rate', () => {
    const topic = new Topic([900, 100], { maxRateOf: ({ partition }) => (partition === 0 ? 500 : 0) })
    expect(topic.plan(0, { rate: 600 })).toMatchObject({
      ranges: [{ untilOffset: 500 }, { untilOffset: 60 }],
      more: 'rate',
      rate: 560,
    })
  })

  it('allows as much in each batch up to fixed ends, which follow each other at once', () => {
    const topic = new Topic([250], { maxRateOf: () => 100 })
    const limits = { ends: partitionMap({ 't/0': 250 }), interval: { begin: 0, ms: 1000 } }
    expect([0, 1, 2, 3].flatMap((now) => topic.batch(now, limits))).toEqual([100, 100, 50, 0])
  })

  it('applies no rate where there is no interval', () => {
    const led = [{ topic: 't', partition: 0, topicId: null, next: 0, end: 500 }]
    const pacing = new Pacing({ maxRateOf: () => 1, minRecords: 0, maxTriggerDelayMs: 0 })
    const limits = { maxRecords: 1e9, maxBytes: 1e9, ends: null, rate: 1 }
    expect(planRanges(led, limits, { pacing, turns: new PartitionTurns() }, 0)).toMatchObject({
      ranges: [{ untilOffset: 500 }],
      more: 'no',
    })
  })
})
