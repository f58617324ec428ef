import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES, BlockBuffers } from '../../../../src/sources/kafka/receiver/block-buffers.ts'
import { BlockBuilder } from '../../../../src/sources/kafka/receiver/block-builder.ts'
import { builderAt, rangeOf, rawBatch, readAll, storeOf } from '../../../support/raw-blocks.ts'
import { controlBatch } from '../../../support/record-batch.ts'
import { position } from '../../../support/state-file.ts'

describe('a block in the making', () => {
  it('holds the batches as they came, one behind the other', () => {
    const batches = [rawBatch(0, 3), rawBatch(3, 5, { leaderEpoch: 7 })]
    const builder = builderAt(0)
    for (const batch of batches) builder.add(batch, batch.untilOffset)
    const block = builder.finish()
    expect(Buffer.concat(batches.map(({ bytes }) => bytes)).equals(block.bytes)).toBe(true)
    expect(block).toMatchObject({ fromOffset: 0, untilOffset: 5, step: null, leaderEpoch: 7, aborted: [] })
    expect(block.byteLength).toBe(block.bytes.length)
  })

  it('copies: what a broker sends next does not change it', () => {
    const batch = rawBatch(0, 3)
    const before = Buffer.from(batch.bytes)
    const builder = builderAt(0)
    builder.add(batch, 3)
    batch.bytes.fill(0)
    expect(before.equals(builder.finish().bytes)).toBe(true)
  })

  it('is followed by one that begins where it ends', () => {
    const builder = builderAt(10)
    builder.add(rawBatch(10, 13), 13)
    builder.finish()
    expect(builder.isEmpty).toBe(true)
    builder.add(rawBatch(13, 14), 14)
    expect(builder.finish()).toMatchObject({ fromOffset: 13, untilOffset: 14 })
  })

  it('has the tail of its last record, as a batch that ends there would save it', async () => {
    const whole = builderAt(0)
    whole.add(rawBatch(0, 5), 5)
    const cut = builderAt(0)
    cut.add(rawBatch(0, 5), 3)
    const [{ tailHash: atEnd }, { tailHash: atCut }] = [whole.finish(), cut.finish()]
    const tailAt = async (untilOffset: number) => {
      const builder = builderAt(0)
      builder.add(rawBatch(0, 5), 5)
      const block = { ...builder.finish(), untilOffset, tailHash: null }
      return (await readAll(storeOf(block), [rangeOf(0, untilOffset)])).read[0]?.tailHash
    }
    expect(atEnd).toBe(await tailAt(5))
    expect(atCut).toBe(await tailAt(3))
    expect(atCut).not.toBe(atEnd)
  })

  it('has the tail of the record before a hole at its end', () => {
    const records = [{ value: '0' }, { value: '1' }]
    const holes = builderAt(0)
    holes.add(rawBatch(0, 9, { records }), 9)
    const none = builderAt(0)
    none.add(rawBatch(0, 2), 2)
    expect(holes.finish()).toMatchObject({ untilOffset: 9, tailHash: none.finish().tailHash })
  })

  it('keeps the tail from before where its last batch has no record', () => {
    const builder = builderAt(0, 0, { tailHash: 'before' })
    builder.add({ ...rawBatch(0, 1), bytes: controlBatch(0, 1, 'commit') }, 1)
    expect(builder.finish()).toMatchObject({ untilOffset: 1, tailHash: 'before' })
  })

  it('has each aborted transaction once', () => {
    const transaction = { producerId: 7, firstOffset: 0 }
    const builder = builderAt(0)
    for (const from of [0, 3]) builder.add(rawBatch(from, from + 3, { aborted: [transaction] }), from + 3)
    expect(builder.finish().aborted).toEqual([transaction])
    builder.add(rawBatch(6, 7), 7)
    expect(builder.finish().aborted).toEqual([])
  })

  it('steps over lost offsets, and has no tail of what was before', () => {
    const builder = builderAt(10, 0, { leaderEpoch: 3, tailHash: 'before' })
    builder.stepTo(50, 'new', { fromOffset: 10, cause: 'deleted' })
    expect(builder.received).toEqual(position(0, 50, { topicId: 'new' }))
    builder.stepTo(60, 'new', { fromOffset: 50, cause: 'made again' })
    builder.add(rawBatch(60, 61), 61)
    const block = builder.finish()
    expect(block).toMatchObject({ topicId: 'new', fromOffset: 60, step: { fromOffset: 10, cause: 'made again' } })
    builder.add(rawBatch(61, 62), 62)
    expect(builder.finish().step).toBeNull()
  })

  it('is not stepped out of with records in it', () => {
    const builder = builderAt(0)
    builder.add(rawBatch(0, 1), 1)
    expect(() => builder.stepTo(9, null, { fromOffset: 1, cause: 'lost' })).toThrow('a step inside of a block')
  })
})

describe('memory of blocks', () => {
  const large = (buffers: BlockBuffers) => {
    const builder = new BlockBuilder(position(0, 0), buffers)
    const value = Buffer.alloc(500_000, 'x')
    for (let i = 0; builder.byteLength < BLOCK_BYTES; i++)
      builder.add(rawBatch(i, i + 1, { records: [{ value }] }), i + 1)
    return builder.finish()
  }

  it('is used again for large blocks once it is given back', () => {
    const buffers = new BlockBuffers()
    const [first, second] = [large(buffers), large(buffers)]
    expect(second.bytes.buffer).not.toBe(first.bytes.buffer)
    buffers.give(first.bytes)
    expect(large(buffers).bytes.buffer).toBe(first.bytes.buffer)
  })

  it('is not more than twice what a small block needs, though the last one was large', () => {
    const builder = builderAt(0)
    const value = Buffer.alloc(BLOCK_BYTES, 'x')
    builder.add(rawBatch(0, 1, { records: [{ value }] }), 1)
    builder.finish()
    builder.add(rawBatch(1, 2), 2)
    const { bytes } = builder.finish()
    expect(bytes.buffer.byteLength).toBeLessThanOrEqual(2 * bytes.length + 64 * 1024)
  })
})
