// What the header of a damaged batch tells of where the next one begins.

import { describe, expect, it } from 'vitest'
import { MalformedError } from '../../../src/kafka/protocol/bytes.ts'
import { readBatchHeader } from '../../../src/kafka/protocol/record-batch.ts'
import { encodeBatch, type TestBatch } from '../../support/record-batch.ts'

const record = { value: 'v' }

/** The offset after a batch that is damaged by `harm`, with another batch behind it or not. */
function offsetAfter(harm: (bytes: Buffer) => void, batch: Partial<TestBatch> = {}, behind?: number): number | null {
  const bytes = encodeBatch({ baseOffset: 5, records: [record, record], ...batch })
  harm(bytes)
  const next = behind === undefined ? [] : [encodeBatch({ baseOffset: behind, records: [record] })]
  const all = Buffer.concat([bytes, ...next])
  try {
    readBatchHeader(all, 0, all.length)
  } catch (error) {
    if (error instanceof MalformedError) return error.nextOffset
    throw error
  }
  throw new Error('it was read')
}

const harmRecords = (bytes: Buffer) => void bytes.writeUInt8(bytes.readUInt8(65) ^ 1, 65)
const harmLastOffset = (bytes: Buffer) => void bytes.writeInt32BE(1_000_000, 23)

describe('the offset after a damaged batch', () => {
  it('is that of the batch behind it, whatever its own header says', () => {
    expect(offsetAfter(harmRecords, {}, 7)).toBe(7)
    expect(offsetAfter(harmLastOffset, {}, 7)).toBe(7)
    expect(offsetAfter(harmRecords, { lastOffsetDelta: 3 }, 12)).toBe(12)
  })

  it('is told by a header that counts as many records as offsets, where no batch is behind it', () => {
    expect(offsetAfter(harmRecords)).toBe(7)
  })

  it('is unknown where the header contradicts itself, or may have been compacted', () => {
    expect(offsetAfter(harmLastOffset)).toBeNull()
    expect(offsetAfter(harmRecords, { lastOffsetDelta: 3 })).toBeNull()
  })

  it('is unknown where what seems to be the next batch cannot be it', () => {
    expect(offsetAfter(harmRecords, {}, 4)).toBeNull()
    expect(offsetAfter(harmRecords, {}, 2 ** 40)).toBeNull()
  })
})
