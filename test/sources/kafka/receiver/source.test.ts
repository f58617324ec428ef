// The source in receiver mode against a real Kafka, batch by batch.

import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../../src/cli/system-clock.ts'
import { Exit, SprkError } from '../../../../src/errors.ts'
import { startMember, stopMembers } from '../../../support/group-member.ts'
import {
  bootstrap,
  client,
  createPartitions,
  createTopic,
  kafkaAvailable,
  produce,
  topicName,
  waitUntil,
} from '../../../support/kafka.ts'
import { startReceiving } from '../../../support/receiving.ts'

const PARTITIONS = 4

afterEach(stopMembers)

async function send(topic: string, count: number, partitions = PARTITIONS): Promise<void> {
  for (let partition = 0; partition < partitions; partition++) {
    await produce(topic, ...Array.from({ length: count }, (_, i) => ({ value: `${i}`, partition })))
  }
}

function places(topic: string, from: number, until: number, partitions = PARTITIONS): string[] {
  const each = Array.from({ length: partitions }, (_, p) => {
    return Array.from({ length: until - from }, (_, i) => `${topic}/${p} ${from + i}`)
  })
  return each.flat().sort()
}

/** What the group knows. A coordinator that has just begun may have to be asked again. */
async function committed(groupId: string, topic: string): Promise<number[]> {
  const admin = client().admin()
  await admin.connect()
  let fetched: Awaited<ReturnType<typeof admin.fetchOffsets>> = []
  await waitUntil(async () => {
    fetched = await admin.fetchOffsets({ groupId, topics: [topic] }).catch(() => [])
    return fetched.length > 0
  })
  await admin.disconnect()
  const partitions = fetched.flatMap((each) => each.partitions)
  return partitions.toSorted((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset))
}

const positions = ({ checkpoint }: Awaited<ReturnType<typeof startReceiving>>) =>
  (checkpoint.resume.positions.get('kafka') ?? []).map(({ next }) => next)

describe.skipIf(!kafkaAvailable)('ReceiverSource', () => {
  it('tells the group of nothing that is not stored, and starts a receiver again whose store fails', async () => {
    const topic = await createTopic(undefined, PARTITIONS)
    const groupId = topicName('store')
    await send(topic, 10)
    const receiving = await startReceiving({ groupId, topics: [topic] })
    receiving.storeFails = new SprkError(Exit.IO, { code: 'E_DISK_FULL', message: 'the disk is full' })
    const again = /^kafka: receiver 1 has stopped: the disk is full; it starts again in 100 ms$/
    await waitUntil(async () => {
      await receiving.plan()
      return receiving.notices.filter((notice) => again.test(notice)).length > 0 && receiving.attempts >= 12
    })
    // Each life tries it four times; it is told once.
    expect(receiving.notices.filter((notice) => again.test(notice))).toHaveLength(1)
    // What the group knows is where receiving stands: nowhere.
    for (const offset of await committed(groupId, topic)) expect(offset).toBeLessThanOrEqual(0)
    receiving.storeFails = null
    expect((await receiving.readUpTo(10 * PARTITIONS)).sort()).toEqual(places(topic, 0, 10))
    await waitUntil(async () => (await committed(groupId, topic)).every((offset) => offset === 10))
  })

  it.each([true, false])('is over at a bug of the store (shared %s)', async (shared) => {
    const topic = await createTopic(undefined, PARTITIONS)
    await send(topic, 10)
    const receiving = await startReceiving({ groupId: topicName('bug'), topics: [topic], receiving: { shared } })
    receiving.storeFails = new Error('a bug')
    await expect(waitUntil(async () => (await receiving.plan()) === null)).rejects.toThrow('a bug')
  })

  it('without the log, keeps partitions until the batch is done, and drops what is behind it', async () => {
    const topic = await createTopic(undefined, PARTITIONS)
    const groupId = topicName('memory')
    await send(topic, 10)
    const options = { writeAheadLog: false, shared: true }
    const receiving = await startReceiving({ groupId, topics: [topic], receiving: options })
    await receiving.plan()
    // A batch of the first ten of each; twenty more of each wait in memory.
    const first: string[] = []
    while (first.length < 10 * PARTITIONS) {
      const plan = await receiving.planned()
      first.push(...(await receiving.read(plan)))
      if (first.length < 10 * PARTITIONS) receiving.commit()
    }
    expect(first.sort()).toEqual(places(topic, 0, 10))
    await send(topic, 20)
    const other = startMember({ address: bootstrap(), groupId, topics: () => [topic], clientId: 'other' })
    // The last batch is under way: nobody gets its partitions.
    await new Promise((resolve) => setTimeout(resolve, 4000))
    expect(other.assignment).toBe(null)
    receiving.commit()
    await waitUntil(() => other.assignment !== null)
    const owned = other.assignment?.owned ?? []
    expect(owned).toHaveLength(PARTITIONS / 2)
    const offsets = await other.member.committed(owned)
    expect(owned.map((at) => offsets.get(at)?.offset)).toEqual([10, 10])
    const mine = (await receiving.readUpTo(20 * 2)).sort()
    const taken = new Set(owned.map(({ partition }) => `${topic}/${partition}`))
    expect(mine).toEqual(places(topic, 10, 30).filter((place) => !taken.has(place.split(' ')[0] ?? '')))
    await other.stop()
    // They come back, and are received from where this state file stands.
    const back = (await receiving.readUpTo(20 * 2)).sort()
    expect(back).toEqual(places(topic, 10, 30).filter((place) => taken.has(place.split(' ')[0] ?? '')))
    expect(positions(receiving)).toEqual([30, 30, 30, 30])
  })

  it('without the log, keeps what it gave until it is committed', async () => {
    const topic = await createTopic()
    const groupId = topicName('twice')
    await send(topic, 10, 1)
    const receiving = await startReceiving({ groupId, topics: [topic], receiving: { writeAheadLog: false } })
    const plan = await receiving.planned()
    expect(await receiving.read(plan)).toEqual(places(topic, 0, 10, 1))
    // Nothing of it was committed: it is there again.
    const again = await receiving.planned()
    expect(again.ranges).toEqual(plan.ranges)
    expect(await receiving.read(again)).toEqual(places(topic, 0, 10, 1))
    for (const offset of await committed(groupId, topic)) expect(offset).toBeLessThanOrEqual(0)
    receiving.commit()
    expect((await receiving.plan()).ranges).toEqual([])
    await waitUntil(async () => (await committed(groupId, topic))[0] === 10)
  })

  it.each([true, false])(
    'takes up partitions that are added, and topics that begin to match (log %s)',
    async (writeAheadLog) => {
      let ahead = 0
      const clock = {
        ...systemClock,
        monotonic: () => systemClock.monotonic() + ahead,
        // The leader of a group looks for new partitions every 30 s.
        sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms === 30_000 ? 300 : ms, signal),
      }
      const prefix = topicName('match')
      const first = await createTopic(`${prefix}-1`, 1)
      await send(first, 5, 1)
      const source = { topicPattern: `${prefix}-.*` }
      const receiving = await startReceiving({
        groupId: prefix,
        source,
        receiving: { writeAheadLog, receivers: 2 },
        clock,
      })
      expect(await receiving.readUpTo(5)).toHaveLength(5)
      await createPartitions(first, 3)
      const second = await createTopic(`${prefix}-2`, 2)
      await send(first, 5, 3)
      await send(second, 5, 2)
      ahead += 30_001
      const read = (await receiving.readUpTo(25)).sort()
      expect(read).toEqual(
        [...places(first, 0, 5, 3).slice(5), ...places(first, 5, 10, 1), ...places(second, 0, 5, 2)].sort(),
      )
    },
  )
})
