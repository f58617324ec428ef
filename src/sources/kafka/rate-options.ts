// What a pipeline file says of the pace of a source kafka: rates, back-pressure, and the least records of a batch.

import * as v from 'valibot'
import type { Subscription } from '../../kafka/client/subscription.ts'
import { duration, entries, issueAt, wholeNumber } from '../../options.ts'
import type { TopicPartition } from '../../record.ts'
import type { Backpressure, SourceRates } from '../../source.ts'
import type { Entry } from '../../spec.ts'
import { count } from '../../words.ts'
import type { PacingOptions } from './pacing.ts'

/** The name that stands for all topics, or for all partitions of a topic, that are not named. */
const DEFAULT = 'default'

const PARTITION = /^(default|0|[1-9]\d{0,8})$/

const rate = wholeNumber(0)

const backpressureMap = v.object({
  proportional: v.optional(v.pipe(factor(), v.description("The weight of the last batch's error in speed.")), 1),
  integral: v.optional(v.pipe(factor(), v.description('The weight of the scheduling delay.')), 0.2),
  derived: v.optional(v.pipe(factor(), v.description('The weight of the change of the error.')), 0),
  minRate: v.optional(
    v.pipe(
      v.number(),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(Number.MAX_SAFE_INTEGER, `must be at most ${Number.MAX_SAFE_INTEGER}`),
      v.description('Records a second: no estimate is lower.'),
    ),
    100,
  ),
  initialRate: v.optional(
    v.pipe(wholeNumber(1), v.description('Records a second before the first estimate; by default any number.')),
  ),
})

function factor() {
  return v.pipe(
    v.number(),
    v.minValue(0, 'must be at least 0'),
    v.maxValue(Number.MAX_SAFE_INTEGER, `must be at most ${Number.MAX_SAFE_INTEGER}`),
  )
}

export const rateKeys = {
  maxRatePerPartition: v.optional(
    v.pipe(
      v.union([
        rate,
        entries(
          'a topic',
          v.union([rate, entries('a partition number', rate, { allowed: PARTITION, holds: 'the rate of partition' })]),
          {
            holds: 'the rate of topic',
          },
        ),
      ]),
      v.description(
        'The most records a second of a partition: a number, or topic → partition → number with `default` for others; 0 is no limit.',
      ),
    ),
  ),
  backpressure: v.optional(
    v.pipe(
      v.union([v.boolean(), backpressureMap]),
      v.description(
        'Whether the rate follows the speed of the last batches, and how: as back-pressure of Spark Streaming.',
      ),
    ),
    false,
  ),
  minRecordsPerBatch: v.optional(
    v.pipe(
      wholeNumber(0),
      v.description('A batch waits until so many records are there, or `maxTriggerDelay` is over.'),
    ),
    0,
  ),
  maxTriggerDelay: v.optional(
    v.pipe(
      duration(),
      v.description('How long `minRecordsPerBatch` may delay a batch after the one before; by default `15m`.'),
    ),
  ),
}

const MAX_TRIGGER_DELAY_MS = 15 * 60_000

type RateValue = number | readonly Entry<number | readonly Entry<number>[]>[]

export interface RateKeys {
  readonly maxRatePerPartition?: RateValue | undefined
  readonly backpressure: boolean | v.InferOutput<typeof backpressureMap>
  readonly minRecordsPerBatch: number
  readonly maxTriggerDelay?: number | undefined
}

/** What the keys mean, beside each other. */
export interface Pace {
  /** Null: nothing but bounds limits a batch. */
  readonly pacing: PacingOptions | null
  readonly rates: SourceRates | null
}

export function paceOf({ maxRatePerPartition = 0, backpressure, minRecordsPerBatch, maxTriggerDelay }: RateKeys): Pace {
  const pid = backpressureOf(backpressure)
  const isRated = pid !== null || maxRatePerPartition !== 0
  const pacing: PacingOptions = {
    maxRateOf: maxRateOf(maxRatePerPartition),
    minRecords: minRecordsPerBatch,
    maxTriggerDelayMs: maxTriggerDelay ?? MAX_TRIGGER_DELAY_MS,
  }
  return {
    pacing: isRated || minRecordsPerBatch > 0 ? pacing : null,
    rates: isRated ? { backpressure: pid, description: describe(maxRatePerPartition, pid) } : null,
  }
}

function backpressureOf(value: RateKeys['backpressure']): Backpressure | null {
  if (value === false) return null
  const { initialRate, ...pid } = value === true ? DEFAULT_PID : value
  return { ...pid, initialRate: initialRate ?? null }
}

/** As Spark's `spark.streaming.backpressure.pid.*`. */
const DEFAULT_PID: v.InferOutput<typeof backpressureMap> = { proportional: 1, integral: 0.2, derived: 0, minRate: 100 }

function maxRateOf(value: RateValue): PacingOptions['maxRateOf'] {
  if (typeof value === 'number') return () => value
  const ofTopic = new Map(
    value.map(({ name, value: rates }) => {
      return [name, typeof rates === 'number' ? rates : new Map(rates.map((each) => [each.name, each.value]))]
    }),
  )
  const others = ofTopic.get(DEFAULT)
  const otherTopics = typeof others === 'number' ? others : 0
  return ({ topic, partition }: TopicPartition) => {
    const rates = ofTopic.get(topic)
    if (rates === undefined) return otherTopics
    return typeof rates === 'number' ? rates : (rates.get(String(partition)) ?? rates.get(DEFAULT) ?? otherTopics)
  }
}

function describe(maxRate: RateValue, pid: Backpressure | null): string {
  const own = maxRate === 0 ? [] : [`at most ${rateText(maxRate)} records a second a partition`]
  const first = pid?.initialRate == null ? '' : `, first ${count(pid.initialRate)} records a second`
  return [...own, ...(pid === null ? [] : [`back-pressure${first}`])].join('; ')
}

/** `1,000` or `{events: {0: 5,000, default: 1,000}, default: 200}`. */
function rateText(rates: RateValue): string {
  if (typeof rates === 'number') return count(rates)
  return `{${rates.map(({ name, value }) => `${name}: ${rateText(value)}`).join(', ')}}`
}

/** What is wrong with keys that are right each by itself. `subscriptionOf` is called only where topics are named. */
export function* strangeRates(
  value: RateKeys & { readonly maxRecordsPerBatch: number },
  subscriptionOf: () => Subscription,
) {
  const { maxRatePerPartition = 0, minRecordsPerBatch, maxRecordsPerBatch, maxTriggerDelay } = value
  if (typeof maxRatePerPartition !== 'number') {
    for (const { path, message } of strangeTopics(maxRatePerPartition, subscriptionOf()))
      yield issueAt(message, value, 'maxRatePerPartition', ...path)
  }
  if (minRecordsPerBatch > maxRecordsPerBatch) {
    const message = `must be at most \`maxRecordsPerBatch\`, which is ${maxRecordsPerBatch}`
    yield issueAt(message, value, 'minRecordsPerBatch')
  }
  if (maxTriggerDelay !== undefined && minRecordsPerBatch === 0) {
    const message = 'delays nothing without `minRecordsPerBatch`\nadd `minRecordsPerBatch: 1000`, or leave it out'
    yield issueAt(message, value, 'maxTriggerDelay')
  }
}

function* strangeTopics(entries: Exclude<RateValue, number>, { topics, selects }: Subscription) {
  const message = 'is nothing that this source reads'
  for (const { name: topic, value } of entries) {
    if (topic === DEFAULT) {
      if (typeof value !== 'number') yield { path: [topic], message: 'must be a number: the rate of all other topics' }
      continue
    }
    const partitions = typeof value === 'number' ? [] : value.filter(({ name }) => name !== DEFAULT)
    const unread = partitions.find(({ name }) => !selects({ topic, partition: Number(name) }))
    const isRead = topics === null ? selects({ topic, partition: 0 }) : topics.includes(topic)
    if (!isRead) yield { path: [topic], message }
    else if (unread !== undefined) yield { path: [topic, unread.name], message }
  }
}
