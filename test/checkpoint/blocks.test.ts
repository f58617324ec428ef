// Blocks in the state file, and what receivers say of themselves.

import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readReceivers } from '../../src/checkpoint/meta.ts'
import { viewState } from '../../src/checkpoint/view.ts'
import type { EffectiveRange } from '../../src/log.ts'
import { readWaiting } from '../../src/operations/history/blocks.ts'
import { blockOf } from '../support/blocks.ts'
import { query } from '../support/sqlite.ts'
import { batchOf, openState, position, range, temporaryDirectory } from '../support/state-file.ts'

/** events/0 and events/1 stand at 0. */
async function registered() {
  const path = join(temporaryDirectory(), 'state.db')
  const checkpoint = await openState(path)
  checkpoint.register('source', 'one', [position(0, 0), position(1, 0)])
  return { path, checkpoint, store: checkpoint.blocks('source') }
}

const read = (partition: number, from: number, until: number): EffectiveRange => ({
  ...range(partition, from, until),
  topicId: null,
})
const left = (path: string) => query(path, 'SELECT partition, from_offset, until_offset FROM sprk_blocks ORDER BY id')

describe('blocks', () => {
  test('are all there when a batch fails, and those it has read are gone with it', async () => {
    const { path, checkpoint, store } = await registered()
    store.append([blockOf(0, 0, 10), blockOf(1, 0, 5)])
    store.append([blockOf(0, 10, 20)])
    const batch = batchOf(1, [read(0, 0, 15), read(1, 0, 5)])
    const fail = () => {
      throw new Error('a sink fails')
    }
    expect(() => checkpoint.commit(batch, fail)).toThrow('a sink fails')
    expect(left(path)).toHaveLength(3)
    checkpoint.commit(batch, () => {
      expect(left(path)).toHaveLength(3)
    })
    expect(left(path)).toEqual([[0, 10, 20]])
    expect(store.pending()).toMatchObject([{ partition: 0, fromOffset: 10, untilOffset: 20 }])
  })

  test.each([
    ['leave offsets out', [blockOf(0, 12, 20)]],
    ['have offsets twice', [blockOf(0, 8, 20)]],
    ['are of a partition without a position', [blockOf(7, 0, 10)]],
    ['are empty', [blockOf(0, 10, 10)]],
    ['leave offsets out behind one that follows', [blockOf(0, 10, 20), blockOf(0, 21, 22)]],
    ['step from elsewhere', [blockOf(0, 12, 20, { step: { fromOffset: 11, cause: 'gone' } })]],
  ])('that %s are a bug, and nothing of them is stored', async (_, blocks) => {
    const { path, store } = await registered()
    store.append([blockOf(0, 0, 10)])
    expect(() => store.append(blocks)).toThrow(/^block events\/\d .* was received$/)
    expect(left(path)).toEqual([[0, 0, 10]])
  })

  test('are known without being read again, as they are in the file', async () => {
    const { path, checkpoint, store } = await registered()
    expect(store.pending()).toEqual([])
    store.append([blockOf(0, 0, 10), blockOf(1, 0, 5)])
    store.append([blockOf(0, 13, 20, { step: { fromOffset: 10, cause: 'gone' }, leaderEpoch: 4, tailHash: 'cafe' })])
    const known = store.pending()
    checkpoint.close()
    expect(known).toHaveLength(3)
    expect((await openState(path)).blocks('source').pending()).toEqual(known)
  })

  test('give back their bytes, step and aborted transactions', async () => {
    const { checkpoint, store, path } = await registered()
    const aborted = [{ producerId: 7, firstOffset: 3 }]
    const block = blockOf(0, 4, 9, { aborted, step: { fromOffset: 0, cause: '4 are gone' }, tailHash: 'cafe' })
    store.append([block])
    checkpoint.close()
    const reopened = (await openState(path)).blocks('source')
    const [stored] = reopened.pending()
    if (stored === undefined) throw new Error('no block')
    const found = reopened.read(stored)
    expect(found).toMatchObject({ ...block, bytes: expect.anything() })
    const other = await openState(join(temporaryDirectory(), 'other.db'))
    expect(() => other.blocks('source').read(stored)).toThrow(/has lost a block/)
    expect(Buffer.from(found.bytes).equals(Buffer.from(block.bytes))).toBe(true)
  })

  test('are counted by partition: a part that was processed does not wait', async () => {
    const { path, checkpoint, store } = await registered()
    store.append([blockOf(0, 0, 10), blockOf(1, 0, 5)])
    store.append([blockOf(0, 10, 20)])
    checkpoint.commit(batchOf(1, [read(0, 0, 4)]), () => {})
    store.append([blockOf(0, 30, 32, { step: { fromOffset: 20, cause: 'gone' } })])
    const waiting = viewState(path, (view) => [...readWaiting(view, 'source').values()])
    expect(waiting).toMatchObject([
      { partition: 0, blocks: 3, records: 18, received: 32 },
      { partition: 1, blocks: 1, records: 5, received: 5, bytes: blockOf(1, 0, 5).byteLength },
    ])
  })
})

describe('what receivers say', () => {
  const RECEIVERS = [{ number: 1, partitions: ['events/0'], restarts: 1, lastError: { message: 'no room', at: 5 } }]

  test('is kept at once, of the run that said it', async () => {
    const { path, store } = await registered()
    const seen = () => viewState(path, (view) => readReceivers(view, 'source'))
    expect(seen()).toBe(null)
    store.report(RECEIVERS)
    const [[epoch] = []] = query(path, "SELECT value FROM sprk_meta WHERE key = 'epoch'")
    expect(seen()).toEqual({ epoch, receivers: RECEIVERS })
    store.report([])
    expect(seen()?.receivers).toEqual([])
  })

  test('never throws, and goes with the next transaction', async () => {
    const { path, checkpoint, store } = await registered()
    renameSync(path, `${path}.away`)
    store.report(RECEIVERS)
    renameSync(`${path}.away`, path)
    expect(viewState(path, (view) => readReceivers(view, 'source'))).toBe(null)
    checkpoint.move('source', [{ ...position(1, 0), fromOffset: 0, toOffset: 3, cause: 'gone' }])
    expect(viewState(path, (view) => readReceivers(view, 'source'))?.receivers).toEqual(RECEIVERS)
  })
})
