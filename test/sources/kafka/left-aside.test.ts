// What a new state that begins at the end of its topics says of the records before it.

import { afterEach, describe, expect, it } from 'vitest'
import { kafkaSource } from '../../../src/sources/kafka/source.ts'
import type { StartingOffsets } from '../../../src/sources/kafka/start.ts'
import { closeOpened, fakeBroker, LOG, startAfter } from '../../kafka/reading/log-check-support.ts'
import { drain } from '../../support/drain.ts'
import { FAKE_TOPIC } from '../../support/fake-broker.ts'
import { hurriedClock } from '../../support/hurried-clock.ts'

const { signal } = new AbortController()
const NEW = { logId: null, positions: [] }

afterEach(closeOpened)

describe('the first start', () => {
  const noticesOf = async (startingOffsets: StartingOffsets, log = LOG, start = NEW) => {
    const { address } = await fakeBroker(log)
    const options = { brokers: [address], clientId: 'test', topics: [FAKE_TOPIC], startingOffsets }
    const source = kafkaSource(options, hurriedClock)
    const { items } = await drain(source.open(start, signal))
    await source.close()
    return items
  }

  it('at the end of a topic says how many records it leaves aside', async () => {
    const records = { ...LOG, partitions: [...LOG.partitions, ...LOG.partitions], logStart: 1, end: 1003 }
    const message =
      'kafka: started at the end of orders (2,004 records before it; `startingOffsets: earliest` reads them)'
    expect(await noticesOf('latest', records)).toEqual([{ kind: 'notice', level: 'warning', message }])
  })

  it('says nothing where nothing is left aside, or where the pipeline says where to begin', async () => {
    expect(await noticesOf('latest', { ...LOG, logStart: 30 })).toEqual([])
    expect(await noticesOf('earliest')).toEqual([])
    expect(await noticesOf({ offsets: new Map([[FAKE_TOPIC, new Map([[0, 'latest' as const]])]]) })).toEqual([])
  })

  it('is said once: not by later starts', async () => {
    const broker = await fakeBroker()
    const start = await startAfter(broker, 12)
    expect(await noticesOf('latest', LOG, start as typeof NEW)).toEqual([])
  })
})
