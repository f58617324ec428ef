// CRC-32C against its published check values, and both ways of computing it against each other.

import { describe, expect, it } from 'vitest'
import { crc32c, native, portable } from '../../../src/kafka/protocol/crc32c.ts'

describe.each([
  ['crc32c', crc32c],
  ['portable', portable],
])('%s', (_, crc) => {
  it('gives the check values of RFC 3720', () => {
    const values: [Buffer, number][] = [
      [Buffer.from('123456789'), 0xe3069283],
      [Buffer.alloc(32, 0x00), 0x8a9136aa],
      [Buffer.alloc(32, 0xff), 0x62a8ab43],
      [Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
      [Buffer.alloc(0), 0],
    ]
    for (const [bytes, expected] of values) expect(crc(bytes, 0, bytes.length)).toBe(expected)
  })

  it('looks at nothing but the span', () => {
    const bytes = Buffer.from('xx123456789yyy')
    expect(crc(bytes, 2, 11)).toBe(0xe3069283)
  })
})

describe('crc32c', () => {
  it('is the native one where a binary exists for the platform', () => {
    expect(native()).not.toBeNull()
  })
})
