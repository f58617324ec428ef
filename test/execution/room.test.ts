import { describe, expect, test } from 'vitest'
import { Room } from '../../src/execution/room.ts'
import { chunkOf } from '../support/memory-source.ts'

const MB = 1024 * 1024
const chunk = (bytes: number) => chunkOf({ topic: 'a', partition: 0 }, 0, ['x'.repeat(bytes - 1)])

describe('the room of a batch', () => {
  test('is for a small chunk first, and for larger ones as long as little is kept of them', () => {
    const room = new Room(64 * MB)
    const sizes: number[] = []
    for (let i = 0; i < 4; i++) {
      sizes.push(room.bytes)
      room.took(chunk(1000), 0)
    }
    expect(sizes).toEqual([64, 256, 1024, 4096].map((kilobytes) => kilobytes * 1024))
  })

  test('is for chunks that add a sixteenth of the bound, however much is kept of a byte', () => {
    const room = new Room(16 * MB)
    room.took(chunk(1000), 500 * 1000)
    expect(room.bytes).toBe(Math.floor(MB / 500))
    room.took(chunk(1000), 500 * 1000 + 1000)
    expect(room.bytes).toBe(4 * Math.floor(MB / 500))
  })

  test('is for a single record where one record is more than that', () => {
    const room = new Room(1600)
    room.took(chunk(10), 1599)
    expect(room.bytes).toBe(1)
  })

  test('ends when as much is kept as may be, until the next batch', () => {
    const room = new Room(1000)
    room.took(chunk(500), 999)
    expect(room.bytes).toBeGreaterThan(0)
    room.took(chunk(500), 1000)
    expect(room.bytes).toBe(0)
    room.clear()
    expect(room.bytes).toBeGreaterThan(0)
  })
})
