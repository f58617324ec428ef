// Blocks on their way to the store, and a store that fails.

import { describe, expect, it } from 'vitest'
import type { Block } from '../../../../src/block.ts'
import { Exit, SprkError } from '../../../../src/errors.ts'
import { BlockQueue, StoreFailed } from '../../../../src/sources/kafka/receiver/block-queue.ts'
import { manualClock } from '../../../support/manual-clock.ts'

const FULL = new SprkError(Exit.IO, { code: 'E_DISK_FULL', message: 'the disk is full' })

function block(partition: number, byteLength = 1): Block {
  const rest = { topicId: null, leaderEpoch: null, tailHash: null, aborted: [], step: null }
  return { topic: 'a', partition, fromOffset: 0, untilOffset: 1, ...rest, bytes: Buffer.alloc(1), byteLength }
}

function queueOf(maxBlocks = 3) {
  const clock = manualClock()
  const stored: number[][] = []
  const store = { error: null as unknown, attempts: 0 }
  const take = (blocks: readonly Block[]) => {
    store.attempts++
    if (store.error !== null) throw store.error
    stored.push(blocks.map(({ partition }) => partition))
  }
  const queue = new BlockQueue(maxBlocks, take, clock)
  const stop = new AbortController()
  let outcome: unknown = 'running'
  queue.run(stop.signal).then(
    () => (outcome = 'ended'),
    (error: unknown) => (outcome = error),
  )
  const settled = async () => {
    await clock.advance(0)
    return outcome
  }
  return { clock, queue, store, stored, stop, settled }
}

describe('BlockQueue', () => {
  it('stores a block at once; while the store fails, all that wait in one go, in order', async () => {
    const { clock, queue, store, stored, settled } = queueOf()
    queue.push(block(1))
    store.error = FULL
    queue.push(block(2))
    queue.push(block(3))
    await settled()
    expect(store.attempts).toBe(2)
    store.error = null
    await clock.advance(500)
    expect(stored).toEqual([[1], [2, 3]])
    queue.push(block(4))
    expect(stored.at(-1)).toEqual([4])
    expect(await settled()).toBe('running')
  })

  it('gives up after four attempts', async () => {
    const { clock, queue, store, settled } = queueOf()
    store.error = FULL
    queue.push(block(1))
    for (const attempts of [2, 3, 4]) {
      expect(await settled()).toBe('running')
      await clock.advance(500)
      expect(store.attempts).toBe(attempts)
    }
    expect(await settled()).toBeInstanceOf(StoreFailed)
    expect(await settled()).toMatchObject({ cause: FULL })
    await clock.advance(5000)
    expect(store.attempts).toBe(4)
  })

  it('counts the attempts anew when one has succeeded', async () => {
    const { clock, queue, store, settled } = queueOf()
    for (let round = 0; round < 3; round++) {
      store.error = FULL
      queue.push(block(1))
      await settled()
      await clock.advance(500)
      await clock.advance(500)
      store.error = null
      await clock.advance(500)
    }
    expect(await settled()).toBe('running')
  })

  it('does not repeat what does not pass', async () => {
    const { queue, store, settled } = queueOf()
    store.error = new Error('a bug')
    queue.push(block(1))
    expect(await settled()).toBe(store.error)
    expect(store.attempts).toBe(1)
  })

  it('forgets blocks, and the failure with the last of them', async () => {
    const { clock, queue, store, stored, settled } = queueOf()
    store.error = FULL
    queue.push(block(1))
    queue.push(block(2))
    queue.forget([{ topic: 'a', partition: 1 }])
    expect(() => queue.flush()).toThrow(StoreFailed)
    queue.forget([{ topic: 'a', partition: 2 }])
    queue.flush()
    for (let i = 0; i < 5; i++) await clock.advance(500)
    expect(await settled()).toBe('running')
    store.error = null
    queue.push(block(3))
    expect(stored).toEqual([[3]])
  })

  it('is full by the number of blocks and by their bytes', () => {
    const { queue, store } = queueOf(2)
    store.error = FULL
    queue.push(block(1))
    expect(queue.isFull).toBe(false)
    queue.push(block(2))
    expect(queue.isFull).toBe(true)
    queue.forget([{ topic: 'a', partition: 1 }])
    expect(queue.isFull).toBe(false)
    queue.push({ ...block(3), byteLength: 32_000_000 })
    expect(queue.isFull).toBe(true)
  })
})
