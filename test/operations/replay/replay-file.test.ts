import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { viewState } from '../../../src/checkpoint/view.ts'
import {
  beginReplay,
  type ReplayHeader,
  readRepeated,
  readReplayHeader,
  saveRepeated,
} from '../../../src/operations/replay/replay-file.ts'
import { query } from '../../support/sqlite.ts'
import { openState, TABLE, temporaryDirectory } from '../../support/state-file.ts'

const HEADER: ReplayHeader = {
  stateId: 'live',
  replacedBy: null,
  range: '',
  plan: 'plan one',
  isRebatched: false,
  isRecorded: true,
  isFromStart: true,
  logId: 'log',
  partitions: [{ topic: 'a', partition: 0, topicId: null, from: 5, until: null }],
}

async function begin(path: string, header: ReplayHeader = HEADER): Promise<void> {
  const onOpen = [TABLE, beginReplay(path, header, { at: 7, version: '0.1.0' })]
  const checkpoint = await openState(path, { onOpen })
  checkpoint.close()
}

describe('a file that a replay builds', () => {
  test('keeps the header of its first start, with an audit row', async () => {
    const path = join(temporaryDirectory(), 'x.db')
    await begin(path)
    await begin(path, { ...HEADER, isRecorded: false, partitions: [] })
    expect(viewState(path, readReplayHeader)).toEqual(HEADER)
    expect(query(path, 'SELECT at, batch_id, action, detail FROM sprk_audit')).toEqual([
      [7, 0, 'replay', 'the recorded range, recorded batches\na/0 5…'],
    ])
  })

  test('remembers how far recorded batches were repeated', async () => {
    const path = join(temporaryDirectory(), 'x.db')
    await begin(path)
    expect(viewState(path, readRepeated)).toBe(null)
    for (const batch of [12, 'all'] as const) {
      const checkpoint = await openState(path, { onOpen: [(transaction) => saveRepeated(transaction, batch)] })
      checkpoint.close()
      expect(viewState(path, readRepeated)).toBe(batch)
    }
  })

  test.each([
    ['the batches of another state file', { stateId: 'other' }],
    ['what it repeats was replaced since', { replacedBy: 'x' }],
    ['another text of the pipeline', { plan: 'plan two' }],
    ['it repeats the recorded range, not --from-offset 3', { range: '--from-offset 3' }],
    ['without --rebatch', { isRebatched: true }],
  ])('is refused with exit 78 and a way out: %s', async (words, changes) => {
    const path = join(temporaryDirectory(), 'x.db')
    await begin(path)
    const refusal = { exit: 78, code: 'E_REPLAY_OTHER', message: expect.stringContaining(words) }
    await expect(begin(path, { ...HEADER, ...changes })).rejects.toMatchObject(refusal)
    expect(viewState(path, readReplayHeader)).toEqual(HEADER)
  })

  test('is not a file that a run has made', async () => {
    const path = join(temporaryDirectory(), 'x.db')
    await openState(path).then((checkpoint) => checkpoint.close())
    await expect(begin(path)).rejects.toMatchObject({
      exit: 78,
      message: expect.stringContaining('not made by `replay`'),
    })
    expect(viewState(path, readReplayHeader)).toBe(null)
  })
})
