// Topics that are recreated where brokers tell no ids (before Kafka 3.1): known again after any error of a request.

import { afterEach, describe, expect, it } from 'vitest'
import { WireWriter } from '../../../src/kafka/protocol/bytes.ts'
import { LIST_OFFSETS } from '../../../src/kafka/protocol/list-offsets.ts'
import { METADATA } from '../../../src/kafka/protocol/metadata.ts'
import { resultOf } from '../../support/drain.ts'
import { FAKE_TOPIC } from '../../support/fake-broker.ts'
import { hurriedClock } from '../../support/hurried-clock.ts'
import { batchOf, closeOpened, fakeBroker, LOG, logOf, signal, sourceOn } from './log-check-support.ts'

afterEach(closeOpened)

/** As brokers answer while a topic does not exist. */
const UNKNOWN = 3

function unknownPartition(): Buffer {
  const writer = new WireWriter().int32(0).int32(1).string(FAKE_TOPIC)
  return writer.array([0], () => writer.int32(0).int16(UNKNOWN).int64(-1).int64(-1).int32(-1)).finish()
}

function unknownTopic(): Buffer {
  const writer = new WireWriter().int32(0).int32(0).string('fake-cluster').int32(1)
  return writer.array([FAKE_TOPIC], (topic) => writer.int16(UNKNOWN).string(topic).int8(0).int32(0)).finish()
}

describe('a topic that was recreated is known by its last record', () => {
  it('where a fetch failed', async () => {
    const broker = await fakeBroker(LOG, { isOld: true })
    const source = sourceOn(broker)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    await batchOf(source)
    broker.log = logOf('other', 5, 5, 5, 5)
    broker.errors.push(3)
    await expect(batchOf(source)).rejects.toMatchObject({ code: 'E_TAIL_CHANGED' })
  })

  it.each([
    ['the end of the log', LIST_OFFSETS, unknownPartition],
    ['the end of the log, by an end of the connection', LIST_OFFSETS, () => 'close' as const],
    ['partitions and leaders', METADATA, unknownTopic],
  ])('where an idle run asked for %s', async (_, api, answer) => {
    let ahead = 0
    const clock = { ...hurriedClock, monotonic: () => hurriedClock.monotonic() + ahead }
    const broker = await fakeBroker(LOG, { isOld: true })
    const source = sourceOn(broker, 'fail', clock)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    await batchOf(source)
    expect((await batchOf(source)).values).toEqual([])
    broker.others.set(api.key, () => {
      broker.others.delete(api.key)
      broker.log = logOf('other', 5, 5, 5, 5)
      return answer()
    })
    ahead = 30_000
    await expect(batchOf(source)).rejects.toMatchObject({ code: 'E_TAIL_CHANGED' })
    expect(broker.others.size).toBe(0)
  })
})
