import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  bootstrap,
  createTopic,
  deleteRecords,
  kafkaAvailable,
  produce,
  recreateTopic,
  topicName,
} from '../support/kafka.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { runSprk, startSprk } from '../support/sprk.ts'

const city = (name: string) => JSON.stringify({ city: name })

function query(path: string, sql: string): unknown[] {
  const database = new Database(path, { readonly: true })
  try {
    return database.prepare(sql).raw().all()
  } finally {
    database.close()
  }
}

describe.skipIf(!kafkaAvailable)('sprk run', () => {
  let topic: string

  beforeAll(async () => {
    topic = await createTopic()
    await produce(topic, ...Array.from({ length: 40 }, (_, i) => city(`c${i % 4}`)))
  })

  test('is silent where nobody looks, and leaves tables that anyone can read', async () => {
    const { path, state } = pipelineFile({ topic })
    expect(await runSprk(['run', path, '--once'])).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
    expect(existsSync(`${state}-wal`)).toBe(false)
    expect(query(state, 'SELECT city, n FROM counts ORDER BY city')).toEqual([
      ['c0', 10],
      ['c1', 10],
      ['c2', 10],
      ['c3', 10],
    ])
  })

  test('prints one JSON object a batch with --json', async () => {
    const { path } = pipelineFile({ topic, maxRecordsPerBatch: 30 })
    const { stdout } = await runSprk(['run', path, '--once', '--json'])
    const batches = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(batches).toHaveLength(2)
    expect(batches[0]).toMatchObject({
      name: 'counts',
      batchId: 1,
      numInputRows: 30,
      sources: [{ startOffset: { [topic]: { 0: 0 } }, endOffset: { [topic]: { 0: 30 } } }],
    })
  })

  test('stops after --max-batches and goes on from there', async () => {
    const { path, state } = pipelineFile({ topic, maxRecordsPerBatch: 15 })
    for (const next of [15, 30, 40]) {
      expect((await runSprk(['run', path, '--max-batches', '1'])).code).toBe(0)
      expect(query(state, 'SELECT next FROM sprk_offsets')).toEqual([[next]])
    }
    expect(query(state, 'SELECT sum(n) FROM counts')).toEqual([[40]])
  })

  test('stops after --max-duration while nothing comes', async () => {
    const { path } = pipelineFile({ topic })
    const { code, stderr } = await runSprk(['run', path, '--max-duration', '1s', '--verbose'])
    expect(stderr).toContain('stopped after --max-duration, last batch 1')
    expect(code).toBe(0)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('ends with exit 0 within 5 s of the first %s', async (signal) => {
    const { path, state } = pipelineFile({ topic })
    const running = startSprk(['run', path, '--verbose'])
    await running.waitFor(/batch 1:/)
    running.kill(signal)
    const late = setTimeout(() => running.kill('SIGKILL'), 5000)
    const { code, signal: killedBy, stderr } = await running.done
    clearTimeout(late)
    expect({ code, killedBy }).toEqual({ code: 0, killedBy: null })
    expect(stderr).toContain('stopped, last batch 1')
    expect(query(state, 'SELECT sum(n) FROM counts')).toEqual([[40]])
  })

  test('reads records that come while it runs', async () => {
    const own = await createTopic()
    const { path, state } = pipelineFile({ topic: own })
    const running = startSprk(['run', path, '--verbose'])
    await running.waitFor(/started/)
    await produce(own, city('a'), city('b'))
    await running.waitFor(/batch 1:/)
    await produce(own, city('a'))
    await running.waitFor(/batch 2:/)
    expect(query(state, 'SELECT city, n FROM counts ORDER BY city')).toEqual([
      ['a', 2],
      ['b', 1],
    ])
    running.kill('SIGTERM')
    expect((await running.done).code).toBe(0)
  })

  test('saves the baseline of latest with the first --once and reads what comes later', async () => {
    const own = await createTopic()
    await produce(own, city('old'))
    const { path, state } = pipelineFile({ topic: own, startingOffsets: 'latest' })
    const first = `started at the end of ${own} (1 record before it; \`startingOffsets: earliest\` reads them)`
    expect(await runSprk(['run', path, '--once'])).toMatchObject({
      code: 0,
      stderr: `sprk: warning: kafka: ${first}\n`,
    })
    await produce(own, city('new'))
    expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 0, stderr: '' })
    expect(query(state, 'SELECT city, n FROM counts')).toEqual([['new', 1]])
  })

  test('starts at the offsets of the file', async () => {
    const startingOffsets = `{offsets: {${topic}: {0: 38}}}`
    const { path, state } = pipelineFile({ topic, startingOffsets })
    expect((await runSprk(['run', path, '--once'])).stderr).toBe('')
    expect(query(state, 'SELECT sum(n) FROM counts')).toEqual([[2]])
  })

  test('counts nothing when two lines of output are merged into an append table either', async () => {
    const { path, state } = pipelineFile({
      topic,
      transforms: "[{filter: city = 'c1'}, {map: {city: upper(city), offset: _metadata.offset}}]",
      sink: '{sqlite: {table: rows}}',
    })
    expect((await runSprk(['run', path, '--once'])).stderr).toBe('')
    expect(query(state, 'SELECT count(*), min(city), min(offset), max(offset) FROM rows')).toEqual([[10, 'C1', 1, 37]])
  })
})

describe.skipIf(!kafkaAvailable)('sprk run, when something is wrong', () => {
  test('names the bad record, its place and reason, and leaves the state as it was', async () => {
    const topic = await createTopic()
    await produce(topic, city('a'), city('b'), '{"city": }')
    const { path, state } = pipelineFile({ topic, maxRecordsPerBatch: 2 })
    const { code, stderr } = await runSprk(['run', path, '--once'])
    expect(code).toBe(65)
    expect(stderr).toContain(`sprk: error[E_BAD_JSON]: ${topic}/0 offset 2: not valid JSON at byte 9`)
    expect(stderr).toContain('unchanged (last batch 1)')
    expect(query(state, 'SELECT next FROM sprk_offsets')).toEqual([[2]])
  })

  test('names a missing topic with exit 66', async () => {
    const topic = topicName('missing')
    const { path } = pipelineFile({ topic })
    const { code, stderr } = await runSprk(['run', path, '--once'])
    expect(code).toBe(66)
    expect(stderr).toContain(topic)
  })

  test('gives up with exit 69 when no broker answers for --timeout', async () => {
    const { path } = pipelineFile({ topic: 'events', brokers: '127.0.0.1:1' })
    const { code, stderr } = await runSprk(['run', path, '--once', '--timeout', '1s'])
    expect(code).toBe(69)
    expect(stderr).toMatch(/warning: kafka: cannot reach 127\.0\.0\.1:1 \(ECONNREFUSED\); trying again\n/)
    expect(stderr).toMatch(
      /error\[E_UNAVAILABLE\]: no progress for 1 s: kafka: cannot reach 127\.0\.0\.1:1 \(ECONNREFUSED\)\n/,
    )
  })

  test('refuses a changed aggregation with exit 78 and accepts a changed filter', async () => {
    const topic = await createTopic()
    await produce(topic, city('a'))
    const { path, folder } = pipelineFile({ topic })
    expect((await runSprk(['run', path, '--once'])).code).toBe(0)
    pipelineFile({ topic, transforms: '[{reduceByKey: {key: city, values: {n: count(city)}}}]' }, folder)
    const refused = await runSprk(['run', path, '--once'])
    expect([refused.code, refused.stderr.includes('E_STATE_CHANGED')]).toEqual([78, true])
    pipelineFile(
      { topic, transforms: "[{filter: city <> 'x'}, {reduceByKey: {key: city, values: {n: count(*)}}}]" },
      folder,
    )
    expect((await runSprk(['run', path, '--once'])).code).toBe(0)
  })

  test('says with exit 79 how many records were deleted before they were read, and skips nothing', async () => {
    const topic = await createTopic()
    await produce(topic, ...Array.from({ length: 10 }, () => city('a')))
    const { path, state } = pipelineFile({ topic, maxRecordsPerBatch: 3 })
    await runSprk(['run', path, '--max-batches', '1'])
    await deleteRecords(topic, 0, 8)
    const { code, stderr } = await runSprk([
      'run',
      path,
      '--once',
      '--set',
      `state.path=${state}`,
      '--set',
      'timeZone=UTC',
    ])
    expect(code).toBe(79)
    expect(stderr).toContain(
      `hint: sprk offsets reset ${path} --set state.path=${state} --set timeZone=UTC --topic ${topic}:0 --to-earliest`,
    )
    expect(stderr).toContain(
      `error[E_OFFSET_GONE]: ${topic}/0: saved offset 3 is below log start 8; 5 offsets were deleted`,
    )
    expect(stderr).toContain('unchanged (last batch 1)')
    expect(query(state, 'SELECT next FROM sprk_offsets')).toEqual([[3]])
  })

  test('says with exit 79 that a topic was made anew', async () => {
    const topic = await createTopic()
    await produce(topic, city('a'), city('b'))
    const { path } = pipelineFile({ topic })
    await runSprk(['run', path, '--once'])
    await recreateTopic(topic, 1)
    const { code, stderr } = await runSprk(['run', path, '--once'])
    expect(code).toBe(79)
    expect(stderr).toMatch(
      new RegExp(`error\\[E_TOPIC_RECREATED\\]: ${topic}/0: saved offset 2 .* its log goes from 0 to 0\n`),
    )
  })

  test('takes a broker that is no broker for one that is away', async () => {
    const { path } = pipelineFile({ topic: 'events', brokers: bootstrap().replace(/\d+$/, '1') })
    const { code } = await runSprk(['run', path, '--max-duration', '500ms'])
    expect(code).toBe(0)
  })
})
