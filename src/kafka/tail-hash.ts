// A hash of the last record that was read, by which a log is known again: `OFFSET:HASH`, 16 hex digits.

import { createHash } from 'node:crypto'
import type { Chunk } from '../record.ts'

/** Of a key or a value; what follows is only counted. */
const MAX_BYTES = 4096

/** What of a chunk makes a record. */
type Records = Pick<Chunk, 'bytes' | 'offsets' | 'timestamps' | 'keyStarts' | 'keyEnds' | 'valueStarts' | 'valueEnds'>

const numbers = Buffer.alloc(4 * 8)

/** Over offset, timestamp, key and value: 3 µs for a small record, at most 12. Headers are left aside. */
export function tailHashOf(records: Records, row: number): string {
  const { bytes, offsets, timestamps, keyStarts, keyEnds, valueStarts, valueEnds } = records
  // Callers give a row that is there.
  const offset = offsets[row] as number
  const key = spanOf(keyStarts[row] as number, keyEnds[row] as number)
  const value = spanOf(valueStarts[row] as number, valueEnds[row] as number)
  numbers.writeDoubleBE(offset, 0)
  numbers.writeDoubleBE(timestamps[row] as number, 8)
  numbers.writeDoubleBE(key.length, 16)
  numbers.writeDoubleBE(value.length, 24)
  const hash = createHash('sha256').update(numbers)
  for (const { start, end } of [key, value]) hash.update(bytes.subarray(start, end))
  return `${offset}:${hash.digest('hex').slice(0, 16)}`
}

/** The offset that a tail hash belongs to. */
export function tailOffsetOf(tailHash: string): number {
  return Number(tailHash.slice(0, tailHash.indexOf(':')))
}

/** A null has the length -1. */
function spanOf(start: number, end: number): { readonly start: number; readonly end: number; readonly length: number } {
  if (end < 0) return { start, end: start, length: -1 }
  return { start, end: Math.min(end, start + MAX_BYTES), length: end - start }
}
