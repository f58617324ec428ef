// Spark: ReliableKafkaReceiver.storeBlockAndCommitOffset tries a block four times, then the receiver stops.

import { describe, expect, it } from 'vitest'
import type { Block } from '../../../../src/block.ts'
import { Exit, SprkError } from '../../../../src/errors.ts'
import { Fault } from '../../../../src/kafka/client/fault.ts'
import { BlockQueue, StoreFailed } from '../../../../src/sources/kafka/receiver/block-queue.ts'
import { manualClock } from '../../../support/manual-clock.ts'
import { block } from '../../../support/raw-blocks.ts'

const diskFull = () => new SprkError(Exit.IO, { code: 'E_DISK_FULL', message: 'no space left' })

/** A queue whose store fails that often, and what it has stored by then. */
function queueOf(failures: number, error: () => unknown = diskFull, maxBlocks = 10) {
  const clock = manualClock()
  const stored: number[][] = []
  const state = { failures, attempts: 0 }
  const store = (blocks: readonly Block[]) => {
    state.attempts++
    if (state.failures-- > 0) throw error()
    stored.push(blocks.map(({ fromOffset }) => fromOffset))
  }
  return { clock, stored, state, queue: new BlockQueue(maxBlocks, store, clock) }
}

describe('the queue of blocks', () => {
  it('stores at once, what comes together in one go', () => {
    const { queue, stored } = queueOf(0)
    queue.push([block(0, 1)])
    queue.push([block(1, 2), block(0, 1, 1)])
    expect(stored).toEqual([[0], [1, 0]])
  })

  it('stores full blocks together: two of them, as many as may wait, or with the next interval', () => {
    const full = (from: number) => block(from, from + 1, 0, { byteLength: 4_000_000 })
    const { queue, stored } = queueOf(0)
    for (let from = 0; from < 3; from++) queue.pushFull(full(from))
    expect(stored).toEqual([[0, 1]])
    queue.push([])
    expect(stored).toEqual([[0, 1], [2]])
    const small = queueOf(0, diskFull, 2)
    small.queue.pushFull(full(0))
    small.queue.pushFull(full(1))
    expect(small.stored).toEqual([[0, 1]])
  })

  it('is full with so many blocks, or 32 MB of them, until they are stored', () => {
    const { queue } = queueOf(1, diskFull, 2)
    queue.push([block(0, 1)])
    expect(queue.isFull).toBe(false)
    queue.push([block(1, 2)])
    expect(queue.isFull).toBe(true)
    queue.flush()
    expect(queue.isFull).toBe(false)
    const large = queueOf(1).queue
    large.push([block(0, 1, 0, { byteLength: 32_000_000 })])
    expect(large.isFull).toBe(true)
  })

  it.each([1, 2, 3])('stores in order after %i failed attempts', async (failures) => {
    const { queue, stored, state, clock } = queueOf(failures)
    const stop = new AbortController()
    const running = queue.run(stop.signal)
    queue.push([block(0, 1)])
    queue.push([block(1, 2)])
    for (let i = 0; i < 4; i++) await clock.advance(500)
    expect(stored).toEqual([[0, 1]])
    expect(state.attempts).toBe(failures + 1)
    queue.push([block(2, 3)])
    expect(stored).toEqual([[0, 1], [2]])
    stop.abort()
    await running
  })

  it('gives up after the fourth attempt, with what the last one said', async () => {
    const { queue, state, clock } = queueOf(9)
    const running = queue.run(new AbortController().signal)
    const failed = expect(running).rejects.toMatchObject({ cause: { message: 'no space left' } })
    queue.push([block(0, 1)])
    for (let i = 0; i < 4; i++) await clock.advance(500)
    await failed
    await expect(running).rejects.toBeInstanceOf(StoreFailed)
    expect(state.attempts).toBe(4)
  })

  it('counts anew after a success', async () => {
    const { queue, stored, state, clock } = queueOf(3)
    const running = queue.run(new AbortController().signal)
    queue.push([block(0, 1)])
    for (let i = 0; i < 4; i++) await clock.advance(500)
    state.failures = 3
    queue.push([block(1, 2)])
    for (let i = 0; i < 4; i++) await clock.advance(500)
    expect(stored).toEqual([[0], [1]])
    expect(await Promise.race([running, 'still runs'])).toBe('still runs')
  })

  it('does not repeat what would fail again: a bug, another run', async () => {
    const { queue, state } = queueOf(9, () => new Error('block follows another'))
    const running = queue.run(new AbortController().signal)
    queue.push([block(0, 1)])
    await expect(running).rejects.toThrow('block follows another')
    expect(state.attempts).toBe(1)
  })

  it('repeats while the session may have expired', async () => {
    const { queue, stored, clock } = queueOf(1, () => new Fault('the session may have expired'))
    const stop = new AbortController()
    const running = queue.run(stop.signal)
    queue.push([block(0, 1)])
    await clock.advance(0)
    await clock.advance(500)
    expect(stored).toEqual([[0]])
    stop.abort()
    await running
  })

  it('says in a flush that blocks cannot be stored', () => {
    const { queue } = queueOf(9)
    queue.push([block(0, 1)])
    expect(() => queue.flush()).toThrow(StoreFailed)
  })

  it('forgets the failure with the last of its blocks', async () => {
    const { queue, stored, state, clock } = queueOf(9)
    const running = queue.run(new AbortController().signal)
    queue.push([block(0, 1)])
    queue.forget([{ topic: 'events', partition: 0 }])
    for (let i = 0; i < 5; i++) await clock.advance(500)
    expect(await Promise.race([running, 'still runs'])).toBe('still runs')
    state.failures = 0
    queue.push([block(1, 2)])
    expect(stored).toEqual([[1]])
  })

  it('forgets the blocks of partitions that others have now', () => {
    const { queue, stored } = queueOf(1)
    queue.push([block(0, 1), block(5, 6, 1)])
    queue.forget([{ topic: 'events', partition: 0 }])
    queue.flush()
    expect(stored).toEqual([[5]])
  })
})
