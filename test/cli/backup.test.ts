// sprk backup and sprk verify beside a run that goes on reading, and ended by a signal.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTopic, kafkaAvailable, produce, waitUntil } from '../support/kafka.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { runSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const cities = Array.from({ length: 300 }, (_, i) => JSON.stringify({ city: `c${i % 7}` }))

describe.skipIf(!kafkaAvailable)('beside a run', () => {
  test('a state file is sound, and a copy of it is a moment of the run', async () => {
    const topic = await createTopic()
    await produce(topic, ...cities)
    const { path, state, folder } = pipelineFile({ topic, maxRecordsPerBatch: 3, batchInterval: '10ms' })
    const running = startSprk(['run', path, '--verbose'])
    onTestFinished(() => running.kill('SIGKILL'))
    await running.waitFor(/batch 2:/)
    for (const copy of ['a.db', 'b.db'].map((name) => join(folder, name))) {
      const [backup, verify] = await Promise.all([runSprk(['backup', path, copy]), runSprk(['verify', state])])
      expect(backup).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
      expect(verify.stdout.match(/^ok/gm)).toHaveLength(7)
      const [[counted, read] = []] = query(
        copy,
        'SELECT (SELECT sum(n) FROM counts), (SELECT sum(until_offset - from_offset) FROM sprk_batch_ranges)',
      )
      expect(counted).toBe(read)
      await produce(topic, ...cities)
    }
    running.kill('SIGKILL')
    await running.done
    // The copy goes on from its own moment, and the original from its.
    for (const database of [join(folder, 'b.db'), state]) {
      expect((await runSprk(['run', path, '--once', '--set', `state=${database}`])).stderr).toBe('')
      expect(query(database, 'SELECT sum(n) FROM counts')).toEqual([[3 * cities.length]])
      expect(await runSprk(['verify', database])).toMatchObject({ code: 0, stderr: '' })
    }
  })

  test('a backup that a signal ends leaves nothing', async () => {
    const topic = await createTopic()
    const { path, state, folder } = pipelineFile({ topic })
    expect((await runSprk(['run', path, '--once'])).code).toBe(0)
    const database = new Database(state)
    database.exec('CREATE TABLE big (bytes BLOB); INSERT INTO big VALUES (zeroblob(100000000))')
    database.close()
    const copying = startSprk(['backup', state, join(folder, 'copy.db')])
    await waitUntil(() => existsSync(join(folder, 'copy.db.backup')))
    copying.kill('SIGTERM')
    expect(await copying.done).toMatchObject({ code: 130, stdout: '', stderr: '' })
    expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([])
  })
})
