// Several brokers, and leaders that move.

import { afterEach, describe, expect, it } from 'vitest'
import type { Source, Start } from '../../src/source.ts'
import { kafkaSource } from '../../src/sources/kafka/source.ts'
import { collect } from '../support/chunks.ts'
import { drain, resultOf } from '../support/drain.ts'
import { FAKE_TOPIC, type FakeBroker, type FakeLog, startFakeBroker } from '../support/fake-broker.ts'
import { hurriedClock } from '../support/hurried-clock.ts'
import { encodeBatch } from '../support/record-batch.ts'

const { signal } = new AbortController()
const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }
const LOG: FakeLog = {
  partitions: [0, 1, 2].map((partition) =>
    [0, 10, 20].map((baseOffset) => {
      const records = Array.from({ length: 10 }, (_, i) => ({ value: `${partition}:${baseOffset + i}` }))
      return encodeBatch({ baseOffset, records })
    }),
  ),
  end: 30,
}

const opened: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

/** Three brokers, each with all data; the leaders of partitions 0, 1 and 2 as given. */
async function cluster(...leaders: number[]) {
  const brokers: FakeBroker[] = []
  for (const id of [1, 2, 3]) brokers.push(await startFakeBroker(LOG, 0, id))
  opened.push(...brokers)
  const view = { brokers, leaders }
  for (const broker of brokers) {
    broker.view = view
    broker.batchesPerFetch = 1
  }
  const [one, two, three] = brokers as [FakeBroker, FakeBroker, FakeBroker]
  return { one, two, three, view }
}

function sourceOn({ address }: FakeBroker): Source {
  const options = { brokers: [address], clientId: 'test', topics: [FAKE_TOPIC], startingOffsets: 'earliest' as const }
  const source = kafkaSource(options, hurriedClock)
  opened.push(source)
  return source
}

async function planned(source: Source) {
  await resultOf(source.open(NEW, signal))
  const plan = await resultOf(source.plan(UNBOUNDED, signal))
  return source.chunks(plan.ranges, signal)
}

async function expectAll(reading: ReturnType<Source['chunks']>): Promise<string[]> {
  const { records, notices } = await collect(reading)
  for (const partition of [0, 1, 2]) {
    const values = records.filter(({ at }) => at === `orders/${partition}`).map(({ value }) => value)
    expect(values).toEqual(Array.from({ length: 30 }, (_, i) => `${partition}:${i}`))
  }
  return notices
}

describe('leaders', () => {
  it('are asked for their partitions', async () => {
    const { one, two, three } = await cluster(1, 2, 2)
    expect(await expectAll(await planned(sourceOn(three)))).toEqual([])
    expect([one.fetched.length, two.fetched.length, three.fetched.length]).toEqual([3, 6, 0])
  })

  it('are looked up anew when they have moved', async () => {
    const { one, view } = await cluster(1, 2, 3)
    const reading = await planned(sourceOn(one))
    view.leaders = [3, 1, 2]
    const notices = await expectAll(reading)
    expect(notices[0]).toMatch(/^kafka: orders\/\d: NOT_LEADER_OR_FOLLOWER; trying again$/)
    expect(notices.at(-1)).toMatch(/^kafka: working again after /)
  })

  it('are looked up anew when they are gone, through any broker that is left', async () => {
    const { one, two, view } = await cluster(1, 2, 3)
    const reading = await planned(sourceOn(one))
    await one.close()
    view.leaders = [2, 2, 3]
    const notices = await expectAll(reading)
    expect(notices[0]).toMatch(new RegExp(`^kafka: (cannot reach )?${one.address}`))
    expect(two.fetched.length).toBeGreaterThanOrEqual(6)
  })

  it('are waited for where a partition has none', async () => {
    const { one, view } = await cluster(1, -1, 3)
    const opening = sourceOn(one).open(NEW, signal)
    expect((await opening.next()).value).toMatchObject({ message: 'kafka: orders/1 has no leader; trying again' })
    view.leaders = [1, 2, 3]
    const { items, result } = await drain(opening)
    expect(items).toHaveLength(1)
    expect(result.positions).toHaveLength(3)
  })
})
