// Decompressors on what the codecs' own tools wrote, in every form that their formats allow.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { MalformedError } from '../../../src/kafka/protocol/bytes.ts'
import { codecName, decompress, loadCodecs, TooLargeError } from '../../../src/kafka/protocol/compression.ts'

await loadCodecs(0b11110)

/** By scripts/golden/codecs.mjs; the names begin with that of the codec. */
const stored: { readonly length: number; readonly sha256: string; readonly compressed: Record<string, string> } =
  JSON.parse(readFileSync(new URL('codecs.json', import.meta.url), 'utf8'))
const forms = Object.entries(stored.compressed).map(([name, base64]) => {
  return { name, codec: codecOf(name), bytes: Buffer.from(base64, 'base64') }
})

function codecOf(name: string): number {
  return [1, 2, 3, 4].find((codec) => name.startsWith(codecName(codec))) ?? 0
}

describe.each(forms)('$name', ({ codec, bytes }) => {
  it('is read as it was written', () => {
    const plain = decompress(codec, bytes)
    expect(plain).toHaveLength(stored.length)
    expect(createHash('sha256').update(plain).digest('hex')).toBe(stored.sha256)
  })

  it('is refused where one byte less is allowed than it has', () => {
    expect(decompress(codec, bytes, 2 ** 28)).toHaveLength(stored.length)
    expect(() => decompress(codec, bytes, stored.length - 1)).toThrow(TooLargeError)
  })

  it('is never read as the whole where it was cut', () => {
    for (let end = 0; end < bytes.length; end += end < 64 || end > bytes.length - 64 ? 1 : 97) {
      const cut = bytes.subarray(0, end)
      let plain: Buffer
      try {
        plain = decompress(codec, cut)
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedError)
        continue
      }
      // Between two frames there is nothing to tell that one is missing, and the last one may have been skipped.
      if (plain.length === stored.length) expect(bytes.subarray(end).every(isOfSkippedFrame)).toBe(true)
    }
  })
})

function isOfSkippedFrame(byte: number): boolean {
  return Buffer.from('502a4d1803000000616263', 'hex').includes(byte)
}

describe('many frames in one batch', () => {
  it.each(forms.filter(({ name }) => /two frames|two members|two streams/.test(name)))(
    'are refused before they are in memory ($name)',
    ({ codec, bytes }) => {
      const many = Buffer.concat(Array.from({ length: 5000 }, () => bytes))
      const before = process.memoryUsage().rss
      const startedAt = process.cpuUsage()
      expect(() => decompress(codec, many, 2 ** 20)).toThrow(TooLargeError)
      const { user, system } = process.cpuUsage(startedAt)
      expect(user + system).toBeLessThan(1_000_000)
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
    },
  )

  it.each([
    ['LZ4', 3],
    ['zstd', 4],
  ])('are malformed where all of them are skipped, or one runs past the batch (%s)', (_, codec) => {
    const skipped = Buffer.from('502a4d1803000000616263', 'hex')
    expect(() => decompress(codec, skipped)).toThrow(MalformedError)
    expect(() => decompress(codec, Buffer.concat([skipped, skipped.subarray(0, 9)]))).toThrow(MalformedError)
  })
})

describe('a gzip bomb of 4 GB', () => {
  it('is given up at the limit', () => {
    const member = gzipSync(Buffer.alloc(2 ** 28), { level: 1 })
    const bomb = Buffer.concat(Array.from({ length: 16 }, () => member))
    const before = process.memoryUsage().rss
    const startedAt = process.cpuUsage()
    expect(() => decompress(1, bomb, 2 ** 24)).toThrow(TooLargeError)
    const { user, system } = process.cpuUsage(startedAt)
    expect(user + system).toBeLessThan(2_000_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 2 ** 20)
  })

  it('is read where it is none: a member whose size is said wrongly at its end', () => {
    const bytes = gzipSync('hello')
    bytes.writeUInt32LE(4_000_000_000, bytes.length - 4)
    expect(() => decompress(1, bytes)).toThrow(MalformedError)
  })
})
