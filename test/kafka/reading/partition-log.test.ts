// Record sets that are made by hand, read through a partition's log.

import { describe, expect, it } from 'vitest'
import { recordsOf } from '../../support/chunks.ts'
import { controlBatch, encodeBatch, type TestBatch } from '../../support/record-batch.ts'
import { columns, everything, logWith, readAll, values, valuesOf } from '../support.ts'

describe('PartitionLog', () => {
  it('reads offsets, timestamps, keys, values and headers', () => {
    const batch = encodeBatch({
      baseOffset: 100,
      baseTimestamp: 1_700_000_000_000,
      records: [
        { key: 'k', value: 'São Paulo', timestampDelta: 0 },
        { key: null, value: null, timestampDelta: -5 },
        { key: '', value: '', timestampDelta: 3_000_000_000, offsetDelta: 7 },
        {
          value: 'v',
          headers: [
            ['a', 'b'],
            ['c', null],
          ],
          offsetDelta: 300,
        },
      ],
    })
    const { log } = logWith(batch)
    const [first, second, third, fourth] = readAll(log)
    expect(first).toMatchObject({ offset: 100, timestamp: 1_700_000_000_000, key: 'k', value: 'São Paulo' })
    expect(first).toMatchObject({ at: 'orders/3', timestampType: 0, headers: '00' })
    expect(second).toMatchObject({ offset: 101, timestamp: 1_699_999_999_995, key: null, value: null })
    expect(third).toMatchObject({ offset: 107, timestamp: 1_703_000_000_000, key: '', value: '' })
    expect(fourth).toMatchObject({ offset: 400, headers: '04026102620263' + '01' })
    expect(log.position).toBe(401)
  })

  it('gives every record the largest timestamp of its batch where the broker set it', () => {
    const batch = encodeBatch({
      baseOffset: 0,
      baseTimestamp: 5,
      maxTimestamp: 77,
      isLogAppendTime: true,
      records: values('a', 'b'),
    })
    expect(readAll(logWith(batch).log).map(({ timestamp, timestampType }) => [timestamp, timestampType])).toEqual([
      [77, 1],
      [77, 1],
    ])
  })

  it.each([0, 1])('joins small batches of one answer into one chunk (codec %i)', (codec) => {
    const batches = Array.from({ length: 10 }, (_, i) => encodeBatch({ baseOffset: i, codec, records: values(`${i}`) }))
    const chunk = logWith(Buffer.concat(batches)).log.read(columns, everything)
    expect(chunk?.length).toBe(10)
    expect(chunk && recordsOf(chunk).map(({ value }) => value)).toEqual(batches.map((_, i) => `${i}`))
  })

  it('splits a large batch into chunks', () => {
    const records = Array.from({ length: 200 }, (_, i) => ({ value: `${i}` }))
    const { log } = logWith(encodeBatch({ baseOffset: 0, records }))
    expect(log.read(columns, everything)?.length).toBe(64)
    expect(readAll(log).map(({ offset }) => offset)).toEqual(Array.from({ length: 136 }, (_, i) => i + 64))
  })

  it('reads gzip', () => {
    const one = encodeBatch({ baseOffset: 0, codec: 1, records: values('a', 'b') })
    const two = encodeBatch({ baseOffset: 2, records: values('c') })
    const three = encodeBatch({ baseOffset: 3, codec: 1, records: values('d') })
    expect(valuesOf(Buffer.concat([one, two, three]))).toEqual(['a', 'b', 'c', 'd'])
  })

  it.each([
    [5, 'codec 5'],
    [7, 'codec 7'],
  ])('refuses codec %i by name', (codec, name) => {
    const batch = encodeBatch({ baseOffset: 41, codec, payload: Buffer.from('x'), records: values('a') })
    const { log } = logWith(batch)
    expect(() => readAll(log)).toThrow(
      `orders/3 at offset 41 is compressed with ${name}, which this version cannot read`,
    )
  })

  it('refuses the record formats of old brokers', () => {
    const batch = encodeBatch({ baseOffset: 0, records: values('a') })
    batch.writeInt8(1, 16)
    expect(() => logWith(batch)).toThrow("Kafka's record format 1")
  })

  it('skips control batches, empty batches and holes, and passes them', () => {
    const bytes = Buffer.concat([
      encodeBatch({ baseOffset: 5, records: [{ value: 'a' }, { value: 'b', offsetDelta: 3 }], lastOffsetDelta: 9 }),
      encodeBatch({ baseOffset: 15, records: [], lastOffsetDelta: 4 }),
      controlBatch(20, 7, 'commit'),
      encodeBatch({ baseOffset: 30, records: values('c') }),
      controlBatch(31, 7, 'commit'),
    ])
    const { log } = logWith(bytes)
    expect(readAll(log).map(({ offset }) => offset)).toEqual([5, 8, 30])
    expect(log.position).toBe(32)
  })

  it('drops what overlapping transactions wrote that were aborted', () => {
    const written = (baseOffset: number, producerId: number, ...texts: string[]) =>
      encodeBatch({ baseOffset, producerId, isTransactional: true, records: values(...texts) })
    const bytes = Buffer.concat([
      written(0, 2, 'x0', 'x1'),
      encodeBatch({ baseOffset: 2, records: values('plain') }),
      written(3, 1, 'x3'),
      written(4, 2, 'x4'),
      controlBatch(5, 1, 'abort'),
      written(6, 2, 'x6'),
      written(7, 1, 'kept'),
      controlBatch(8, 2, 'abort'),
      controlBatch(9, 1, 'commit'),
      written(10, 2, 'x10'),
      controlBatch(11, 2, 'abort'),
    ])
    // In the order in which they ended, as a broker lists them.
    const aborted = [
      { producerId: 1, firstOffset: 3 },
      { producerId: 2, firstOffset: 0 },
      { producerId: 2, firstOffset: 10 },
    ]
    expect(valuesOf(bytes, 0, aborted)).toEqual(['plain', 'kept'])
    for (let from = 1; from <= 12; from++) {
      const expected = [from <= 2 ? 'plain' : [], from <= 7 ? 'kept' : []].flat()
      expect(valuesOf(bytes, from, aborted)).toEqual(expected)
    }
  })

  it('takes no key of a record for an abort marker', () => {
    const bytes = Buffer.concat([
      encodeBatch({
        baseOffset: 0,
        producerId: 1,
        isTransactional: true,
        records: [{ key: Buffer.alloc(4), value: 'x' }],
      }),
      encodeBatch({ baseOffset: 1, producerId: 1, isTransactional: true, records: values('y') }),
      controlBatch(2, 1, 'abort'),
    ])
    expect(valuesOf(bytes, 0, [{ producerId: 1, firstOffset: 0 }])).toEqual([])
  })

  it.each([0, 1])('cuts at every offset and goes on inside the batch (codec %i)', (codec) => {
    const set: TestBatch[] = [
      { baseOffset: 0, codec, records: [{ value: 'a' }, { value: 'b', offsetDelta: 4 }], lastOffsetDelta: 6 },
      { baseOffset: 7, codec, records: values('c', 'd', 'e') },
      { baseOffset: 12, codec, records: [{ value: 'f', offsetDelta: 2 }], lastOffsetDelta: 3 },
    ]
    const bytes = Buffer.concat(set.map(encodeBatch))
    const whole = readAll(logWith(bytes).log)
    expect(whole.map(({ offset }) => offset)).toEqual([0, 4, 7, 8, 9, 14])
    for (let from = 0; from <= 16; from++) {
      for (let until = from; until <= 16; until++) {
        const { log } = logWith(bytes, from)
        const first = readAll(log, { ...everything, untilOffset: until })
        expect(first).toEqual(whole.filter(({ offset }) => offset >= from && offset < until))
        expect(log.position).toBeGreaterThanOrEqual(until)
        expect(readAll(log)).toEqual(whole.filter(({ offset }) => offset >= until))
        expect(log.position).toBe(16)
      }
    }
  })

  it('keeps a bound of decompressed bytes; those over the wire add up to those of the batches', () => {
    for (const codec of [0, 1]) {
      const records = Array.from({ length: 30 }, (_, i) => ({ value: 'v'.repeat(50 + i) }))
      const bytes = encodeBatch({ baseOffset: 0, codec, records })
      const { log } = logWith(bytes)
      const offsets: number[] = []
      for (let round = 0; offsets.length < 30; round++) {
        expect(round).toBeLessThan(40)
        const before = log.recordBytes
        const maxBytes = 200
        offsets.push(...readAll(log, { ...everything, maxBytes, atLeastOne: round === 0 }).map(({ offset }) => offset))
        if (round > 0) expect(log.recordBytes - before).toBeLessThanOrEqual(maxBytes)
      }
      expect(offsets).toEqual(records.map((_, i) => i))
      expect(Math.round(log.bytesRead)).toBe(bytes.length)
    }
  })
})
