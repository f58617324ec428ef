// Lines that break on long answers.

import { afterEach, describe, expect, it } from 'vitest'
import { FetchSize } from '../../../src/kafka/client/fetch-size.ts'
import { FETCH_BYTES } from '../../../src/kafka/client/framer.ts'
import { resultOf } from '../../support/drain.ts'
import { encodeBatch } from '../../support/record-batch.ts'
import { batchOf, closeOpened, fakeBroker, signal, sourceOn } from '../reading/log-check-support.ts'

afterEach(closeOpened)

describe('the size of a fetch', () => {
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
    for (let answer = 0; answer < 15; answer++) size.cameWhole()
    expect(size.bytes).toBe(FETCH_BYTES / 4)
    size.cameWhole()
    expect(size.bytes).toBe(FETCH_BYTES / 2)
    size.cameWhole()
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
