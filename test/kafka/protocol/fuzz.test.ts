// Answers of a real Kafka with bytes changed, cut off and added: a decoder gives a value or says that they are malformed.
// The seed is fixed; SPRK_FUZZ_SEED and SPRK_FUZZ_ROUNDS try others.

import { describe, expect, it } from 'vitest'
import { SprkError } from '../../../src/errors.ts'
import { MalformedError } from '../../../src/kafka/protocol/bytes.ts'
import { readBatchHeader, scanBatches } from '../../../src/kafka/protocol/record-batch.ts'
import { openRecords, RecordColumns, readRecords } from '../../../src/kafka/protocol/records.ts'
import { randomFrom } from '../../support/random.ts'
import { encodeBatch, seal } from '../../support/record-batch.ts'
import { casesOf, recorded } from './answers.ts'

const SEED = Number(process.env['SPRK_FUZZ_SEED'] ?? 1)
const ROUNDS = Number(process.env['SPRK_FUZZ_ROUNDS'] ?? 300)

/** Bytes that mean something as a length or a count. */
const TELLING = [0, 1, 0x7f, 0x80, 0xff]

function mutated(whole: Buffer, random: () => number): Buffer {
  const below = (n: number) => Math.floor(random() * n)
  const kind = below(4)
  if (kind === 0) return whole.subarray(0, below(whole.length))
  if (kind === 1) return Buffer.concat([whole, Buffer.from(Array.from({ length: 1 + below(64) }, () => below(256)))])
  const bytes = Buffer.from(whole)
  for (let flips = 1 + below(4); flips > 0; flips--) {
    // Lengths and counts are near the front.
    const at = below(2) === 0 ? below(Math.min(bytes.length, 64)) : below(bytes.length)
    bytes[at] = below(2) === 0 ? below(256) : (TELLING[below(TELLING.length)] as number)
    // A count of many bytes.
    if (kind === 3) bytes.fill(0xff, at, Math.min(bytes.length, at + 1 + below(8)))
  }
  return bytes
}

/** Values in a decoded answer, and the letters of its texts: once each, since partitions share the name of their topic. */
function sizeOf(value: unknown, seen = new Set<string>()): number {
  if (typeof value === 'string') return seen.size === seen.add(value).size ? 1 : 1 + value.length
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, each) => sum + sizeOf(each, seen), 1)
}

describe('a damaged answer', () => {
  it.each(casesOf(recorded))('is read or malformed, and makes no more than it has ($name)', ({ name, decode }) => {
    const random = randomFrom(SEED)
    const whole = Buffer.from(recorded.answers[name] ?? '', 'base64')
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutated(whole, random)
      const startedAt = performance.now()
      try {
        expect(sizeOf(decode(bytes))).toBeLessThan(4 * bytes.length + 64)
      } catch (error) {
        if (!(error instanceof MalformedError)) throw error
      }
      expect(performance.now() - startedAt).toBeLessThan(2000)
    }
  })

  it('makes no array that is longer than what follows', () => {
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
    for (const { name, decode } of casesOf(recorded)) {
      const whole = Buffer.from(recorded.answers[name] ?? '', 'base64')
      for (let at = 0; at < Math.min(whole.length, 64); at++) {
        const bytes = Buffer.from(whole)
        bytes.set([0x7f, 0xff, 0xff, 0xff].slice(0, bytes.length - at), at)
        try {
          decode(bytes)
        } catch (error) {
          if (!(error instanceof MalformedError)) throw error
        }
      }
    }
    expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(256 * 2 ** 20)
  })
})

describe('a damaged record set', () => {
  const columns = new RecordColumns(64)
  const bounds = { from: 0, until: Number.MAX_SAFE_INTEGER, maxPosition: Infinity, maxFirstPosition: Infinity }
  const record = { key: 'k', value: 'value', headers: [['h', 'v'] as const], timestampDelta: 300 }
  const whole = Buffer.concat([
    encodeBatch({ baseOffset: 5, baseTimestamp: 2n ** 62n, records: Array.from({ length: 12 }, () => record) }),
    encodeBatch({ baseOffset: 17, records: [record, { value: null, timestampDelta: -(2n ** 62n) }] }),
  ])

  it('is read or refused, with a right checksum and without', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < ROUNDS * 30; round++) {
      const bytes = mutated(whole, random)
      if (round % 2 === 0 && bytes.length > 61) sealFirst(bytes)
      try {
        const { end } = scanBatches(bytes, 0, bytes.length)
        const header = readBatchHeader(bytes, 0, end)
        const cursor = openRecords(header, bytes, header.recordsStart, header.end)
        while (cursor.remaining > 0 && readRecords(cursor, columns, 0, bounds) > 0);
      } catch (error) {
        if (!(error instanceof MalformedError) && !(error instanceof SprkError)) throw error
      }
    }
  })
})

/** Gives the first batch the checksum of what it has become, so that the records are looked at. */
function sealFirst(bytes: Buffer): void {
  const end = 12 + bytes.readInt32BE(8)
  if (end > 61 && end <= bytes.length) seal(bytes.subarray(0, end))
}
