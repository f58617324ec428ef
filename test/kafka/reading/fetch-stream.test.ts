// What is fetched ahead, and how long it is kept.

import { afterEach, describe, expect, it } from 'vitest'
import { FetchStream } from '../../../src/kafka/reading/fetch-stream.ts'
import { LogCheck } from '../../../src/kafka/reading/log-check.ts'
import { positionAt } from '../../../src/log.ts'
import { openCluster } from '../../../src/sources/kafka/open-cluster.ts'
import { drain } from '../../support/drain.ts'
import { FAKE_TOPIC } from '../../support/fake-broker.ts'
import { hurriedClock } from '../../support/hurried-clock.ts'
import { encodeBatch } from '../../support/record-batch.ts'
import { closeOpened, fakeBroker, signal } from './log-check-support.ts'

const closing: { disconnect(): Promise<void> }[] = []

afterEach(async () => {
  for (const brokers of closing.splice(0)) await brokers.disconnect()
  await closeOpened()
})

/** Two partitions with three batches of ten records each; an answer has one of them. */
async function twoLogs(options: { readonly maxAheadBytes?: number }) {
  const batches = [0, 10, 20].map((baseOffset) => {
    return encodeBatch({ baseOffset, records: Array.from({ length: 10 }, () => ({ value: 'v' })) })
  })
  const broker = await fakeBroker({ partitions: [batches, batches], end: 30 })
  broker.batchesPerFetch = 1
  const { brokers, cluster, outage } = openCluster(
    { brokers: [broker.address], clientId: 'test', topics: [FAKE_TOPIC] },
    hurriedClock,
  )
  closing.push(brokers)
  const check = new LogCheck(cluster, hurriedClock)
  const stream = new FetchStream(check, cluster, outage, hurriedClock, options)
  const logs = [0, 1].map((partition) => stream.open(positionAt({ topic: FAKE_TOPIC, partition }, 0)))
  for (const log of logs) log.endsAt(30)
  const fetch = async (...partitions: readonly number[]) => {
    const wanted = logs.filter(({ partition }) => partitions.includes(partition))
    await drain(
      stream.requestMore(
        wanted.map((log) => ({ log, untilOffset: 30 })),
        signal,
      ),
    )
    await stream.arrival(signal)
    await drain(stream.takeArrivals(signal))
  }
  return { broker, logs, fetch }
}

describe('what is fetched ahead', () => {
  it('is kept while a partition that is waited for is fetched', async () => {
    const { broker, logs, fetch } = await twoLogs({})
    await fetch(0, 1)
    while (logs[0]?.takeBatch() != null);
    await fetch(0)
    expect(broker.fetched).toEqual([0, 0, 10, 10])
    expect(logs.map(({ fetchOffset }) => fetchOffset)).toEqual([20, 20])
  })

  it('is dropped where it takes too much memory, and fetched once more', async () => {
    const { broker, logs, fetch } = await twoLogs({ maxAheadBytes: 1 })
    await fetch(0, 1)
    while (logs[0]?.takeBatch() != null);
    await fetch(0)
    expect(broker.fetched).toEqual([0, 0, 10, 0])
    expect(logs.map(({ fetchOffset }) => fetchOffset)).toEqual([20, 10])
  })
})
