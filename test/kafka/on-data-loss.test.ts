// Going on behind data that is lost.

import { afterEach, describe, expect, it } from 'vitest'
import type { Gap } from '../../src/log.ts'
import type { Start } from '../../src/source.ts'
import { collect } from '../support/chunks.ts'
import { resultOf } from '../support/drain.ts'
import { FAKE_TOPIC, FAKE_TOPIC_ID, type FakeBroker, type FakeLog } from '../support/fake-broker.ts'
import { hurriedClock } from '../support/hurried-clock.ts'
import {
  batchOf,
  closeOpened,
  fakeBroker,
  LOG,
  logOf,
  OTHER_ID,
  RECREATED,
  signal,
  sourceOn,
  startAfter,
  UNBOUNDED,
} from './reading/log-check-support.ts'

afterEach(closeOpened)

describe('onDataLoss: continue', () => {
  async function goingOn(broker: FakeBroker, start: Start, log: FakeLog) {
    broker.log = log
    const source = sourceOn(broker, 'continue')
    const { gaps, positions } = await resultOf(source.open(start, signal))
    return { gaps, positions, values: (await batchOf(source)).values }
  }

  const gap = (fromOffset: number, toOffset: number, topicId: string, cause: string): Gap => {
    return { topic: FAKE_TOPIC, partition: 0, fromOffset, toOffset, topicId, cause: expect.stringContaining(cause) }
  }

  it('goes on at the log start, where the log was truncated, or in the new topic', async () => {
    const broker = await fakeBroker()
    const start = await startAfter(broker, 12)
    const deleted = await goingOn(broker, start, { ...LOG, logStart: 20 })
    expect(deleted.gaps).toEqual([gap(12, 20, FAKE_TOPIC_ID, 'below log start 20')])
    expect(deleted.positions).toEqual([
      { topic: FAKE_TOPIC, partition: 0, next: 20, topicId: FAKE_TOPIC_ID, leaderEpoch: null, tailHash: null },
    ])
    expect(deleted.values).toEqual(Array.from({ length: 10 }, (_, i) => `v${20 + i}`))
    const truncated = await goingOn(broker, start, logOf('w', 5, 6))
    expect(truncated.gaps).toEqual([gap(12, 10, FAKE_TOPIC_ID, 'truncated')])
    expect(truncated.values).toEqual(Array.from({ length: 10 }, (_, i) => `w${10 + i}`))
    const recreated = await goingOn(broker, start, RECREATED)
    expect(recreated.gaps).toEqual([gap(12, 0, OTHER_ID, 'another one with id')])
    expect(recreated.values).toHaveLength(40)
  })

  it('ends the range where reading had come, and goes on with the next plan', async () => {
    const broker = await fakeBroker()
    broker.batchesPerFetch = 1
    const source = sourceOn(broker, 'continue')
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    const { ranges } = await resultOf(source.plan(UNBOUNDED, signal))
    const reading = source.chunks(ranges, signal)
    await reading.next()
    broker.log = RECREATED
    const { records, result } = await collect(reading)
    const read = 10 + records.length
    expect(result).toMatchObject([{ fromOffset: 0, untilOffset: read, topicId: FAKE_TOPIC_ID }])
    const { gaps, values } = await batchOf(source)
    expect(gaps).toEqual([gap(read, 0, OTHER_ID, 'another one with id')])
    expect(values).toHaveLength(40)
    expect(await batchOf(source)).toMatchObject({ values: [], gaps: undefined })
  })

  it('asks for the end of the new log, however much of the old one was left', async () => {
    const broker = await fakeBroker(logOf('v', 5, 5, 5, 5, 5, 5, 5, 5))
    broker.batchesPerFetch = 1
    // Else it would be asked for after a second anyway.
    const source = sourceOn(broker, 'continue', { ...hurriedClock, monotonic: () => 0 })
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    await batchOf(source, 12)
    broker.log = { ...logOf('other', 0), topicId: OTHER_ID }
    let batch = await batchOf(source, 12)
    while (batch.gaps === undefined) batch = await batchOf(source, 12)
    expect(batch.values).toEqual(Array.from({ length: 10 }, (_, i) => `other${i}`))
  })

  it('does not wait for ends that were those of another log', async () => {
    const broker = await fakeBroker()
    const source = sourceOn(broker, 'continue')
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    const ends = await resultOf(source.ends(signal))
    broker.log = { ...logOf('other', 0), topicId: OTHER_ID }
    const first = await resultOf(source.plan({ ...UNBOUNDED, ends }, signal))
    expect((await collect(source.chunks(first.ranges, signal))).result).toEqual([])
    const { gaps, ranges } = await resultOf(source.plan({ ...UNBOUNDED, ends }, signal))
    expect(gaps).toEqual([gap(0, 0, OTHER_ID, 'another one with id')])
    expect(ranges).toEqual([])
  })
})
