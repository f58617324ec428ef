// What back-pressure allows, shared among receivers: Spark's RateControllerSuite, "publish rates to receivers", and the lower of
// the rate and the maximum of ReceiverInputDStream's RateLimiter.

import { expect, test } from 'vitest'
import { Intake } from '../../../../src/sources/kafka/receiver/intake.ts'
import { receivingOf } from '../../../../src/sources/kafka/receiver/options.ts'
import { Receivers } from '../../../../src/sources/kafka/receiver/receivers.ts'
import { manualClock } from '../../../support/manual-clock.ts'
import { NONE } from '../../../support/raw-blocks.ts'

function receiversOf(receivers: number, maxRate: number | null): Receivers {
  const clock = manualClock()
  const receiving = { ...receivingOf(undefined), receivers, maxRate, groupId: 'g', stateId: 's' }
  const options = {
    topics: ['events'],
    brokers: ['localhost:1'],
    clientId: 'test',
    startingOffsets: 'earliest',
  } as const
  const host = {
    topics: () => ['events'],
    endOf: () => Infinity,
    betweenBatches: async () => {},
    takeGap: () => null,
    isOnce: () => false,
  }
  return new Receivers(options, receiving, host, new Intake(NONE, false, { maxBytes: 1 }), clock)
}

test.each([
  { receivers: 1, maxRate: null, allowed: [], rate: null },
  { receivers: 2, maxRate: 300, allowed: [], rate: 600 },
  { receivers: 2, maxRate: null, allowed: [1000], rate: 1000 },
  { receivers: 2, maxRate: 300, allowed: [1000], rate: 600 },
  { receivers: 2, maxRate: 300, allowed: [1000, 400], rate: 400 },
  { receivers: 4, maxRate: null, allowed: [2], rate: 4 }, // one record a second of each, at least
])('$receivers receivers of at most $maxRate a second take $rate together where $allowed is allowed', (given) => {
  const receivers = receiversOf(given.receivers, given.maxRate)
  for (const rate of given.allowed) receivers.allow(rate)
  expect(receivers.rate).toBe(given.rate)
})
