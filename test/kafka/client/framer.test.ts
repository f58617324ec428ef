// Bytes as they come from the network → frames, in memory that is used again.

import { describe, expect, it } from 'vitest'
import { FETCH_BYTES, FramePool, Framer, MAX_FETCH_BYTES } from '../../../src/kafka/client/framer.ts'

describe('FramePool', () => {
  it('gives buffers of the length that is asked for', () => {
    const pool = new FramePool()
    for (const length of [0, 4, 65_535, 65_536, FETCH_BYTES, 3 * FETCH_BYTES]) {
      expect(pool.take(length)).toHaveLength(length)
    }
  })

  it('uses memory again, once for each time that it was given back', () => {
    const pool = new FramePool()
    const first = pool.take(2_500_000)
    pool.give(first.subarray(8))
    const [second, third] = [pool.take(3_000_000), pool.take(3_000_000)]
    expect(second.buffer).toBe(first.buffer)
    expect(second.byteOffset).toBe(0)
    expect(third.buffer).not.toBe(first.buffer)
  })

  it('keeps the largest of what is given back, and gives the smallest that suffices', () => {
    const pool = new FramePool()
    const given = [1, 2, 1, 1].map((fetches) => pool.take(fetches * FETCH_BYTES))
    for (const buffer of given) pool.give(buffer)
    const taken = [1, 1, 1].map((fetches) => pool.take(fetches * FETCH_BYTES).buffer)
    expect(taken.map(({ byteLength }) => Math.floor(byteLength / FETCH_BYTES))).toEqual([1, 1, 2])
    expect(new Set(taken).size).toBe(3)
    expect(given.map(({ buffer }) => buffer)).toEqual(expect.arrayContaining(taken))
  })

  it('keeps neither small nor very large buffers', () => {
    const pool = new FramePool()
    for (const length of [1000, 1_000_000, MAX_FETCH_BYTES + FETCH_BYTES]) {
      const given = pool.take(length)
      expect(given.buffer.byteLength).toBe(length)
      pool.give(given)
      expect(pool.take(length).buffer).not.toBe(given.buffer)
    }
  })
})

/** Feeds a stream in pieces of given sizes. */
function frames(stream: Buffer, sizeOf: (piece: number) => number): string[] {
  const seen: string[] = []
  const framer = new Framer(
    (length) => Buffer.allocUnsafeSlow(length),
    (frame) => seen.push(frame.toString('latin1', 4)),
  )
  for (let at = 0, piece = 0; at < stream.length; piece++) {
    const space = framer.space()
    const length = stream.copy(space, 0, at, Math.min(at + sizeOf(piece), at + space.length))
    const problem = framer.filled(length)
    if (length === 0 || problem !== null) throw new Error(`${length} bytes: ${problem}`)
    at += length
  }
  return seen
}

function framed(body: string): Buffer {
  const frame = Buffer.alloc(4 + body.length)
  frame.writeInt32BE(body.length, 0)
  frame.write(body, 4, 'latin1')
  return frame
}

describe('Framer', () => {
  const bodies = ['four', 'x'.repeat(10), 'y'.repeat(100_000), 'z'.repeat(4), 'w'.repeat(65_532), 'u'.repeat(65_536)]
  const stream = Buffer.concat([...bodies, ...bodies].map(framed))

  it.each([1, 2, 3, 5, 7, 4096, 65_536, 1_000_000])('finds frames in pieces of %i bytes', (size) => {
    expect(frames(stream, () => size)).toEqual([...bodies, ...bodies])
  })

  it('finds frames in pieces of mixed sizes', () => {
    expect(frames(stream, (piece) => [1, 70_000, 3, 4, 30_000][piece % 5] as number)).toEqual([...bodies, ...bodies])
  })

  it.each(['HTTP/1.1 400 Bad Request', '\x00\x00\x00\x03abc', '\xff\xff\xff\xffabc'])('refuses %j', (text) => {
    const framer = new Framer(
      (length) => Buffer.alloc(length),
      () => {},
    )
    const bytes = Buffer.from(text, 'latin1')
    bytes.copy(framer.space())
    expect(framer.filled(bytes.length)).toMatch(/^not Kafka's protocol/)
  })
})
