// Cases of Spark's BlockGeneratorSuite. Left out of them: addDataWithCallback and addMultipleDataWithCallback (a builder knows the
// offsets of what it holds, so nothing is told about records), the states and "cannot be used any more" (nothing can be added to
// a generator; a receiver that is stopped has no builders), and starting twice (a life of a receiver is run once).

import { describe, expect, it } from 'vitest'
import type { Block } from '../../../../src/block.ts'
import { BlockGenerator } from '../../../../src/sources/kafka/receiver/block-generator.ts'
import { BlockQueue, StoreFailed } from '../../../../src/sources/kafka/receiver/block-queue.ts'
import { manualClock } from '../../../support/manual-clock.ts'
import { builderAt, rangeOf, rawBatch, readAll, storeOf } from '../../../support/raw-blocks.ts'

const INTERVAL_MS = 10

function generatorOf(store: (blocks: readonly Block[]) => void) {
  const clock = manualClock()
  const queue = new BlockQueue(10, store, clock)
  return { clock, queue, generator: new BlockGenerator(queue, INTERVAL_MS, clock) }
}

describe('BlockGeneratorSuite', () => {
  it('block generation and data callbacks', async () => {
    const stored: Block[] = []
    const { clock, generator } = generatorOf((blocks) => stored.push(...blocks))
    const builder = builderAt(0)
    const stop = new AbortController()
    await clock.advance(INTERVAL_MS)
    expect(clock.sleepers).toBe(0) // creating it starts nothing
    const running = generator.run(() => [builder], stop.signal)
    await clock.advance(5 * INTERVAL_MS)
    expect(stored).toEqual([]) // an empty buffer makes no block

    builder.add(rawBatch(0, 10), 10)
    await clock.advance(INTERVAL_MS - 1)
    expect(stored).toEqual([])
    await clock.advance(1)
    expect(stored).toMatchObject([{ fromOffset: 0, untilOffset: 10 }])

    builder.add(rawBatch(10, 15), 15)
    builder.add(rawBatch(15, 20), 20)
    await clock.advance(INTERVAL_MS)
    expect(stored).toMatchObject([{ untilOffset: 10 }, { fromOffset: 10, untilOffset: 20 }])
    const { values } = await readAll(storeOf(...stored), [rangeOf(0, 20)])
    expect(values).toEqual(Array.from({ length: 20 }, (_, i) => String(i)))
    stop.abort()
    await running
  })

  it('stop ensures correct shutdown', async () => {
    const stored: Block[] = []
    const { clock, generator, queue } = generatorOf((blocks) => stored.push(...blocks))
    const builder = builderAt(0)
    const stop = new AbortController()
    const running = generator.run(() => [builder], stop.signal)
    builder.add(rawBatch(0, 1000), 1000)
    await clock.advance(1)
    stop.abort()
    await running
    expect(stored).toEqual([])
    // As Life does at its end: what is in hand becomes the last block, and is stored before the end is told.
    generator.cut([builder])
    queue.flush()
    expect(stored).toMatchObject([{ fromOffset: 0, untilOffset: 1000 }])
    generator.cut([builder])
    queue.flush()
    expect(stored.length).toBe(1)
  })

  it('block push errors are reported', async () => {
    const { clock, generator, queue } = generatorOf(() => {
      throw new Error('test')
    })
    const builder = builderAt(0)
    const stop = new AbortController()
    const reported = expect(queue.run(stop.signal)).rejects.toThrow('test')
    const running = generator.run(() => [builder], stop.signal)
    builder.add(rawBatch(0, 1), 1)
    await clock.advance(INTERVAL_MS)
    await reported
    expect(() => queue.flush()).toThrow(StoreFailed)
    stop.abort()
    await running
  })
})
