import { describe, expect, it } from 'vitest'
import { Exit } from '../../../../src/errors.ts'
import { loadCodecs } from '../../../../src/kafka/protocol/compression.ts'
import { block, builderAt, rangeOf, rawBatch, readAll, storeOf } from '../../../support/raw-blocks.ts'
import { controlBatch } from '../../../support/record-batch.ts'

const numbers = (from: number, until: number) => Array.from({ length: until - from }, (_, i) => String(from + i))

describe('reading blocks', () => {
  it('gives the records of each range, one partition behind the other', async () => {
    const store = storeOf(block(0, 3), block(0, 2, 1), block(3, 5))
    const { values, read } = await readAll(store, [rangeOf(0, 5), rangeOf(0, 2, 1)])
    expect(values).toEqual([...numbers(0, 5), ...numbers(0, 2)])
    expect(read).toMatchObject([rangeOf(0, 5), rangeOf(0, 2, 1)])
    expect(read[0]?.bytes).toBeGreaterThan(0)
  })

  // A rate allows a part of a batch: both blocks have its bytes, and each gives the records of its own range.
  it.each([0, 1] as const)(
    'gives each record once where blocks are cut inside of a batch (codec %i)',
    async (codec) => {
      await loadCodecs(1 << codec)
      const batch = rawBatch(0, 10, { codec })
      for (const cuts of [[10], [1, 10], [3, 7, 10], numbers(1, 11).map(Number)]) {
        const builder = builderAt(0)
        const blocks = cuts.map((until) => {
          builder.add(batch, until)
          return builder.finish()
        })
        expect((await readAll(storeOf(...blocks), [rangeOf(0, 10)])).values).toEqual(numbers(0, 10))
        let from = 0
        for (const [i, until] of cuts.entries()) {
          const { values, read } = await readAll(storeOf(...blocks.slice(i)), [rangeOf(from, until)])
          expect(values).toEqual(numbers(from, until))
          expect(read[0]?.tailHash).toBe(blocks[i]?.tailHash)
          from = until
        }
      }
    },
  )

  it('leaves out aborted records, in each of the blocks that a transaction reaches into', async () => {
    const aborted = [{ producerId: 7, firstOffset: 0 }]
    const ours = { producerId: 7, isTransactional: true, aborted }
    const marker = { bytes: controlBatch(6, 7, 'abort'), untilOffset: 7, leaderEpoch: 0, aborted }
    const builder = builderAt(0)
    builder.add(rawBatch(0, 2, ours), 2)
    builder.add(rawBatch(2, 4), 4)
    const first = builder.finish()
    builder.add(rawBatch(4, 6, ours), 6)
    builder.add(marker, 7)
    builder.add(rawBatch(7, 9, { producerId: 7, isTransactional: true }), 9)
    const second = builder.finish()
    expect((await readAll(storeOf(first, second), [rangeOf(0, 9)])).values).toEqual(['2', '3', '7', '8'])
    expect((await readAll(storeOf(second), [rangeOf(4, 9)])).values).toEqual(['7', '8'])
  })

  it('leaves out aborted records where a block is cut inside of the transaction’s batch', async () => {
    const ours = rawBatch(0, 4, { producerId: 7, isTransactional: true, aborted: [{ producerId: 7, firstOffset: 0 }] })
    const builder = builderAt(0)
    builder.add(ours, 2)
    const first = builder.finish()
    builder.add(ours, 4)
    builder.add(rawBatch(4, 5), 5)
    const { values, read } = await readAll(storeOf(first, builder.finish()), [rangeOf(0, 5)])
    expect(values).toEqual(['4'])
    expect(read).toMatchObject([rangeOf(0, 5)])
  })

  it('reads holes and empty blocks to their end', async () => {
    const builder = builderAt(0)
    builder.add(rawBatch(0, 10, { records: [{ value: 'a' }, { value: 'b', offsetDelta: 5 }] }), 10)
    const marker = builderAt(10)
    marker.add({ bytes: controlBatch(10, 7, 'commit'), untilOffset: 11, leaderEpoch: 0, aborted: [] }, 11)
    const store = storeOf(builder.finish(), marker.finish())
    expect(await readAll(store, [rangeOf(0, 11)])).toMatchObject({ values: ['a', 'b'], read: [{ untilOffset: 11 }] })
    expect(await readAll(store, [rangeOf(6, 11)])).toMatchObject({ values: [], read: [{ untilOffset: 11 }] })
  })

  it('begins and ends inside of blocks', async () => {
    const store = storeOf(block(0, 5), block(5, 10))
    const { values, read } = await readAll(store, [rangeOf(3, 8)])
    expect(values).toEqual(numbers(3, 8))
    expect(read).toMatchObject([rangeOf(3, 8)])
  })

  it('ends at a record where the bytes end, and reads one whatever its size', async () => {
    const store = storeOf(block(0, 5), block(5, 10), block(0, 5, 1))
    const one = await readAll(store, [rangeOf(0, 10), rangeOf(0, 5, 1)], 1)
    expect(one).toMatchObject({ values: ['0'], read: [rangeOf(0, 1)] })
    const { values, read } = await readAll(store, [rangeOf(0, 10), rangeOf(0, 5, 1)], 60)
    expect(values.length).toBeGreaterThan(5)
    expect(values).toEqual(numbers(0, values.length))
    expect(read).toMatchObject([{ untilOffset: values.length }])
  })

  it('says that a block is damaged, with its place', async () => {
    const whole = block(0, 5)
    const short = { ...whole, untilOffset: 9 }
    await expect(readAll(storeOf(short), [rangeOf(0, 9)])).rejects.toMatchObject({
      exit: Exit.IO,
      message: 'events/0: the block of received records up to offset 9 is damaged at offset 5',
    })
    const flipped = { ...whole, bytes: Buffer.from(whole.bytes).fill(1, 70, 72) }
    await expect(readAll(storeOf(flipped), [rangeOf(0, 5)])).rejects.toMatchObject({ exit: Exit.IO })
  })
})
