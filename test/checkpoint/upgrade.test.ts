// A state file of version 1: the next run brings it up to date, and whoever only reads takes it as it is.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { readResume, viewState } from '../../src/checkpoint/index.ts'
import { SCHEMA_VERSION } from '../../src/checkpoint/schema.ts'
import { readBatches, readMeta, readMoves } from '../../src/operations/history/rows.ts'
import { verifyState } from '../../src/operations/verify/verify.ts'
import { query } from '../support/sqlite.ts'
import { commitRow, openState, temporaryDirectory, usedStateFile } from '../support/state-file.ts'

const fingerprint = { steps: [], plan: 'plan one' }

/** As the sprk before left it. */
async function versionOne(): Promise<string> {
  const path = join(temporaryDirectory(), 'state.db')
  await usedStateFile(path, fingerprint)
  const database = new Database(path)
  database.exec('UPDATE sprk_offsets SET leader_epoch = 7')
  database.exec(
    "DROP TABLE sprk_moves; DROP TABLE sprk_pruned; DROP TABLE sprk_pruned_ranges; ALTER TABLE sprk_batches DROP COLUMN rate; DELETE FROM sprk_meta WHERE key = 'state_id'; PRAGMA user_version = 1",
  )
  database.close()
  return path
}

test('a file of version 1 is read without being changed', async () => {
  const path = await versionOne()
  const before = readFileSync(path)
  const seen = viewState(path, (view) => {
    return [readMeta(view).stateId, readMoves(view), readResume(view).lastBatchId, readBatches(view)]
  })
  expect(seen).toEqual([null, [], 1, [expect.objectContaining({ batchId: 1, rate: null })]])
  expect(verifyState(path).flatMap(({ problems }) => problems)).toEqual([])
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a file of version 1 is brought up to date by the next run, once', async () => {
  const path = await versionOne()
  const checkpoint = await openState(path, { fingerprint, stateId: 'first' })
  expect([checkpoint.stateId, checkpoint.resume.lastBatchId]).toEqual(['first', 1])
  // It could be that of the batch before.
  expect(query(path, 'SELECT DISTINCT leader_epoch FROM sprk_offsets')).toEqual([[null]])
  const cause = 'offsets were deleted'
  checkpoint.move('source', [{ topic: 'events', partition: 0, topicId: null, fromOffset: 10, toOffset: 20, cause }])
  commitRow(checkpoint, 20, 30, 2n)
  checkpoint.close()
  expect((await openState(path, { fingerprint, stateId: 'second' })).stateId).toBe('first')
  expect(query(path, 'PRAGMA user_version')).toEqual([[SCHEMA_VERSION]])
  const schemaOf = (file: string) =>
    query(
      file,
      "SELECT sql FROM sqlite_schema WHERE name IN ('sprk_moves', 'sprk_blocks') OR name GLOB 'sprk_pruned*' ORDER BY name",
    )
  const fresh = join(temporaryDirectory(), 'fresh.db')
  await openState(fresh)
  expect(schemaOf(path)).toEqual(schemaOf(fresh))
  expect(verifyState(path).flatMap(({ problems }) => problems)).toEqual([])
})
