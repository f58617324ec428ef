// Records whose numbers are as large as the format lets them be.

import { describe, expect, it } from 'vitest'
import { MalformedError } from '../../../src/kafka/protocol/bytes.ts'
import { readBatchHeader } from '../../../src/kafka/protocol/record-batch.ts'
import { openRecords, RecordColumns, readRecords } from '../../../src/kafka/protocol/records.ts'
import { encodeBatch, encodeRecord, type TestBatch } from '../../support/record-batch.ts'

const MAX = 2n ** 63n - 1n
const MIN = -(2n ** 63n)
const NOW = 1_700_000_000_000n

const columns = new RecordColumns(64)
const everything = { from: 0, until: Number.MAX_SAFE_INTEGER, maxPosition: Infinity, maxFirstPosition: Infinity }

function read(batch: Omit<TestBatch, 'baseOffset'>): number {
  const bytes = encodeBatch({ baseOffset: 7, ...batch })
  const header = readBatchHeader(bytes, 0, bytes.length)
  return readRecords(openRecords(header, bytes, header.recordsStart, header.end), columns, 0, everything)
}

/** As a producer writes them that takes the first timestamp as the base: differences in 64 bits. */
function timestampsOf(base: bigint, timestamps: readonly bigint[]): number[] {
  const records = timestamps.map((each) => ({ value: 'v', timestampDelta: BigInt.asIntN(64, each - base) }))
  return [...columns.timestamps.subarray(0, read({ baseTimestamp: base, records }))]
}

describe('timestamps of records', () => {
  const lengths = Array.from({ length: 63 }, (_, bits) => 2n ** BigInt(bits))

  it('are exact for deltas of every length', () => {
    const deltas = lengths.flatMap((n) => [n - 1n, n, n + 1n, -n, 1n - n])
    for (const base of [0n, NOW, -NOW]) {
      const exact = deltas.map((delta) => base + delta).filter((each) => Number.isSafeInteger(Number(each)))
      for (let from = 0; from < exact.length; from += 60) {
        const part = exact.slice(from, from + 60)
        expect(timestampsOf(base, part)).toEqual(part.map(Number))
      }
    }
  })

  it.each([
    ['the largest number', MAX],
    ['the smallest number', MIN],
    ['2^53', 2n ** 53n],
    ['2^53 + 1', 2n ** 53n + 1n],
    ['-2^60 - 1', -(2n ** 60n) - 1n],
  ])('are exact beside one that is %s, as the base or not', (_, absurd) => {
    const sane = [NOW, NOW + 1n, NOW - 1n, 0n, -1n, 253_402_300_799_999n, 2n ** 53n - 2n]
    for (const base of [absurd, NOW, 0n, MAX, MIN]) {
      const read = timestampsOf(base, [absurd, ...sane, absurd])
      expect(read.slice(1, -1)).toEqual(sane.map(Number))
      // Rounded, but as far away as it was.
      expect([read[0], read.at(-1)]).toEqual([Number(absurd), Number(absurd)])
    }
  })

  it('are refused where they have more than 64 bits, or do not end', () => {
    for (const varlong of ['ffffffffffffffffff02', 'ffffffffffffffffffff01', 'ffffffffffffffffffffffff'])
      expect(() => read(batchOf(['00', varlong, '00', '01', '01', '00']))).toThrow(MalformedError)
    expect(read(batchOf(['00', 'ffffffffffffffffff01', '00', '01', '01', '00']))).toBe(1)
    expect(columns.timestamps[0]).toBe(Number(MIN))
  })
})

describe('lengths and offsets of records', () => {
  it.each([
    ['offset delta', ['00', '00', '808080808000', '01', '01', '00']],
    ['key length', ['00', '00', '00', '818080808000', '01', '00']],
    ['value length', ['00', '00', '00', '01', '818080808000', '00']],
  ])('are refused where a varint has more than five bytes (%s)', (_, fields) => {
    expect(() => read(batchOf(fields))).toThrow('a varint does not end')
  })

  it('are read where an offset delta is the largest that there is', () => {
    const records = [{ value: 'a' }, { value: 'b', offsetDelta: 0x7fff_ffff }]
    expect(read({ records, lastOffsetDelta: 0x7fff_ffff })).toBe(2)
    expect([...columns.offsets.subarray(0, 2)]).toEqual([7, 7 + 0x7fff_ffff])
  })

  it('are refused where an offset delta goes back from the largest to the smallest', () => {
    const payload = Buffer.concat([
      encodeRecord({ value: 'a' }, 0x7fff_ffff),
      encodeRecord({ value: 'b' }, -0x8000_0000),
    ])
    const records = [{ value: 'a' }, { value: 'b' }]
    expect(() => read({ payload, records, lastOffsetDelta: 0x7fff_ffff })).toThrow('out of order')
  })
})

/** A batch of one record with these fields, hex, after its length. */
function batchOf(fields: readonly string[]): Omit<TestBatch, 'baseOffset'> {
  const body = Buffer.from(fields.join(''), 'hex')
  return { payload: Buffer.concat([Buffer.from([body.length * 2]), body]), records: [{ value: null }] }
}
