// Brokers that are far away, and lines that break on long answers.

import { afterEach, describe, expect, it } from 'vitest'
import { FetchSize } from '../../../src/kafka/client/fetch-size.ts'
import { FETCH_BYTES } from '../../../src/kafka/client/framer.ts'
import { resultOf } from '../../support/drain.ts'
import { hurriedClock } from '../../support/hurried-clock.ts'
import { encodeBatch } from '../../support/record-batch.ts'
import { batchOf, closeOpened, fakeBroker, signal, sourceOn } from '../reading/log-check-support.ts'

afterEach(closeOpened)

const NEAR = { ms: 8, roundTripMs: 1 }
const FAR = { ms: 60, roundTripMs: 20 }

/** Sizes of fetches, each of which fills its answer. */
function sizesWith({ ms, roundTripMs }: { readonly ms: number; readonly roundTripMs: number }): number[] {
  const size = new FetchSize()
  return Array.from({ length: 6 }, () => {
    const { bytes } = size
    size.cameWhole({ bytes, ms, roundTripMs })
    return bytes / FETCH_BYTES
  })
}

describe('the size of a fetch', () => {
  it('is doubled until it takes longer to read than the way to the broker and back', () => {
    expect(sizesWith(NEAR)).toEqual([1, 1, 1, 1, 1, 1])
    expect(sizesWith(FAR).map(Math.floor)).toEqual([1, 2, 3, 3, 3, 3])
    expect(sizesWith({ ms: 300, roundTripMs: 200 })).toEqual([1, 2, 4, 8, 8, 8])
  })

  it('stays as it is where less comes than was asked for, or where the line is slow', () => {
    const size = new FetchSize()
    size.cameWhole({ ...FAR, bytes: 1000 })
    expect(size.bytes).toBe(FETCH_BYTES)
    expect(sizesWith({ ...FAR, ms: 1500 })).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('is halved where a long answer is slow', () => {
    const size = new FetchSize()
    for (let answer = 0; answer < 4; answer++) size.cameWhole({ bytes: size.bytes, ms: 300, roundTripMs: 200 })
    size.cameWhole({ bytes: size.bytes, ms: 2500, roundTripMs: 200 })
    expect(size.bytes).toBe(4 * FETCH_BYTES)
  })

  it('is halved after each answer that did not come whole, down to one batch', () => {
    const size = new FetchSize()
    const sizes = Array.from({ length: 14 }, () => {
      size.broke()
      return size.bytes
    })
    expect(sizes.slice(0, 3)).toEqual([FETCH_BYTES / 2, FETCH_BYTES / 4, FETCH_BYTES / 8])
    expect(sizes.slice(-3)).toEqual([1024, 1024, 1024])
  })

  it('grows again, and seldom to what broke before', () => {
    const size = new FetchSize()
    size.broke()
    size.broke()
    for (let answer = 0; answer < 15; answer++) size.cameWhole({ ...NEAR, bytes: size.bytes })
    expect(size.bytes).toBe(FETCH_BYTES / 4)
    size.cameWhole({ ...NEAR, bytes: size.bytes })
    expect(size.bytes).toBe(FETCH_BYTES / 2)
    size.cameWhole({ ...NEAR, bytes: size.bytes })
    expect(size.bytes).toBe(FETCH_BYTES)
  })
})

describe('a line that breaks on each answer of more than 60 KB', () => {
  it('is read through', async () => {
    const batches = Array.from({ length: 60 }, (_, i) => {
      return encodeBatch({ baseOffset: i, records: [{ value: `${i}:`.padEnd(10_000, 'x') }] })
    })
    const broker = await fakeBroker({ partitions: [batches], end: 60 })
    broker.boundsAnswers = true
    broker.longestAnswer = 60_000
    const source = sourceOn(broker)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    const { values } = await batchOf(source)
    expect(values.map((value) => value?.slice(0, 3))).toEqual(
      Array.from({ length: 60 }, (_, i) => `${i}:xx`.slice(0, 3)),
    )
  })
})

describe('a broker that is far away', () => {
  it('is asked for more at a time', async () => {
    const BATCHES = 28
    const batches = Array.from({ length: BATCHES }, (_, i) => {
      return encodeBatch({ baseOffset: i, records: [{ value: `${i}:`.padEnd(1024 * 1024, 'x') }] })
    })
    const broker = await fakeBroker({ partitions: [batches], end: BATCHES })
    broker.boundsAnswers = true
    // Each request takes 25 ms, whatever the time of the machine.
    const clock = { ...hurriedClock, monotonic: () => 25 * broker.asked.length }
    const source = sourceOn(broker, 'fail', clock)
    await resultOf(source.open({ logId: null, positions: [] }, signal))
    const { values } = await batchOf(source)
    expect(values.map((value) => Number.parseInt(value ?? '', 10))).toEqual(batches.map((_, i) => i))
    // 4, 8 and 16 MB, less what is cut off at their ends. It takes 8 fetches of 4 MB.
    expect(broker.fetched).toHaveLength(4)
  })
})
