// `sprk replay` on a real Kafka: what it builds equals what the live run has made.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTopic, deleteRecords, kafkaAvailable, produce, recreateTopic } from '../support/kafka.ts'
import { change, contents, event, move, pipeline, succeed } from '../support/replay.ts'
import { runSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

/** Each process takes a second. */
const isFull = process.env['SPRK_TEST_FULL'] === '1'

describe.skipIf(!kafkaAvailable)('sprk replay', () => {
  let topic: string

  beforeAll(async () => {
    topic = await createTopic(undefined, 2)
    const events = Array.from({ length: 60 }, (_, i) => ({ partition: i % 3 === 0 ? 1 : 0, value: event(i) }))
    await produce(topic, ...events, { partition: 1, value: 'no JSON' })
  })

  test.each(isFull ? (['merge', 'append', 'upsert'] as const) : (['append'] as const))(
    'reproduces mode %s batch by batch',
    async (kind) => {
      const { path, state, replayed } = pipeline(topic, kind)
      await succeed('run', path, '--once')
      const before = { bytes: readFileSync(state), contents: contents(state) }
      await succeed('replay', path)
      expect(contents(replayed)).toEqual(before.contents)
      expect(query(replayed, "SELECT detail FROM sprk_audit WHERE action = 'replay'")[0]?.[0]).toContain(
        'recorded batches',
      )
      expect(readFileSync(state).equals(before.bytes)).toBe(true)
      if (isFull) await succeed('replay', path)
      expect(contents(replayed)).toEqual(before.contents)
    },
  )

  test('makes the same results of other batches where these do not matter', async () => {
    const { path, state, replayed } = pipeline(topic, 'merge')
    await succeed('run', path, '--once')
    const diff = await succeed('replay', path, '--rebatch', '--set', 'source.kafka.maxRecordsPerBatch=7', '--diff')
    expect(diff.stdout).toBe(
      'table    only replayed  only live  different\nresults              0          0          0\n',
    )
    expect(query(replayed, 'SELECT max(batch_id) FROM sprk_batches')).toEqual([[9]])
    expect(contents(replayed).offsets).toEqual(contents(state).offsets)
    const withoutBatch = ({ letters }: ReturnType<typeof contents>) => letters.map((row) => row.slice(1))
    expect(withoutBatch(contents(replayed))).toEqual(withoutBatch(contents(state)))
  })

  test.runIf(isFull)('tells where the live tables differ', async () => {
    const { path, state } = pipeline(topic, 'merge')
    await succeed('run', path, '--max-batches', '3')
    await succeed('replay', path, '--diff')
    change(
      state,
      "UPDATE results SET n = n + 1 WHERE city = 'c0'",
      "UPDATE results SET total = total * (1 + 1e-12) WHERE city = 'c1'",
      "DELETE FROM results WHERE city = 'c2'",
      "INSERT INTO results VALUES ('elsewhere', 1, 2.5), (NULL, 1, NULL)",
    )
    const diff = await runSprk(['replay', path, '--diff', '-o', 'json', '--examples', '1'])
    expect(diff.code).toBe(1)
    expect(JSON.parse(diff.stdout)).toMatchObject({
      equal: false,
      tables: [{ table: 'results', shape: null, onlyReplayed: 1, onlyLive: 2, different: 1, examples: { length: 3 } }],
      positions: [],
    })
    expect(JSON.parse(diff.stdout).tables[0].examples[0]).toMatchObject({
      replayed: { city: 'c0' },
      live: { city: 'c0' },
    })
    const exact = await runSprk(['replay', path, '--diff', '--exact'])
    expect([exact.code, exact.stdout]).toEqual([1, expect.stringMatching(/results +1 +2 +2\n/)])
  })

  test('repeats a part, clipped to the range, and goes beyond the recorded batches with --to-offset latest', async () => {
    const { path, state, replayed } = pipeline(topic, 'append')
    await succeed('run', path, '--max-batches', '2')
    await succeed('run', path, '--max-batches', '2')
    const part = join(state, '..', 'part.db')
    const cut = await runSprk(['replay', path, '--from-offset', `${topic}:0:5`, '--to-offset', '20', '--into', part])
    expect(cut).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/begins at 5 and cuts recorded batch 1 apart: reduceByKey/),
    })
    expect(
      query(part, 'SELECT partition, min(from_offset), max(until_offset) FROM sprk_batch_ranges GROUP BY 1'),
    ).toEqual([[0, 5, 20]])
    expect(query(part, 'SELECT batch_time FROM sprk_batches')).toEqual(
      query(state, 'SELECT batch_time FROM sprk_batches WHERE batch_id <= 2'),
    )
    await succeed('replay', path, '--to-offset', 'latest')
    expect(query(replayed, 'SELECT partition, next FROM sprk_offsets')).toEqual([
      [0, 40],
      [1, 21],
    ])
    const { ranges } = contents(state)
    expect(contents(replayed).ranges.slice(0, ranges.length)).toEqual(ranges)
    expect(query(state, 'SELECT max(batch_id) FROM sprk_batches')).toEqual([[4]])
  })

  test('says nothing of a batch that is cut apart where the table adds up to the same', async () => {
    const { path, state } = pipeline(topic, 'merge')
    await succeed('run', path, '--once')
    const part = join(state, '..', 'part.db')
    const { code, stderr } = await runSprk(['replay', path, '--from-offset', `${topic}:0:5`, '--into', part])
    expect(code).toBe(0)
    expect(stderr).not.toContain('apart')
  })

  test('follows a run that was moved back and forth', async () => {
    const { path, state, replayed } = pipeline(topic, 'append')
    await succeed('run', path, '--max-batches', '4')
    move(state, topic, 0, 10)
    await succeed('run', path, '--max-batches', '2')
    move(state, topic, 0, 35)
    move(state, topic, 1, 2)
    const { code, stderr } = await runSprk(['replay', path])
    expect({ code, lines: stderr.match(/the repeated run was moved here; going on at \d+/g)?.length }).toEqual({
      code: 0,
      lines: 3,
    })
    expect(contents(replayed)).toEqual(contents(state))
    await succeed('run', path, '--once')
    const { code: again } = await runSprk(['replay', path])
    expect(again).toBe(0)
    expect(contents(replayed)).toEqual(contents(state))
    const part = await runSprk(['replay', path, '--from-offset', '3', '--into', join(state, '..', 'part.db')])
    expect(part).toMatchObject({ code: 0, stderr: expect.stringContaining('the live run was moved') })
    const once = join(state, '..', 'once.db')
    expect(await runSprk(['replay', path, '--from-offset', 'earliest', '--into', once])).toMatchObject({ code: 0 })
    expect(query(once, 'SELECT sum(n) FROM results')).toEqual([[60]])
  })

  test('goes on exactly after kills, while a run goes on', async () => {
    const own = await createTopic()
    await produce(own, ...Array.from({ length: 400 }, (_, i) => event(i)))
    const { path, state, replayed } = pipeline(own, 'append', 3)
    const live = startSprk(['run', path, '--verbose'])
    await live.waitFor(/batch 20:/)
    for (const batch of [3, 9]) {
      const replay = startSprk(['replay', path, '--json'])
      await replay.waitFor(new RegExp(`"batchId":${batch},`))
      replay.kill('SIGKILL')
      expect(await replay.done).toMatchObject({ signal: 'SIGKILL' })
    }
    await live.waitFor(/batch 134:/)
    await succeed('replay', path)
    expect(contents(replayed)).toEqual(contents(state))
    const waiting = startSprk(['replay', path, '--set', 'source.kafka.brokers=127.0.0.1:1'])
    await waiting.waitFor(/127\.0\.0\.1:1/)
    waiting.kill('SIGINT')
    expect(await waiting.done).toMatchObject({ code: 130 })
    live.kill('SIGTERM')
    expect((await live.done).code).toBe(0)
  })

  test('refuses a range whose start is gone, unless it is told to begin with what is left', async () => {
    const own = await createTopic()
    await produce(own, ...Array.from({ length: 30 }, (_, i) => event(i)))
    const { path, replayed } = pipeline(own, 'append', 10)
    await succeed('run', path, '--once')
    await deleteRecords(own, 0, 15)
    const gone = await runSprk(['replay', path])
    expect(gone.code).toBe(79)
    expect(gone.stderr).toContain(`${own}/0: the range begins at 0, and the log at 15: 15 offsets are gone`)
    const rest = await runSprk(['replay', path, '--from-offset', 'earliest'])
    expect(rest).toMatchObject({ code: 0 })
    expect(rest.stderr).toContain(`${own}/0: offsets 0 to 15 were in the live run and are gone from the log`)
    expect(query(replayed, 'SELECT min(from_offset), max(until_offset), count(*) FROM sprk_batch_ranges')).toEqual([
      [15, 30, 2],
    ])
  })

  test('refuses what it cannot go on with, and says the way out', async () => {
    const { path, state } = pipeline(topic, 'merge')
    const refused = async (code: number, words: string, ...options: string[]) => {
      const { stderr, ...result } = await runSprk(['replay', path, ...options])
      expect(result).toMatchObject({ code })
      expect(stderr).toContain(words)
      expect(stderr).toContain('hint:')
    }
    await refused(66, 'E_NO_STATE')
    await succeed('replay', path, '--from-offset', 'earliest', '--to-offset', 'latest')
    await succeed('run', path, '--once')
    await refused(78, 'it repeats the batches of another state file')
    await refused(64, 'only reads', '--into', state)
  })

  test.runIf(isFull)('takes times', async () => {
    const { path, state } = pipeline(topic, 'append')
    await succeed('run', path, '--once')
    const into = (name: string) => ['--into', join(state, '..', name)]
    await succeed('replay', path, '--from-time', '-48h', ...into('hours.db'))
    expect(contents(join(state, '..', 'hours.db'))).toEqual(contents(state))
    const none = await runSprk(['replay', path, '--from-offset', '@2020-01-01T00:00Z:2020-01-02', ...into('none.db')])
    expect(none.code).toBe(0)
    expect(query(join(state, '..', 'none.db'), 'SELECT count(*) FROM sprk_batches')).toEqual([[0]])
  })

  test.runIf(isFull)('goes on to the end of the log again, whatever the run has recorded meanwhile', async () => {
    const own = await createTopic()
    await produce(own, ...Array.from({ length: 20 }, (_, i) => event(i)))
    const { path, replayed } = pipeline(own, 'append', 6)
    await succeed('run', path, '--max-batches', '2')
    await succeed('replay', path, '--to-offset', 'latest')
    await produce(own, ...Array.from({ length: 20 }, (_, i) => event(i)))
    await succeed('run', path, '--once')
    await succeed('replay', path, '--to-offset', 'latest')
    expect(query(replayed, 'SELECT sum(n) FROM results')).toEqual([[40]])
    expect(query(replayed, 'SELECT next FROM sprk_offsets')).toEqual([[40]])
  })

  test.runIf(isFull)('refuses a topic that was created anew, and leaves sinks outside the file alone', async () => {
    const own = await createTopic()
    await produce(own, ...Array.from({ length: 20 }, (_, i) => event(i)))
    const { path, state } = pipeline(own, 'append', 6)
    const sinks = 'sink: [{console: {}}, {sqlite: {table: results, mode: append}}]'
    writeFileSync(path, readFileSync(path, 'utf8').replace(/sink:\n.*/, sinks))
    expect((await succeed('run', path, '--once')).stdout).toContain('Batch: 1')
    expect((await succeed('replay', path)).stdout).toBe('')
    expect((await succeed('replay', path, '--sinks', '--into', join(state, '..', 'x.db'))).stdout).toContain('Batch: 1')
    await recreateTopic(own)
    await produce(own, ...Array.from({ length: 20 }, (_, i) => event(i)))
    const anew = await runSprk(['replay', path, '--into', join(state, '..', 'y.db')])
    expect(anew.code).toBe(79)
    expect(anew.stderr).toContain('created anew since the run has read it')
    const into = join(state, '..', 'z.db')
    const now = await runSprk(['replay', path, '--from-offset', 'earliest', '--to-offset', 'latest', '--into', into])
    expect(now).toMatchObject({ code: 0, stderr: expect.stringContaining('new batches are made') })
    expect(query(into, 'SELECT sum(n) FROM results')).toEqual([[20]])
  })
})
