// Logs that are no longer the ones that were read: recreated, truncated, with other records.

import { afterEach, describe, expect, it } from 'vitest'
import type { Chunk } from '../../../src/record.ts'
import type { Source } from '../../../src/source.ts'
import { collect } from '../../support/chunks.ts'
import { resultOf } from '../../support/drain.ts'
import { FAKE_TOPIC_ID } from '../../support/fake-broker.ts'
import { hurriedClock } from '../../support/hurried-clock.ts'
import { partitionMap } from '../../support/partitions.ts'
import { encodeBatch } from '../../support/record-batch.ts'
import {
  batchOf,
  closeOpened,
  fakeBroker,
  LOG,
  logOf,
  OTHER_ID,
  RECREATED,
  reopen,
  signal,
  sourceOn,
  startAfter,
  UNBOUNDED,
  without,
} from './log-check-support.ts'

afterEach(closeOpened)

describe('a position', () => {
  it('has the id of the topic, the epoch and a hash of the last record', async () => {
    const broker = await fakeBroker(logOf('v', 5, 6, 7))
    expect((await startAfter(broker, 12)).positions).toMatchObject([
      { next: 12, topicId: FAKE_TOPIC_ID, leaderEpoch: 6, tailHash: expect.stringMatching(/^11:[0-9a-f]{16}$/) },
    ])
    expect((await startAfter(broker, 10)).positions).toMatchObject([{ next: 10, leaderEpoch: 5 }])
  })

  it('is taken up by a topic of the same id, with one request of each kind, and the ends in the same go', async () => {
    const broker = await fakeBroker()
    const start = await startAfter(broker, 12)
    const source = sourceOn(broker)
    expect((await resultOf(source.open(start, signal))).positions).toEqual(start.positions)
    expect(broker.asked.filter((request) => !request.startsWith('18:')).sort()).toEqual([
      '1:13',
      '23:3',
      ...['2:5', '2:5', '2:5'],
      '3:12',
    ])
    const { length } = broker.asked
    expect(await resultOf(source.ends(signal))).toMatchObject({ size: 1 })
    expect(broker.asked).toHaveLength(length)
    expect((await batchOf(source)).values).toEqual(Array.from({ length: 18 }, (_, i) => `v${12 + i}`))
  })

  it('takes the id of now where it has none', async () => {
    const broker = await fakeBroker()
    const start = without(await startAfter(broker, 12), 'topicId')
    expect((await reopen(broker, start)).positions).toMatchObject([{ next: 12, topicId: FAKE_TOPIC_ID }])
  })

  it('is read by name from a broker before Kafka 3.1, and keeps the id it has', async () => {
    const broker = await fakeBroker(LOG, { isOld: true })
    const start = await startAfter(broker, 12)
    expect(start.positions).toMatchObject([{ topicId: null, leaderEpoch: 5 }])
    const source = sourceOn(broker)
    await resultOf(source.open(start, signal))
    await batchOf(source, 5)
    expect(new Set(broker.asked)).toEqual(new Set(['18:2', '3:5', '2:5', '1:11', '23:3']))
    const known = { ...start, positions: start.positions.map((each) => ({ ...each, topicId: FAKE_TOPIC_ID })) }
    expect((await reopen(broker, known)).positions).toMatchObject([{ topicId: FAKE_TOPIC_ID }])
  })
})

describe('a topic that was recreated', () => {
  it('longer than the saved offset, is data loss', async () => {
    const broker = await fakeBroker()
    const start = await startAfter(broker, 12)
    broker.log = RECREATED
    await expect(reopen(broker, start)).rejects.toMatchObject({
      exit: 79,
      code: 'E_TOPIC_RECREATED',
      message: `orders/0: saved offset 12 is of the topic with id ${FAKE_TOPIC_ID}, which was deleted; now there is another one with id ${OTHER_ID}: its log goes from 0 to 40`,
    })
  })

  it('is known by its last record where there are no ids', async () => {
    const broker = await fakeBroker(LOG, { isOld: true })
    const start = await startAfter(broker, 12)
    broker.log = { ...logOf('other', 5, 5, 5), topicId: OTHER_ID }
    await expect(reopen(broker, start)).rejects.toMatchObject({
      exit: 79,
      code: 'E_TAIL_CHANGED',
      message:
        'orders/0: the record at offset 11 is not the one that was read before saved offset 12: the topic was truncated or created anew; its log goes from 0 to 30',
    })
  })

  it('between two fetches, is data loss in the middle of a run', async () => {
    const broker = await fakeBroker()
    const source = sourceOn(broker)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    await batchOf(source)
    // The leader's epoch tells nothing.
    broker.log = { ...RECREATED, leaderEpoch: 5 }
    const loss = { exit: 79, code: 'E_TOPIC_RECREATED', message: expect.stringContaining('saved offset 30 ') }
    await expect(batchOf(source)).rejects.toMatchObject(loss)
  })

  it('shorter than what was read, while nothing is read, is data loss in the middle of a run', async () => {
    const broker = await fakeBroker()
    const source = sourceOn(broker)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    await batchOf(source)
    broker.log = { ...logOf('other', 0), topicId: OTHER_ID, leaderEpoch: 5 }
    await expect(resultOf(source.plan(UNBOUNDED, signal))).rejects.toMatchObject({ code: 'E_TOPIC_RECREATED' })
  })

  it('is believed at a second look', async () => {
    const broker = await fakeBroker()
    const start = await startAfter(broker, 12)
    broker.log = RECREATED
    const clock = {
      ...hurriedClock,
      sleep: async (ms: number, until?: AbortSignal) => {
        if (ms === 300) broker.log = LOG
        await hurriedClock.sleep(ms, until)
      },
    }
    const source = sourceOn(broker, 'fail', clock)
    expect((await resultOf(source.open(start, signal))).positions).toEqual(start.positions)
  })
})

describe('a log that was truncated', () => {
  /** Cut at offset 10, then written by another leader. */
  const TRUNCATED = logOf('w', 5, 6, 6, 6)

  it('is data loss, though it is longer than what was read', async () => {
    const broker = await fakeBroker()
    const start = without(await startAfter(broker, 12), 'tailHash')
    broker.log = TRUNCATED
    await expect(reopen(broker, start)).rejects.toMatchObject({
      exit: 79,
      code: 'E_TRUNCATED',
      message:
        'orders/0: saved offset 12 is beyond offset 10, where the log was truncated; 2 offsets that were read are no longer what they were, and the log goes up to 40',
    })
  })

  it('is known by its last record where brokers know no epochs', async () => {
    const broker = await fakeBroker()
    broker.epochVersion = -1
    const start = await startAfter(broker, 12)
    broker.log = TRUNCATED
    await expect(reopen(broker, start)).rejects.toMatchObject({ code: 'E_TAIL_CHANGED' })
  })

  it('is none where the epoch that was read is known, or its record is gone', async () => {
    const broker = await fakeBroker()
    const start = await startAfter(broker, 12)
    broker.log = logOf('v', 5, 5, 6)
    expect((await reopen(broker, start)).positions).toEqual(start.positions)
    broker.log = { ...logOf('v', 7, 7, 7), logStart: 12 }
    expect((await reopen(broker, without(start, 'leaderEpoch'))).positions).toMatchObject([{ next: 12 }])
  })

  it('is data loss when the leader changes in the middle of a run', async () => {
    const broker = await fakeBroker(LOG)
    const source = sourceOn(broker)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    await batchOf(source, 25)
    broker.log = TRUNCATED
    // What had been fetched from the leader before comes first.
    const { notes, values, result } = await batchOf(source)
    expect(notes[0]).toBe('kafka: orders/0: FENCED_LEADER_EPOCH; trying again')
    expect(values).toEqual(['v25', 'v26', 'v27', 'v28', 'v29'])
    expect(result).toMatchObject([{ untilOffset: 30 }])
    const loss = { code: 'E_TRUNCATED', message: expect.stringContaining('saved offset 30 is beyond offset 10,') }
    await expect(batchOf(source)).rejects.toMatchObject(loss)
  })

  it('is data loss when new metadata tell of the leader, before anything is fetched', async () => {
    let ahead = 0
    const clock = { ...hurriedClock, monotonic: () => hurriedClock.monotonic() + ahead }
    const broker = await fakeBroker()
    const source = sourceOn(broker, 'fail', clock)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    await batchOf(source)
    broker.log = TRUNCATED
    ahead = 30_000
    await expect(batchOf(source)).rejects.toMatchObject({ code: 'E_TRUNCATED' })
    // All of the log, and the last record again.
    expect(broker.fetched).toEqual([0, 29])
  })

  it('is read again from the leader that is new, where nothing was lost', async () => {
    const broker = await fakeBroker(LOG)
    broker.batchesPerFetch = 1
    const source = sourceOn(broker)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    expect((await batchOf(source, 5)).values).toHaveLength(5)
    broker.log = { ...LOG, leaderEpoch: 6 }
    const { values } = await batchOf(source)
    expect(values).toEqual(Array.from({ length: 25 }, (_, i) => `v${5 + i}`))
  })
})

describe('a loss that is found while a range is read', () => {
  const THIRD_ID = 'ee'.repeat(16)

  /** Reads twenty of thirty records; then there is another topic. */
  async function readUpToLoss(source: Source, broker: Awaited<ReturnType<typeof fakeBroker>>) {
    broker.batchesPerFetch = 1
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    const { ranges } = await resultOf(source.plan(UNBOUNDED, signal))
    const reading = source.chunks(ranges, signal)
    await reading.next()
    await expect.poll(() => broker.fetched).toEqual([0, 10])
    broker.log = { ...RECREATED, leaderEpoch: 5 }
    expect((await collect(reading)).result).toMatchObject([{ fromOffset: 0, untilOffset: 20 }])
    broker.asked.splice(0)
  }

  it('is told when the range is committed, without asking brokers for it again', async () => {
    const broker = await fakeBroker()
    const source = sourceOn(broker)
    await readUpToLoss(source, broker)
    const loss = { code: 'E_TOPIC_RECREATED', message: expect.stringContaining('saved offset 20 ') }
    await expect(batchOf(source)).rejects.toMatchObject(loss)
    expect(broker.asked).toEqual(['2:5'])
  })

  it('is asked for again where the brokers have told more since', async () => {
    let ahead = 0
    const clock = { ...hurriedClock, monotonic: () => hurriedClock.monotonic() + ahead }
    const broker = await fakeBroker()
    const source = sourceOn(broker, 'fail', clock)
    await readUpToLoss(source, broker)
    broker.log = { ...RECREATED, topicId: THIRD_ID }
    ahead = 30_000
    await expect(batchOf(source)).rejects.toMatchObject({ message: expect.stringContaining(THIRD_ID) })
  })

  it('is none where the range ends before the place that is lost', async () => {
    const batch = (baseOffset: number, end: number, leaderEpoch: number, ...offsets: number[]) =>
      encodeBatch({
        baseOffset,
        leaderEpoch,
        lastOffsetDelta: end - 1 - baseOffset,
        records: offsets.map((offset) => ({ value: `${leaderEpoch}:${offset}`, offsetDelta: offset - baseOffset })),
      })
    const other = Array.from({ length: 6 }, (_, i) => batch(10 * i, 10 * i + 10, 5, 10 * i))
    const log = { partitions: [[batch(0, 5, 5, 4), batch(5, 60, 5, 10)], other], end: 60 }
    const broker = await fakeBroker(log)
    broker.batchesPerFetch = 1
    const source = sourceOn(broker)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    const ends = partitionMap({ 'orders/0': 7, 'orders/1': 60 })
    const { ranges } = await resultOf(source.plan({ ...UNBOUNDED, ends }, signal))
    const onChunk = ({ partition, offsets }: Chunk) => {
      if (partition === 0 || offsets[0] !== 30) return
      // By now the next record of partition 0 is known to be at offset 10; then its log is cut at offset 8.
      broker.log = { ...log, partitions: [[batch(0, 5, 5, 4), batch(8, 60, 6, 9)], other] }
      broker.errors.push(6)
    }
    const { result, notices } = await collect(source.chunks(ranges, signal), onChunk)
    expect(notices[0]).toContain('NOT_LEADER')
    expect(result.map(({ untilOffset }) => untilOffset)).toEqual([7, 60])
    expect((await batchOf(source)).values).toEqual(['6:9'])
  })
})
