// Memory that is used again.

import { describe, expect, it } from 'vitest'
import { FETCH_BYTES, FramePool } from '../../../src/kafka/client/framer.ts'

describe('FramePool', () => {
  it('gives buffers of the length that is asked for', () => {
    const pool = new FramePool()
    for (const length of [0, 4, 65_535, 65_536, FETCH_BYTES, 3 * FETCH_BYTES]) {
      expect(pool.take(length)).toHaveLength(length)
    }
  })

  it('uses memory again, once for each time that it was given back', () => {
    const pool = new FramePool()
    const first = pool.take(100_000)
    pool.give(first.subarray(8))
    const [second, third] = [pool.take(200_000), pool.take(200_000)]
    expect(second.buffer).toBe(first.buffer)
    expect(second.byteOffset).toBe(0)
    expect(third.buffer).not.toBe(first.buffer)
  })

  it('keeps neither small nor very large buffers', () => {
    const pool = new FramePool()
    for (const length of [1000, 3 * FETCH_BYTES]) {
      const given = pool.take(length)
      pool.give(given)
      expect(pool.take(length).buffer).not.toBe(given.buffer)
    }
  })
})
