import { describe, expect, it } from 'vitest'
import type { MemoryBlocks } from '../../../../src/sources/kafka/receiver/memory-blocks.ts'
import { block, rangeOf, storeOf } from '../../../support/raw-blocks.ts'

const shown = (store: MemoryBlocks) =>
  store
    .pending()
    .map(({ id, partition, fromOffset, untilOffset }) => `${id} ${partition}: ${fromOffset}…${untilOffset}`)

describe('blocks in memory', () => {
  it('wait in order of arrival, with their bytes', () => {
    const store = storeOf(block(0, 3), block(0, 2, 1))
    store.append([block(3, 4)])
    expect(shown(store)).toEqual(['1 0: 0…3', '2 1: 0…2', '3 0: 3…4'])
    const [first] = store.pending()
    expect(first && store.read(first).bytes).toEqual(block(0, 3).bytes)
  })

  it('go with the batch that has read them to their end, and no others', () => {
    const store = storeOf(block(0, 3), block(3, 6), block(0, 2, 1))
    store.release([rangeOf(0, 5)])
    expect(shown(store)).toEqual(['2 0: 3…6', '3 1: 0…2'])
    store.release([rangeOf(5, 6), rangeOf(0, 2, 1)])
    expect(shown(store)).toEqual([])
  })

  it('stay behind a step until the position has passed it', () => {
    const step = { fromOffset: 3, cause: 'deleted' }
    const store = storeOf(block(0, 3), block(10, 12, 0, { step }))
    store.release([rangeOf(0, 3)])
    expect(shown(store)).toEqual(['2 0: 10…12'])
    const gap = { topic: 'events', partition: 0, topicId: null, fromOffset: 3, toOffset: 10, cause: 'deleted' }
    store.passSteps([{ ...gap, toOffset: 9 }])
    expect(store.pending()[0]?.step).toEqual(step)
    store.passSteps([gap])
    expect(store.pending()[0]?.step).toBeNull()
    store.release([rangeOf(10, 12)])
    expect(shown(store)).toEqual([])
  })

  it('are dropped with their partition', () => {
    const store = storeOf(block(0, 3), block(0, 2, 1))
    const [first] = store.pending()
    store.drop([{ topic: 'events', partition: 0 }])
    expect(shown(store)).toEqual(['2 1: 0…2'])
    expect(() => first && store.read(first)).toThrow('the block 1 of events/0 is gone')
  })
})
