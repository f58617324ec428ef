// The hash by which the last record that was read is known again.

import { describe, expect, it } from 'vitest'
import { tailOffsetOf } from '../../../src/kafka/reading/tail-hash.ts'
import { encodeBatch, type TestBatch, type TestRecord } from '../../support/record-batch.ts'
import { logWith, readAll } from '../support.ts'

/** Of a log with these records. */
function tailOf(records: readonly TestRecord[], batch: Partial<TestBatch> = {}): string {
  const { log } = logWith(encodeBatch({ baseOffset: 5, records, ...batch }))
  readAll(log)
  return log.tailHash ?? ''
}

const last = { key: 'k', value: 'v' }

describe('the hash of the last record', () => {
  it('is that of the last record, at its offset, however it is compressed', () => {
    const tail = tailOf([{ value: 'a' }, last])
    expect(tail).toMatch(/^6:[0-9a-f]{16}$/)
    expect(tailOffsetOf(tail)).toBe(6)
    expect(tailOf([{ value: 'b' }, last], { codec: 1 })).toBe(tail)
    expect(tailOf([last], { baseOffset: 6 })).toBe(tail)
    expect(tailOf([last])).not.toBe(tail)
  })

  it('is another one for another timestamp, key or value, null and empty ones too', () => {
    const hashes = [
      tailOf([last]),
      tailOf([last], { baseTimestamp: 1 }),
      tailOf([{ key: 'kv', value: '' }]),
      tailOf([{ key: '', value: 'kv' }]),
      tailOf([{ key: null, value: 'kv' }]),
      tailOf([{ key: 'kv', value: null }]),
      tailOf([{ key: 'kv', value: 'x'.repeat(30_000) }]),
      tailOf([{ key: 'kv', value: 'x'.repeat(30_001) }]),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})
