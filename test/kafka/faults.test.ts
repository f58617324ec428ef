// What a reader does when brokers misbehave.

import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/clock.ts'
import { positionAt } from '../../src/log.ts'
import type { Source, Start } from '../../src/source.ts'
import { kafkaSource } from '../../src/sources/kafka/source.ts'
import { collect } from '../support/chunks.ts'
import { drain, resultOf } from '../support/drain.ts'
import { FAKE_TOPIC, type FakeBroker, type FakeLog, type Fate, startFakeBroker } from '../support/fake-broker.ts'
import { hurriedClock, impatientClock } from '../support/hurried-clock.ts'
import { encodeBatch } from '../support/record-batch.ts'

const { signal } = new AbortController()
const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }
const LOG: FakeLog = {
  partitions: [
    [0, 10, 20].map((baseOffset) => {
      const records = Array.from({ length: 10 }, (_, i) => ({ value: `v${baseOffset + i}` }))
      return encodeBatch({ baseOffset, records, leaderEpoch: 5 })
    }),
  ],
  end: 30,
}
const ALL = Array.from({ length: 30 }, (_, i) => `v${i}`)

const opened: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function fakeBroker(log: Partial<FakeLog> = {}, port = 0): Promise<FakeBroker> {
  const broker = await startFakeBroker({ ...LOG, ...log }, port)
  opened.push(broker)
  return broker
}

function sourceOn(address: string, clock: Clock = hurriedClock): Source {
  const options = { brokers: [address], clientId: 'test', topics: [FAKE_TOPIC], startingOffsets: 'earliest' as const }
  const source = kafkaSource(options, clock)
  opened.push(source)
  return source
}

async function readAll({ address }: FakeBroker, start = NEW, clock = hurriedClock) {
  const source = sourceOn(address, clock)
  await resultOf(source.open(start, signal))
  const plan = await resultOf(source.plan(UNBOUNDED, signal))
  const { records, notices, result } = await collect(source.chunks(plan.ranges, signal))
  return { values: records.map(({ value }) => value), notices, result }
}

function savedAt(next: number): Start {
  return { logId: 'fake-cluster', positions: [positionAt({ topic: FAKE_TOPIC, partition: 0 }, next)] }
}

/** Changes a byte of the last batch. */
const damage: Fate = (answer) => {
  const damaged = Buffer.from(answer)
  damaged[damaged.length - 9] = (damaged[damaged.length - 9] as number) ^ 0xff
  return damaged
}
const truncate: Fate = (answer) => answer.subarray(0, answer.length - 5)

describe('a broker that behaves', () => {
  it('is read once', async () => {
    const broker = await fakeBroker()
    const { values, notices, result } = await readAll(broker)
    expect(values).toEqual(ALL)
    expect(notices).toEqual([])
    expect(result).toMatchObject([{ fromOffset: 0, untilOffset: 30, leaderEpoch: 5 }])
    expect(broker.fetched).toEqual([0])
  })
})

describe('a corrupt batch', () => {
  it('is fetched once more', async () => {
    const broker = await fakeBroker()
    broker.fates.push(damage)
    const { values } = await readAll(broker)
    expect(values).toEqual(ALL)
    expect(broker.fetched).toEqual([0, 20])
  })

  it('takes back what follows it, which was fetched already', async () => {
    const broker = await fakeBroker()
    broker.batchesPerFetch = 1
    broker.fates.push(damage)
    const { values } = await readAll(broker)
    expect(values).toEqual(ALL)
    expect(broker.fetched).toEqual([0, 10, 0, 10, 20])
  })

  it('ends with exit 65 where it stays corrupt', async () => {
    const broker = await fakeBroker()
    broker.fates.push(damage, damage)
    await expect(readAll(broker)).rejects.toMatchObject({
      exit: 65,
      code: 'E_CORRUPT_BATCH',
      message: expect.stringMatching(/^orders\/0: the batch at offset 20 is corrupt/),
    })
  })
})

describe('an outage', () => {
  it('is told of at once, waited for, and told of when it is over', async () => {
    const gone = await startFakeBroker(LOG)
    await gone.close()
    const source = sourceOn(gone.address)
    const opening = source.open(NEW, signal)
    const first = await opening.next()
    expect(first.value).toMatchObject({
      level: 'warning',
      message: `kafka: cannot reach ${gone.address} (ECONNREFUSED); trying again`,
    })
    await fakeBroker({}, gone.port)
    const { items, result } = await drain(opening)
    expect(items.map(({ message }) => message)).toEqual([expect.stringMatching(/^kafka: working again after /)])
    expect(result.positions).toMatchObject([{ topic: FAKE_TOPIC, partition: 0, next: 0 }])
  })

  it('ends when the reader is told to stop', async () => {
    const gone = await startFakeBroker(LOG)
    await gone.close()
    const controller = new AbortController()
    const opening = sourceOn(gone.address).open(NEW, controller.signal)
    await opening.next()
    controller.abort(new Error('enough'))
    await expect(opening.next()).rejects.toThrow('enough')
  })

  it.each<[string, Fate, string]>([
    ['a closed connection', 'close', 'closed the connection'],
    ['silence', 'silence', 'does not answer'],
    ['a truncated answer', truncate, 'sent a bad answer (the answer ends too early)'],
  ])('is what %s is taken for', async (_, fate, said) => {
    const broker = await fakeBroker()
    broker.fates.push(fate)
    const { values, notices } = await readAll(broker, NEW, impatientClock)
    expect(values).toEqual(ALL)
    expect(notices).toEqual([expect.stringContaining(said), expect.stringMatching(/^kafka: working again after /)])
  })

  it.each([
    [3, 'UNKNOWN_TOPIC_OR_PARTITION'],
    [6, 'NOT_LEADER_OR_FOLLOWER'],
    [74, 'FENCED_LEADER_EPOCH'],
  ])('is what error %i of a partition is taken for', async (code, name) => {
    const broker = await fakeBroker()
    broker.errors.push(...Array.from({ length: 25 }, () => code))
    const { values, notices } = await readAll(broker)
    expect(values).toEqual(ALL)
    expect(notices[0]).toBe(`kafka: orders/0: ${name}; trying again`)
    expect(notices.at(-1)).toMatch(/^kafka: working again after /)
    expect(notices.length).toBeLessThan(12)
  })
})

describe('a last stable offset that is lower for a moment', () => {
  it('is waited for', async () => {
    const broker = await fakeBroker()
    const source = sourceOn(broker.address)
    await resultOf(source.open(NEW, signal))
    const plan = await resultOf(source.plan(UNBOUNDED, signal))
    broker.log = { partitions: [LOG.partitions[0]?.slice(0, 2) ?? []], end: 20 }
    const reading = collect(source.chunks(plan.ranges, signal))
    await expect.poll(() => broker.fetched.length).toBeGreaterThan(30)
    broker.log = LOG
    expect((await reading).records).toHaveLength(30)
  })
})

describe('a broker that cannot be read', () => {
  it('is left with exit 76 when all its answers are bad', async () => {
    const broker = await fakeBroker()
    broker.fates.push(truncate, truncate, truncate)
    await expect(readAll(broker)).rejects.toMatchObject({ exit: 76, code: 'E_PROTOCOL' })
  })

  it('is left with exit 76 when it is too old', async () => {
    const broker = await fakeBroker()
    broker.fetchVersion = 10
    await expect(readAll(broker)).rejects.toMatchObject({ exit: 76, code: 'E_BROKER_VERSION' })
  })

  it('is left with exit 77 when it forbids reading', async () => {
    const broker = await fakeBroker()
    broker.errors.push(29)
    await expect(readAll(broker)).rejects.toMatchObject({
      exit: 77,
      message: 'orders/0: the user may not read this (TOPIC_AUTHORIZATION_FAILED)',
    })
  })

  it('is left with exit 76 when it gives nothing, again and again', async () => {
    const broker = await fakeBroker({ partitions: [[]] })
    await expect(readAll(broker)).rejects.toMatchObject({ exit: 76, code: 'E_NO_PROGRESS' })
  })

  it('is waited for when it throttles', async () => {
    const broker = await fakeBroker()
    broker.throttles.push(2000, 3000)
    const slept: number[] = []
    const clock: Clock = {
      ...hurriedClock,
      monotonic: () => 0,
      sleep: (ms, until) => {
        slept.push(ms)
        return hurriedClock.sleep(ms, until)
      },
    }
    const { values, notices } = await readAll(broker, NEW, clock)
    expect(values).toEqual(ALL)
    expect(notices).toEqual([])
    expect(slept).toContain(2000)
    expect(slept).toContain(3000)
  })
})

describe('a saved offset', () => {
  it('below the log start is data loss', async () => {
    const broker = await fakeBroker({ logStart: 20 })
    await expect(readAll(broker, savedAt(12))).rejects.toMatchObject({
      exit: 79,
      code: 'E_OFFSET_GONE',
      message: 'orders/0: saved offset 12 is below log start 20; 8 offsets were deleted before they were read',
    })
  })

  it('beyond the end of the log is data loss', async () => {
    const broker = await fakeBroker()
    await expect(readAll(broker, savedAt(31))).rejects.toMatchObject({
      exit: 79,
      code: 'E_OFFSET_AHEAD',
      message: expect.stringMatching(/^orders\/0: saved offset 31 is beyond the end 30 of the log: /),
    })
  })

  it('that is deleted while it is read is data loss', async () => {
    const broker = await fakeBroker()
    const source = sourceOn(broker.address)
    await resultOf(source.open(NEW, signal))
    const plan = await resultOf(source.plan(UNBOUNDED, signal))
    broker.log = { ...LOG, logStart: 5 }
    await expect(collect(source.chunks(plan.ranges, signal))).rejects.toMatchObject({
      exit: 79,
      message: 'orders/0: saved offset 0 is below log start 5; 5 offsets were deleted before they were read',
    })
  })

  it('of another cluster is data loss', async () => {
    const broker = await fakeBroker()
    const start = { ...savedAt(0), logId: 'another' }
    await expect(readAll(broker, start)).rejects.toMatchObject({ exit: 79, code: 'E_OTHER_CLUSTER' })
  })
})

describe('closing', () => {
  it('takes no time while a request hangs', async () => {
    const broker = await fakeBroker()
    const source = sourceOn(broker.address)
    await resultOf(source.open(NEW, signal))
    const plan = await resultOf(source.plan(UNBOUNDED, signal))
    broker.fates.push('silence')
    const reading = source.chunks(plan.ranges, signal).next()
    reading.catch(() => {})
    await expect.poll(() => broker.fates).toEqual([])
    await source.close()
  })

  it('is for good: what was put off does not connect again', async () => {
    const broker = await fakeBroker()
    let resume = (): void => {}
    const putOff = new Promise<void>((resolve) => {
      resume = resolve
    })
    const clock: Clock = {
      ...hurriedClock,
      monotonic: () => 0,
      sleep: (ms, until) => (ms === 5000 ? putOff : hurriedClock.sleep(ms, until)),
    }
    const source = sourceOn(broker.address, clock)
    await resultOf(source.open(NEW, signal))
    const plan = await resultOf(source.plan(UNBOUNDED, signal))
    broker.throttles.push(5000)
    const reading = source.chunks(plan.ranges, signal).next()
    await expect.poll(() => broker.throttles).toEqual([])
    await source.close()
    resume()
    expect((await reading).value).toMatchObject({ kind: 'notice' })
  })
})
