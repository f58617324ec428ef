// Several brokers, and leaders that move.

import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/clock.ts'
import { PartitionMap } from '../../src/partition-map.ts'
import type { Limits, Source, Start } from '../../src/source.ts'
import { kafkaSource } from '../../src/sources/kafka/source.ts'
import { collect, type PlainRecord } from '../support/chunks.ts'
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

function sourceOn({ address }: FakeBroker, clock: Clock = hurriedClock): Source {
  const options = { brokers: [address], clientId: 'test', topics: [FAKE_TOPIC], startingOffsets: 'earliest' as const }
  const source = kafkaSource(options, clock)
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

  it('are waited for where a new state is to begin', async () => {
    const { one, view } = await cluster(1, -1, 3)
    const opening = sourceOn(one).open(NEW, signal)
    expect((await opening.next()).value).toMatchObject({ message: 'kafka: orders/1 has no leader; trying again' })
    view.leaders = [1, 2, 3]
    const { items, result } = await drain(opening)
    expect(items).toHaveLength(1)
    expect(result.positions).toHaveLength(3)
  })
})

describe('a partition without a leader', () => {
  let ahead = 0
  const clock: Clock = { ...hurriedClock, monotonic: () => hurriedClock.monotonic() + ahead }
  const valuesIn = (records: readonly PlainRecord[], partition: number) =>
    records.filter(({ at }) => at === `orders/${partition}`).map(({ value }) => value)
  const all = (partition: number, from = 0) => Array.from({ length: 30 - from }, (_, i) => `${partition}:${from + i}`)

  async function next(source: Source, limits: Partial<Limits> = {}) {
    ahead += 1000
    const plan = await drain(source.plan({ ...UNBOUNDED, ...limits }, signal))
    const read = await collect(source.chunks(plan.result.ranges, signal))
    return {
      ...read,
      notes: [...plan.items.map(({ message }) => message), ...read.notices],
      ranges: plan.result.ranges,
    }
  }

  /** A state that had read ten records of each partition. */
  async function resumed(broker: FakeBroker): Promise<Start> {
    const source = sourceOn(broker, clock)
    const { logId, positions } = await resultOf(source.open(NEW, signal))
    const { result } = await next(source, { maxRecords: 30 })
    return { logId, positions: positions.map((at, i) => ({ ...at, ...result[i], next: result[i]?.untilOffset ?? 0 })) }
  }

  it('from the start on, does not stop the others; it is named once, and read when it is back', async () => {
    const { one, view } = await cluster(1, 2, 3)
    const start = await resumed(one)
    view.leaders = [1, -1, 3]
    const source = sourceOn(one, clock)
    expect((await resultOf(source.open(start, signal))).positions).toEqual(start.positions)
    const first = await next(source)
    expect(first.notes).toEqual(['kafka: orders/1 has no leader; the other partitions are read without it'])
    expect([0, 1, 2].map((partition) => valuesIn(first.records, partition))).toEqual([all(0, 10), [], all(2, 10)])
    expect(source.latest().map(({ partition }) => partition)).toEqual([0, 2])
    expect(await next(source)).toMatchObject({ notes: [], ranges: [] })
    view.leaders = [1, 2, 3]
    const later = await next(source)
    expect(later.notes).toEqual([expect.stringMatching(/^kafka: orders\/1 has a leader again after \d/)])
    expect(valuesIn(later.records, 1)).toEqual(all(1, 10))
    expect((await next(source)).notes).toEqual([])
  })

  it('in the middle of a batch, ends its range where it had come', async () => {
    const { one, two, view } = await cluster(1, 2, 3)
    const source = sourceOn(one, clock)
    await resultOf(source.open(NEW, signal))
    const plan = await resultOf(source.plan(UNBOUNDED, signal))
    const onChunk = () => {
      view.leaders = [1, -1, 3]
    }
    two.fates.push((answer) => answer, 'close')
    const { records, result } = await collect(source.chunks(plan.ranges, signal), onChunk)
    expect([0, 2].map((partition) => valuesIn(records, partition))).toEqual([all(0), all(2)])
    const came = valuesIn(records, 1).length
    expect(came).toBeLessThan(30)
    expect(result.map(({ untilOffset }) => untilOffset)).toEqual(came === 0 ? [30, 30] : [30, came, 30])
    expect((await next(source)).notes).toEqual([
      'kafka: orders/1 has no leader; the other partitions are read without it',
    ])
    view.leaders = [1, 3, 3]
    expect(valuesIn((await next(source)).records, 1)).toEqual(all(1, came))
  })

  it('is checked before it is read on, also where a broker tells no epochs', async () => {
    const { one, two, view } = await cluster(1, 1, 1)
    for (const broker of [one, two]) Object.assign(broker, { fetchVersion: 12, metadataVersion: 11 })
    const source = sourceOn(one, clock)
    await resultOf(source.open(NEW, signal))
    await next(source)
    view.leaders = [1, -1, 1]
    ahead += 30_000
    expect((await next(source)).notes).toHaveLength(1)
    one.log = { ...LOG, partitions: [...LOG.partitions.slice(0, 1), ...LOG.partitions.slice(2), []] }
    view.leaders = [1, 1, 1]
    const loss = { code: 'E_TAIL_CHANGED', message: expect.stringContaining('orders/1: ') }
    await expect(next(source)).rejects.toMatchObject(loss)
  })

  it('is waited for by what reads up to fixed ends, when the others have come to theirs', async () => {
    const { one, view } = await cluster(1, 2, 3)
    const start = await resumed(one)
    view.leaders = [1, -1, 3]
    const source = sourceOn(one, clock)
    await resultOf(source.open(start, signal))
    const ends = await resultOf(source.ends(signal))
    expect([...ends]).toEqual([
      [{ topic: 'orders', partition: 0 }, 30],
      [{ topic: 'orders', partition: 2 }, 30],
    ])
    expect((await next(source, { ends })).records).toHaveLength(40)
    const planning = source.plan({ ...UNBOUNDED, ends }, signal)
    expect((await planning.next()).value).toMatchObject({ message: 'kafka: orders/1 has no leader; trying again' })
    view.leaders = [1, 2, 3]
    const { ranges } = (await drain(planning)).result
    expect(ranges).toMatchObject([{ partition: 1, fromOffset: 10, untilOffset: 30 }])
    expect((await collect(source.chunks(ranges, signal))).records).toHaveLength(20)
    expect((await next(source, { ends })).ranges).toEqual([])
  })

  it('is waited for at once where one batch is to reach all ends', async () => {
    const { one, view } = await cluster(1, 2, 3)
    const start = await resumed(one)
    view.leaders = [1, -1, 3]
    const source = sourceOn(one, clock)
    await resultOf(source.open(start, signal))
    const ends = new PartitionMap([0, 1, 2].map((partition) => [{ topic: 'orders', partition }, 30]))
    const planning = source.plan({ ...UNBOUNDED, ends, isWhole: true }, signal)
    for (const message of ['kafka: orders/1 has no leader; the other', 'kafka: orders/1 has no leader; trying']) {
      expect((await planning.next()).value).toMatchObject({ message: expect.stringContaining(message) })
    }
    view.leaders = [1, 2, 3]
    const { ranges } = (await drain(planning)).result
    expect(ranges).toHaveLength(3)
  })
})
