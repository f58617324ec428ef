// `sprk replay --replace` on a real Kafka: results are put in place all at once, or stay as they are.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { createPartitions, createTopic, deleteRecords, kafkaAvailable, produce } from '../support/kafka.ts'
import { change, contents, event, pipeline, succeed } from '../support/replay.ts'
import { runSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(path, text.replace(from, to))
}

describe.skipIf(!kafkaAvailable)('sprk replay --replace', () => {
  let topic: string

  beforeAll(async () => {
    topic = await createTopic()
    await produce(topic, ...Array.from({ length: 40 }, (_, i) => event(i)))
  })

  test('corrects a transform: the run goes on with the new results, and what hangs on the table stays', async () => {
    const own = await createTopic()
    await produce(own, ...Array.from({ length: 40 }, (_, i) => event(i)))
    const { path, state, replayed } = pipeline(own, 'merge')
    await succeed('run', path, '--once')
    change(
      state,
      'CREATE INDEX mine ON results (total)',
      'CREATE VIEW big AS SELECT city, n FROM results WHERE n > 0',
      'CREATE TABLE notes (x TEXT)',
    )
    const before = query(state, "SELECT key, value FROM sprk_meta WHERE key IN ('state_id', 'created_at', 'name')")
    edit(path, 'total: sum(amount)}', 'total: sum(amount), most: max(amount)}')
    const refused = await runSprk(['run', path, '--once'])
    expect(refused.code).toBe(78)
    expect(refused.stderr).toContain(`sprk replay ${path} --replace`)
    await succeed('replay', path, '--replace')
    expect(existsSync(replayed)).toBe(false)
    expect(query(state, "SELECT key, value FROM sprk_meta WHERE key IN ('state_id', 'created_at', 'name')")).toEqual(
      before,
    )
    expect(query(state, 'PRAGMA integrity_check')).toEqual([['ok']])
    expect(query(state, "SELECT name FROM sqlite_schema WHERE name IN ('mine', 'big', 'notes')")).toHaveLength(3)
    expect(query(state, 'SELECT sum(n) FROM big')).toEqual([[40]])
    expect(query(state, 'SELECT action FROM sprk_audit')).toEqual([['replay replace']])
    await produce(own, event(400))
    await succeed('run', path, '--once')
    expect(query(state, 'SELECT sum(n), max(most) FROM results')).toEqual([[41, 400 / 7]])
    expect(query(state, 'SELECT next FROM sprk_offsets')).toEqual([[41]])
  })

  test('has each record once after positions were moved back', async () => {
    const { path, state } = pipeline(topic, 'merge')
    await succeed('run', path, '--once')
    expect(
      await runSprk(['offsets', 'reset', path, '--to-offset', '25', '--allow-duplicates', '--execute']),
    ).toMatchObject({ code: 0 })
    const { code, stderr } = await runSprk(['replay', path, '--from-offset', 'earliest', '--replace'])
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('new batches are made') })
    expect(query(state, 'SELECT sum(n) FROM results')).toEqual([[25]])
    await succeed('run', path, '--once')
    expect(query(state, 'SELECT sum(n) FROM results')).toEqual([[40]])
  })

  test('keeps what it built while a run goes on, and catches up afterwards', async () => {
    const own = await createTopic()
    await produce(own, ...Array.from({ length: 20 }, (_, i) => event(i)))
    const { path, state, replayed } = pipeline(own, 'append')
    const live = startSprk(['run', path, '--verbose'])
    await live.waitFor(/batch 2:/)
    const held = await runSprk(['replay', path, '--replace', '--wait-lock', '100ms'])
    expect(held.code).toBe(75)
    expect(held.stderr).toMatch(/E_LOCKED.*\n.*live\.replay\.db is kept/)
    expect(contents(replayed)).toEqual(contents(state))
    await produce(own, ...Array.from({ length: 20 }, (_, i) => event(i)))
    await live.waitFor(/batch 3:/)
    live.kill('SIGTERM')
    await live.done
    // A partition that the replay has not met.
    await createPartitions(own, 2)
    await produce(own, ...Array.from({ length: 5 }, (_, i) => ({ partition: 1, value: event(i) })))
    await succeed('run', path, '--once')
    const before = contents(state)
    change(state, 'UPDATE results SET n = 99')
    await succeed('replay', path, '--replace')
    expect(contents(state)).toEqual(before)
    await succeed('run', path, '--once')
    expect(query(state, 'SELECT sum(n) FROM results')).toEqual([[45]])
  })

  test('says before it starts what cannot be replaced', async () => {
    const { path, state, replayed } = pipeline(topic, 'merge')
    await succeed('run', path, '--once')
    change(
      state,
      'CREATE VIEW totals AS SELECT total FROM results',
      'CREATE INDEX by_total ON results (total)',
      'CREATE TABLE extra (a TEXT)',
      "INSERT INTO extra VALUES ('mine')",
    )
    const before = contents(state)
    const refused = async (...words: readonly string[]) => {
      const { code, stderr } = await runSprk(['replay', path, '--replace'])
      expect(code).toBe(78)
      for (const word of words) expect(stderr).toContain(word)
      expect(existsSync(replayed)).toBe(false)
      expect(contents(state)).toEqual(before)
    }
    edit(path, 'total: sum(amount)', 'sum: sum(amount)')
    await refused('index by_total cannot be on the new table results')
    change(state, 'DROP INDEX by_total')
    await refused('view totals needs what the new tables no longer have')
    change(state, 'CREATE TRIGGER mine AFTER INSERT ON results BEGIN SELECT 1; END')
    await refused('trigger mine would run for every row of table results')
    change(state, 'DROP TRIGGER mine', 'CREATE TABLE child (city REFERENCES results)')
    await refused('table child has a foreign key to table results')
    change(state, 'DROP TABLE child')
    edit(path, 'table: results', 'table: extra')
    await refused("table extra is not one of the pipeline's results")
  })

  test('lets results disappear only with --partial', async () => {
    const own = await createTopic()
    await produce(own, ...Array.from({ length: 40 }, (_, i) => event(i)))
    const { path, state } = pipeline(own, 'append')
    await succeed('run', path, '--once')
    await deleteRecords(own, 0, 20)
    expect((await runSprk(['replay', path, '--replace'])).code).toBe(79)
    const refused = await runSprk(['replay', path, '--replace', '--from-offset', 'earliest'])
    expect(refused.code).toBe(64)
    expect(refused.stderr).toContain(`${own}/0: the results of offsets 0 to 20 disappear`)
    const partial = await runSprk(['replay', path, '--replace', '--from-offset', 'earliest', '--partial'])
    expect(partial).toMatchObject({ code: 0, stderr: expect.stringContaining('offsets 0 to 20 disappear') })
    expect(query(state, 'SELECT sum(n) FROM results')).toEqual([[20]])
    await succeed('run', path, '--once')
    expect(query(state, 'SELECT sum(n) FROM results')).toEqual([[20]])
  })
})
