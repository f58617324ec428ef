// Blocks in the state file. Spark: ReceiverSuite "write ahead log - generating and cleaning".

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../../../src/checkpoint.ts'
import { Exit } from '../../../../src/errors.ts'
import type { EffectiveRange, Gap } from '../../../../src/log.ts'
import { BlockBuffers } from '../../../../src/sources/kafka/receiver/block-buffers.ts'
import { LoggedBlocks } from '../../../../src/sources/kafka/receiver/logged-blocks.ts'
import { openFailing } from '../../../support/failing-commit.ts'
import { block, rangeOf, readAll } from '../../../support/raw-blocks.ts'
import { batchOf, openState, position, temporaryDirectory } from '../../../support/state-file.ts'

const LOST = { fromOffset: 3, cause: 'deleted' }

/** Positions 0 of partitions 0 and 1 are saved. */
async function open(path = join(temporaryDirectory(), 'state.db')) {
  const checkpoint = await openState(path)
  checkpoint.register('source', null, [position(0, 0), position(1, 0)])
  return { path, checkpoint, blocks: checkpoint.blocks('source') }
}

const shown = (checkpoint: Checkpoint) =>
  checkpoint
    .blocks('source')
    .pending()
    .map(({ partition, fromOffset, untilOffset, step }) => {
      return `${partition}: ${fromOffset}…${untilOffset}${step === null ? '' : ` after ${step.fromOffset}`}`
    })

const read = (fromOffset: number, untilOffset: number, partition = 0): EffectiveRange => {
  return { ...rangeOf(fromOffset, untilOffset, partition), bytes: 10, leaderEpoch: 1, tailHash: 'cafe' }
}

const gap = (fromOffset: number, toOffset: number): Gap => {
  return { topic: 'events', partition: 0, topicId: 'new', fromOffset, toOffset, cause: 'deleted' }
}

describe('blocks in the state file', () => {
  it('are there after the run that stored them, in order of arrival and with all that is known of them', async () => {
    const { path, checkpoint, blocks } = await open()
    const aborted = [{ producerId: 7, firstOffset: 1 }]
    const first = block(0, 3, 0, { aborted, leaderEpoch: 5, topicId: 'ab'.repeat(16) })
    blocks.append([first, block(0, 2, 1)])
    blocks.append([block(3, 4)])
    checkpoint.close()
    const again = await openState(path)
    expect(shown(again)).toEqual(['0: 0…3', '1: 0…2', '0: 3…4'])
    const store = again.blocks('source')
    const [head] = store.pending()
    expect(head && store.read(head)).toMatchObject({ ...first, bytes: Buffer.from(first.bytes) })
    expect((await readAll(store, [rangeOf(0, 4), rangeOf(0, 2, 1)])).values).toEqual(['0', '1', '2', '3', '0', '1'])
    expect(again.blocks('other').pending()).toEqual([])
  })

  it('follow each other: a gap, an overlap and an unknown partition are bugs, and nothing of the call is stored', async () => {
    const { checkpoint, blocks } = await open()
    blocks.append([block(0, 3)])
    expect(() => blocks.append([block(0, 1, 1), block(4, 5)])).toThrow('events/0 4…5 follows 4, but 3 was received')
    expect(() => blocks.append([block(2, 5)])).toThrow('events/0 2…5 follows 2, but 3 was received')
    expect(() => blocks.append([block(0, 1, 9)])).toThrow('events/9 0…1 follows 0, but undefined was received')
    expect(() => blocks.append([block(9, 10, 0, { step: { ...LOST, fromOffset: 4 } })])).toThrow('follows 4, but 3')
    expect(() => blocks.append([block(3, 4, 0, { untilOffset: 3 })])).toThrow('3…3')
    expect(shown(checkpoint)).toEqual(['0: 0…3'])
  })

  it('go with the batch that reads them to their end, in its transaction', async () => {
    const { checkpoint, blocks } = await open()
    blocks.append([block(0, 3), block(3, 6), block(0, 2, 1)])
    const failing = () => {
      throw new Error('the sink has failed')
    }
    expect(() => checkpoint.commit(batchOf(1, [read(0, 6)]), failing)).toThrow('the sink has failed')
    expect(shown(checkpoint).length).toBe(3)
    checkpoint.commit(batchOf(1, [read(0, 5)]), () => {})
    expect(shown(checkpoint)).toEqual(['0: 3…6', '1: 0…2'])
    checkpoint.commit(batchOf(2, [read(5, 6), read(0, 2, 1)]), () => {})
    expect(shown(checkpoint)).toEqual([])
    blocks.append([block(6, 7)])
    expect(shown(checkpoint)).toEqual(['0: 6…7'])
  })

  it('stay behind a step until a move has passed it', async () => {
    const { checkpoint, blocks } = await open()
    blocks.append([block(0, 3)])
    blocks.append([block(50, 60, 0, { step: LOST })])
    blocks.append([block(60, 61)])
    checkpoint.commit(batchOf(1, [read(0, 3)]), () => {})
    expect(shown(checkpoint)).toEqual(['0: 50…60 after 3', '0: 60…61'])
    checkpoint.move('source', [gap(3, 50)])
    expect(shown(checkpoint)).toEqual(['0: 50…60', '0: 60…61'])
    checkpoint.commit(batchOf(2, [read(50, 61)]), () => {})
    expect(shown(checkpoint)).toEqual([])
  })

  it('are not passed by a move to another place', async () => {
    const { checkpoint, blocks } = await open()
    blocks.append([block(50, 60, 0, { step: { ...LOST, fromOffset: 0 } })])
    checkpoint.move('source', [gap(0, 40)])
    expect(shown(checkpoint)).toEqual(['0: 50…60 after 0'])
  })

  it('are stored once where a COMMIT says that it failed, and was done', async () => {
    const { checkpoint, state } = await openFailing(join(temporaryDirectory(), 'state.db'), true)
    state.armed = true
    checkpoint.blocks('source').append([block(100, 103)])
    expect(shown(checkpoint)).toEqual(['0: 100…103'])
    checkpoint.close()
  })

  it('are not stored where a COMMIT failed, and may be stored by another attempt', async () => {
    const { checkpoint, state } = await openFailing(join(temporaryDirectory(), 'state.db'), false)
    const blocks = checkpoint.blocks('source')
    blocks.append([block(100, 103)])
    state.armed = true
    expect(() => blocks.append([block(103, 105)])).toThrow(expect.objectContaining({ exit: Exit.IO }))
    expect(shown(checkpoint)).toEqual(['0: 100…103'])
    blocks.append([block(103, 105)])
    expect(shown(checkpoint)).toEqual(['0: 100…103', '0: 103…105'])
    checkpoint.close()
  })
})

describe('blocks that receivers store', () => {
  it('are written and read back by a receiver, which uses their memory again', async () => {
    const { blocks } = await open()
    const buffers = new BlockBuffers()
    const logged = new LoggedBlocks(blocks, buffers)
    logged.append([block(0, 3), block(3, 5)])
    expect((await readAll(logged, [rangeOf(0, 5)])).values).toEqual(['0', '1', '2', '3', '4'])
    const large = new Uint8Array(new ArrayBuffer(2 * 1024 * 1024))
    logged.append([{ ...block(5, 6), bytes: large, byteLength: large.length }, block(6, 7)])
    const [big, small] = logged.pending().slice(-2)
    const { bytes } = logged.read(big as NonNullable<typeof big>)
    expect(bytes.length).toBe(large.length)
    logged.read(small as NonNullable<typeof small>)
    expect(bytes.length).toBe(0) // freed
  })
})
