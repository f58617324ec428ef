// A state file of version 3, as commit 8199e16 left it, the last one whose history was never pruned.

import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { SCHEMA_VERSION } from '../../src/checkpoint/schema.ts'
import { pruneAllBut } from '../support/long-history.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'
import { temporaryDirectory } from '../support/state-file.ts'

const stored = fileURLToPath(new URL('version-3/', import.meta.url))

/** Five batches, one of them with a dead letter. */
function unpacked() {
  const folder = temporaryDirectory()
  for (const file of ['orders.yaml', 'orders.ndjson']) cpSync(join(stored, file), join(folder, file))
  const state = join(folder, 'orders.db')
  writeFileSync(state, gunzipSync(readFileSync(join(stored, 'orders.db.gz'))))
  // The copy of a file is another file: its device and inode are part of its identity.
  const database = new Database(state)
  database.exec('UPDATE sprk_offsets SET topic_id = NULL; UPDATE sprk_batch_ranges SET topic_id = NULL')
  database.close()
  return { pipeline: join(folder, 'orders.yaml'), input: join(folder, 'orders.ndjson'), state }
}

const version = (state: string) => query(state, 'PRAGMA user_version')[0]?.[0]

test('is looked at as it is', async () => {
  const { pipeline, state } = unpacked()
  const looks = [
    ['verify', state, '--against', pipeline],
    ['replay', pipeline, '--diff', '--quiet'],
  ]
  for (const args of looks) expect(await runSprk(args)).toMatchObject({ code: 0, stderr: '' })
  expect(version(state)).toBe(3)
})

test('goes on and keeps all of its history; once `retain` is written, it can be pruned', async () => {
  const { pipeline, input, state } = unpacked()
  appendFileSync(input, '{"id":1,"city":"Berlin","amount":4}\n')
  expect(await runSprk(['run', pipeline, '--once', '--quiet'])).toMatchObject({ code: 0 })
  expect([version(state), query(state, "SELECT * FROM sprk_meta WHERE key GLOB 'retain*'")]).toEqual([
    SCHEMA_VERSION,
    [],
  ])
  appendFileSync(pipeline, 'retain: {batches: 1m, deadLetters: 1m}\n')
  appendFileSync(input, '{"id":2,"city":"Berlin","amount":4}\n')
  expect(await runSprk(['run', pipeline, '--once', '--quiet'])).toMatchObject({ code: 0 })
  expect(query(state, 'SELECT count(*), (SELECT count(*) FROM sprk_dead_letters) FROM sprk_batches')).toEqual([[7, 0]])
  pruneAllBut(state, 2)
  const verified = await runSprk(['verify', state, '--against', pipeline])
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('batches: 1 to 5, committed up to') })
})
