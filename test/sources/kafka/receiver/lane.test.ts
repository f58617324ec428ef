// One connection of a receiver, on a broker that does what a test tells it.

import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../../src/cli/system-clock.ts'
import { positionAt } from '../../../../src/log.ts'
import { openCluster } from '../../../../src/sources/kafka/open-cluster.ts'
import { BlockBuffers } from '../../../../src/sources/kafka/receiver/block-buffers.ts'
import type { BlockBuilder } from '../../../../src/sources/kafka/receiver/block-builder.ts'
import { Lane } from '../../../../src/sources/kafka/receiver/lane.ts'
import { RateLimiter } from '../../../../src/sources/kafka/receiver/rate-limiter.ts'
import {
  FAKE_TOPIC,
  FAKE_TOPIC_ID,
  type FakeBroker,
  type FakeLog,
  startFakeBroker,
} from '../../../support/fake-broker.ts'
import { hurriedClock } from '../../../support/hurried-clock.ts'
import { waitUntil } from '../../../support/kafka.ts'
import { encodeBatch } from '../../../support/record-batch.ts'

const batch = (baseOffset: number) =>
  encodeBatch({ baseOffset, records: Array.from({ length: 10 }, (_, i) => ({ value: `${baseOffset + i}` })) })
const LOG: FakeLog = { partitions: [0, 1].map(() => [0, 10, 20].map(batch)), end: 30 }

const opened: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function broker(): Promise<FakeBroker> {
  const started = await startFakeBroker(LOG)
  opened.push(started)
  return started
}

const position = (partition: number, next = 0) => positionAt({ topic: FAKE_TOPIC, partition }, next, FAKE_TOPIC_ID)

/** A lane that runs, and what it may do. */
function laneOn({ address }: FakeBroker, maxRate: number | null = null, clock = hurriedClock) {
  const cluster = openCluster({ brokers: [address], clientId: 'test', topics: [FAKE_TOPIC] }, clock)
  const settings = { isPaused: false, end: Infinity, error: null as unknown }
  const events = {
    full: (_: BlockBuilder) => {},
    cut: (_: BlockBuilder) => {},
    isPaused: () => settings.isPaused,
    isReached: ({ next }: { next: number }) => next >= settings.end,
    endsAt: () => {},
    notice: () => {},
  }
  const options = { limiter: new RateLimiter(clock, maxRate), buffers: new BlockBuffers(), goesOn: false }
  const lane = new Lane(cluster, options, events, clock)
  const stop = new AbortController()
  const ended = lane.run(stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) settings.error = error
  })
  opened.push({
    async close() {
      stop.abort()
      await ended
      await lane.disconnect()
    },
  })
  const standings = () => lane.builders().map(({ received }) => `${received.partition}:${received.next}`)
  return { lane, settings, standings }
}

describe('Lane', () => {
  it('reads the others while a partition has no leader, and that one when it has one', async () => {
    const on = await broker()
    on.view.leaders = [on.id, -1]
    const { lane, settings, standings } = laneOn(on)
    for (const partition of [0, 1]) lane.open(position(partition), null)
    await waitUntil(() => standings().includes('0:30'))
    expect(standings()).toContain('1:0')
    on.view.leaders = [on.id, on.id]
    await waitUntil(() => standings().includes('1:30'))
    expect(settings.error).toBe(null)
  })

  it('may lose a partition at any time, and get it back elsewhere', async () => {
    const on = await broker()
    on.batchesPerFetch = 1
    const { lane, settings, standings } = laneOn(on)
    lane.open(position(0), null)
    for (let round = 0; round < 60; round++) {
      lane.open(position(1, 10 * (round % 3)), null)
      // Between any two steps of the lane.
      for (let turn = 0; turn < round % 20; turn++) await systemClock.yield()
      expect(lane.close(position(1))?.received.partition).toBe(1)
      if (round % 7 === 0) on.errors.push(1) // OFFSET_OUT_OF_RANGE
    }
    lane.open(position(1, 20), null)
    await waitUntil(() => standings().join() === '0:30,1:30')
    expect(settings.error).toBe(null)
    const [, last] = lane.builders()
    expect(last?.finish()).toMatchObject({ fromOffset: 20, untilOffset: 30, byteLength: batch(20).length })
  })

  it('takes nothing while it is paused, and nothing from behind fixed ends', async () => {
    const on = await broker()
    on.batchesPerFetch = 1
    const { lane, settings, standings } = laneOn(on)
    settings.isPaused = true
    settings.end = 15
    for (const partition of [0, 1]) lane.open(position(partition), null)
    await systemClock.sleep(50)
    expect(standings()).toEqual(['0:0', '1:0'])
    settings.isPaused = false
    await waitUntil(() => standings().join() === '0:20,1:20')
    await systemClock.sleep(50)
    expect(standings()).toEqual(['0:20', '1:20'])
  })

  it('takes no more than its rate allows, within batches too', async () => {
    const on = await broker()
    let now = 0
    const clock = { ...hurriedClock, monotonic: () => now }
    const { lane, standings } = laneOn(on, 4, clock)
    for (const partition of [0, 1]) lane.open(position(partition), null)
    const taken = () => lane.builders().reduce((sum, { received }) => sum + received.next, 0)
    for (let second = 1; second <= 15; second++) {
      now += 1000
      await waitUntil(() => taken() >= second * 4)
      expect(taken()).toBe(second * 4)
    }
    expect(standings()).toEqual(['0:30', '1:30'])
  })
})
