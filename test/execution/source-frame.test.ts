import { describe, expect, test } from 'vitest'
import { valueAt } from '../../src/column.ts'
import { frameReader } from '../../src/execution/source-frame.ts'
import { METADATA_FIELDS } from '../../src/metadata.ts'
import type { Chunk } from '../../src/record.ts'
import { BATCH } from '../support/frame.ts'
import { textFormat } from '../support/plan.ts'

/** A record with a key and headers, a tombstone without, the second one stamped by the broker. */
function chunk(): Chunk {
  // Two headers: `a` → bytes 1 2, `é` → null; zigzag varints, as in Kafka's records.
  const headers = [4, 2, 0x61, 4, 1, 2, 4, 0xc3, 0xa9, 1]
  const bytes = Buffer.from([...Buffer.from('key'), ...Buffer.from('value'), ...headers, 0])
  return {
    topic: 'events',
    partition: 3,
    length: 2,
    bytes,
    offsets: Float64Array.of(41, 2 ** 53 - 1, 7),
    timestamps: Float64Array.of(1_767_225_600_123, -1, 7),
    timestampTypes: Uint8Array.of(0, 1, 7),
    keyStarts: Int32Array.of(0, 0),
    keyEnds: Int32Array.of(3, -1),
    valueStarts: Int32Array.of(3, 0),
    valueEnds: Int32Array.of(8, -1),
    headerStarts: Int32Array.of(8, 18),
    headerEnds: Int32Array.of(18, 19),
  }
}

describe('frameReader', () => {
  test('gives the metadata of each record beside the payload, in the order of the plan', () => {
    const columns = [...METADATA_FIELDS.map((metadata) => ({ metadata })), { path: ['value'] }]
    const frame = frameReader(textFormat, columns)(chunk(), { reject: () => {} }, BATCH)
    const row = (i: number) => frame.columns.map((column) => valueAt(column, i))
    const headers = [
      ['a', Uint8Array.of(1, 2)],
      ['é', null],
    ]
    const key = Uint8Array.from(Buffer.from('key'))
    expect(row(0)).toEqual([key, 'events', 3, 41n, 1_767_225_600_123_000, 0, headers, false, 'value'])
    expect(row(1)).toEqual([null, 'events', 3, BigInt(2 ** 53 - 1), null, 1, [], true, null])
  })

  test('copies keys and headers: the bytes of a chunk die with it', () => {
    const one = chunk()
    const frame = frameReader(textFormat, [{ metadata: 'key' }, { metadata: 'headers' }])(
      one,
      { reject: () => {} },
      BATCH,
    )
    const before = frame.columns.map((column) => valueAt(column, 0))
    const copy = structuredClone(before)
    one.bytes.fill(255)
    expect(before).toEqual(copy)
  })
})
