// @ts-check
// Barriers of the rates: what a batch may read, and when the next one begins.

const rates = 'test/execution/rates.test.ts'
const partitionTurns = 'test/sources/kafka/partition-turns.test.ts'
const planRanges = 'test/sources/kafka/plan-ranges.test.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const rateMutants = [
  {
    name: 'partition starved by the backlog of another',
    file: 'src/sources/kafka/partition-turns.ts',
    find: 'return next + TURN_BATCHES * maxRecords',
    replace: 'return next + Number.MAX_SAFE_INTEGER',
    test: [partitionTurns, 'turns of partitions come to each partition, however much comes in meanwhile'],
  },
  {
    name: 'event time of partitions drifts apart',
    file: 'src/plan/compile.ts',
    find: "step.usesEventTime === true) ? 'shares'",
    replace: "step.usesEventTime === true) ? 'turns'",
    test: [
      'test/plan/compile.test.ts',
      'compilePlan reads a backlog in turns of its partitions, unless a step looks at event time or a rate gives each its part',
    ],
  },
  {
    name: 'rate treated as a bound',
    file: 'src/sources/kafka/plan-ranges.ts',
    find: "isCut ? 'rate'",
    replace: "isCut ? 'bound'",
    test: [
      planRanges,
      'planRanges goes on at once where a bound is lower than the rate, until the interval has read what the rate allows',
    ],
  },
  {
    name: 'rate allowed anew by each batch of an interval',
    file: 'src/sources/kafka/pacing.ts',
    find: 'interval.begin !== this.#begin',
    replace: 'interval.begin >= 0',
    test: [rates, 'a rate is not exceeded by batches that a bound cuts, which follow each other at once'],
  },
  {
    name: 'partition starved by a low rate',
    file: 'src/sources/kafka/max-messages.ts',
    find: 'Math.max(Math.trunc(seconds * rate), MIN_MESSAGES)',
    replace: 'Math.trunc(seconds * rate)',
    test: [
      'test/sources/kafka/max-messages.test.ts',
      'maxMessagesPerPartition cuts fractions off, but allows each partition one record',
    ],
  },
  {
    name: 'rate passes the latest offset',
    file: 'src/sources/kafka/plan-ranges.ts',
    find: 'Math.min(until, led.end)',
    replace: 'until',
    test: [planRanges, 'planRanges never passes the latest offset, however much a rate allows'],
  },
  {
    name: 'first batch delayed until there are enough records',
    file: 'src/sources/kafka/pacing.ts',
    find: 'this.#plannedAt !== null && now - this.#plannedAt < maxTriggerDelayMs',
    replace: 'now - (this.#plannedAt ?? now) < maxTriggerDelayMs',
    test: [
      planRanges,
      'planRanges does not delay the first batch with records, however few, nor one after a delay without records',
    ],
  },
  {
    name: 'rate of a batch not stored',
    file: 'src/execution/execute.ts',
    find: 'rate: planned.rate ?? null,',
    replace: 'rate: null,',
    test: [rates, 'a rate keeps the rhythm of the trigger while there is a backlog'],
  },
  {
    name: 'estimate not limited to a whole number',
    file: 'src/execution/rate/rate-control.ts',
    find: 'Math.trunc(rate)',
    replace: 'rate',
    test: [
      'test/execution/rate/rate-control.test.ts',
      'RateControllerSuite RateController - rate controller publishes updates after batches complete',
    ],
  },
  {
    name: 'scheduling delay not held against the rate',
    file: 'src/execution/rate/pid.ts',
    find: ' - integral * historicalError',
    replace: '',
    test: [rates, 'a pipeline that is too slow for what arrives is shown as it is in docs/running.md'],
  },
]
