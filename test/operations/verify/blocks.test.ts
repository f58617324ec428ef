// The laws of stored blocks, each broken by hand.

import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Checkpoint } from '../../../src/checkpoint.ts'
import { backupState } from '../../../src/operations/backup.ts'
import { verifyState } from '../../../src/operations/verify/verify.ts'
import { kafka } from '../../../src/sources/kafka.ts'
import { blockOf } from '../../support/blocks.ts'
import { batchOf, openState, position, range, temporaryDirectory } from '../../support/state-file.ts'

/** events/0 stands at 4, within the first of four blocks; the last one steps from 20 to 30. */
async function sound() {
  const path = join(temporaryDirectory(), 'state.db')
  const checkpoint: Checkpoint = await openState(path)
  checkpoint.register('source', null, [position(0, 0), position(1, 7)])
  const store = checkpoint.blocks('source')
  store.append([blockOf(0, 0, 10), blockOf(1, 7, 9, { aborted: [{ producerId: 3, firstOffset: 7 }] })])
  store.append([blockOf(0, 10, 20)])
  const counts = { processed: 4, filtered: 0, skipped: 0, deadLetters: 0, late: 0 }
  checkpoint.commit(batchOf(1, [{ ...range(0, 0, 4), topicId: null }], { counts }), () => {})
  store.append([blockOf(0, 30, 40, { step: { fromOffset: 20, cause: '10 offsets were deleted' } })])
  checkpoint.close()
  return path
}

function problemsOf(path: string): readonly string[] {
  return verifyState(path, kafka.inspectBlock).flatMap(({ problems }) => problems)
}

/** The checksum of the second block is another one. */
function flipped(path: string): string {
  const copy = join(temporaryDirectory(), 'flipped.db')
  copyFileSync(path, copy)
  const database = new Database(copy)
  const { body } = database.prepare('SELECT body FROM sprk_blocks WHERE id = 2').get() as { body: Buffer }
  body[body.length - 1] = (body.at(-1) as number) ^ 1
  database.prepare('UPDATE sprk_blocks SET body = ? WHERE id = 2').run(body)
  database.close()
  return copy
}

function broken(path: string, sql: string): string {
  const copy = join(temporaryDirectory(), 'broken.db')
  copyFileSync(path, copy)
  const database = new Database(copy)
  database.exec(sql)
  database.close()
  return copy
}

const SECOND = 'from_offset = 10'

describe('blocks that wait', () => {
  test('are sound as receivers and batches left them, in a copy too', async () => {
    const whole = await sound()
    expect(problemsOf(whole)).toEqual([])
    const copy = join(temporaryDirectory(), 'copy.db')
    await backupState(whole, copy, new AbortController().signal)
    expect(problemsOf(copy)).toEqual([])
    expect((await openState(copy)).blocks('source').pending()).toHaveLength(4)
  })

  test.each<[string, string, string]>([
    [
      'a gap',
      `DELETE FROM sprk_blocks WHERE ${SECOND}`,
      'events/0: block 4 of offsets 30 to 40 steps from 20, where 10 was next: 10 offsets are missing',
    ],
    [
      'a gap before the first one',
      'DELETE FROM sprk_blocks WHERE id = 1',
      'events/0: block 3 of offsets 10 to 20 begins, where 4 was next: 6 offsets are missing',
    ],
    [
      'an overlap',
      `UPDATE sprk_blocks SET from_offset = 8 WHERE ${SECOND}`,
      'events/0: block 3 of offsets 8 to 20 begins, where 10 was next: 2 offsets are there twice',
    ],
    [
      'one that was processed',
      'UPDATE sprk_offsets SET next = 12 WHERE partition = 0',
      'events/0: block 1 of offsets 0 to 10 begins, where 12 was next: 12 offsets are there twice',
    ],
    [
      'a step without a cause',
      'UPDATE sprk_blocks SET move_cause = NULL WHERE id = 4',
      'events/0: block 4 of offsets 30 to 40 names no cause for its step',
    ],
    [
      'an unknown partition',
      'UPDATE sprk_blocks SET partition = 8 WHERE id = 2',
      'events/8: block 2 of offsets 7 to 9 is of a partition that has no position',
    ],
    [
      'fewer bytes',
      'UPDATE sprk_blocks SET body = substr(body, 1, 70) WHERE id = 2',
      'events/1: block 2 of offsets 7 to 9 has not the bytes that it says',
    ],
    [
      'bytes that are cut',
      'UPDATE sprk_blocks SET body = substr(body, 1, 70), bytes = 70 WHERE id = 2',
      'events/1: block 2 of offsets 7 to 9 is damaged at byte 0: the batch is cut short',
    ],
    [
      'bytes that end early',
      `UPDATE sprk_blocks SET until_offset = 25 WHERE ${SECOND}; UPDATE sprk_blocks SET moved_from = 25 WHERE id = 4`,
      'events/0: block 3 of offsets 10 to 25 ends at offset 20',
    ],
    [
      'a list that is none',
      "UPDATE sprk_blocks SET aborted = '{}' WHERE id = 2",
      'events/1: block 2 of offsets 7 to 9 has no list of aborted transactions',
    ],
  ])('%s is named with the partition and the offsets', async (_, sql, problem) => {
    const found = problemsOf(broken(await sound(), sql))
    expect(found).toContain(problem)
  })

  test('have the checksums of their batches', async () => {
    const found = problemsOf(flipped(await sound()))
    const what = 'events/1: block 2 of offsets 7 to 9 is damaged at byte 0: its checksum is'
    expect(found).toEqual([expect.stringContaining(what)])
  })
})
