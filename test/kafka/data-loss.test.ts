// `sprk run` on a real broker whose log is not what it was: exit 79 with exact numbers, or a gap where the pipeline says so.

import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { foreignValues } from '../support/foreign.ts'
import { createTopic, deleteRecords, kafkaAvailable, produce, recreateTopic, waitUntil } from '../support/kafka.ts'
import { type PipelineFile, pipelineFile } from '../support/pipeline-file.ts'
import { type RunningSprk, runSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const SINK = {
  transforms: '[{map: {offset: _metadata.offset, value: value}}]',
  sink: '{sqlite: {table: log, mode: append}}',
}
const values = (name: string, count: number) => Array.from({ length: count }, (_, i) => `{"value":"${name}${i}"}`)
const names = (name: string, count: number, from = 0) => Array.from({ length: count }, (_, i) => `${name}${from + i}`)

const read = ({ state }: PipelineFile) => query(state, 'SELECT value FROM log ORDER BY rowid').flat()
const next = ({ state }: PipelineFile) => query(state, 'SELECT next FROM sprk_offsets').flat()[0]
const moves = ({ state }: PipelineFile) =>
  query(state, 'SELECT from_offset, to_offset, topic_id, cause FROM sprk_moves')
const once = ({ path }: PipelineFile) => runSprk(['run', path, '--once'], { timeoutMs: 60_000 })

function goOn({ path }: PipelineFile): void {
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace('    format: json', '    format: json\n    onDataLoss: continue'),
  )
}

describe.skipIf(!kafkaAvailable)('data loss', () => {
  let running: RunningSprk | undefined

  afterEach(async () => {
    running?.kill('SIGKILL')
    await running?.done
    running = undefined
  })

  /** A topic of which `count` records were read by a run that has ended. */
  async function readBefore(count: number): Promise<{ topic: string; file: PipelineFile }> {
    const topic = await createTopic()
    await produce(topic, ...values('old', count))
    const file = pipelineFile({ topic, ...SINK })
    expect(await once(file)).toMatchObject({ code: 0, stderr: '' })
    return { topic, file }
  }

  test('by retention stops a run, or is passed over with a gap', async () => {
    const { topic, file } = await readBefore(12)
    await produce(topic, ...values('new', 38))
    await deleteRecords(topic, 0, 20)
    const { code, stderr } = await once(file)
    const cause = 'saved offset 12 is below log start 20; 8 offsets were deleted before they were read'
    expect({ code, stderr }).toEqual({
      code: 79,
      stderr: `sprk: error[E_OFFSET_GONE]: ${topic}/0: ${cause}
  hint: sprk offsets reset ${file.path} --topic ${topic}:0 --to-earliest --allow-loss --execute
  state: ${file.state} unchanged (last batch 1)
`,
    })
    expect([next(file), moves(file)]).toEqual([12, []])
    goOn(file)
    const going = await once(file)
    expect(going.code).toBe(0)
    expect(going.stderr).toContain(`warning: ${topic}/0: ${cause}; going on at 20 instead of 12\n`)
    expect(moves(file)).toEqual([[12, 20, expect.stringMatching(/^[0-9a-f]{32}$/), cause]])
    expect(read(file)).toEqual([...names('old', 12), ...names('new', 30, 8)])
  })

  test('by a topic made anew stops a run, however long the new one is, until somebody decides', async () => {
    const { topic, file } = await readBefore(12)
    const [[id]] = query(file.state, 'SELECT topic_id FROM sprk_offsets') as [[string]]
    await recreateTopic(topic)
    await produce(topic, ...values('new', 30))
    const { code, stderr } = await once(file)
    expect(code).toBe(79)
    expect(stderr).toMatch(
      new RegExp(
        `^sprk: error\\[E_TOPIC_RECREATED\\]: ${topic}/0: saved offset 12 is of the topic with id ${id}, which was deleted; now there is another one with id [0-9a-f]{32}: its log goes from 0 to 30\n`,
      ),
    )
    const reset = `offsets reset ${file.path} --topic ${topic}:0 --to-earliest --allow-duplicates --execute`
    expect(stderr).toContain(`  hint: sprk ${reset}\n`)
    expect([next(file), read(file)]).toEqual([12, names('old', 12)])
    expect((await runSprk(reset.split(' '))).code).toBe(0)
    expect(await once(file)).toMatchObject({ code: 0, stderr: '' })
    expect(moves(file)).toMatchObject([[12, 0, expect.not.stringContaining(id), expect.any(String)]])
    expect(read(file)).toEqual([...names('old', 12), ...names('new', 30)])
    const foreign = foreignValues([topic])
    if (foreign !== null) expect(foreign).toEqual(values('new', 30).sort())
  })

  test('by a topic made anew stops a run in the middle, or is passed over with a gap', async () => {
    const { topic, file } = await readBefore(12)
    running = startSprk(['run', file.path], { timeoutMs: 60_000 })
    await produce(topic, ...values('more', 3))
    await waitUntil(() => next(file) === 15)
    await recreateTopic(topic)
    await produce(topic, ...values('new', 30))
    const { code, stderr } = await running.done
    expect(code).toBe(79)
    expect(stderr).toContain(`error[E_TOPIC_RECREATED]: ${topic}/0: saved offset 15 is of the topic with id`)
    expect(next(file)).toBe(15)

    goOn(file)
    running = startSprk(['run', file.path], { timeoutMs: 60_000 })
    await waitUntil(() => next(file) === 30)
    await recreateTopic(topic)
    await produce(topic, ...values('third', 40))
    await waitUntil(() => next(file) === 40, 20_000)
    running.kill('SIGTERM')
    expect((await running.done).code).toBe(0)
    expect(query(file.state, 'SELECT from_offset, to_offset FROM sprk_moves')).toEqual([
      [15, 0],
      [30, 0],
    ])
    const expected = [...names('old', 12), ...names('more', 3), ...names('new', 30), ...names('third', 40)]
    expect(read(file)).toEqual(expected)
    expect(query(file.state, 'SELECT count(*) FROM sprk_batches WHERE processed = 0')).toEqual([[0]])
  })
})
