import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { createTopic, kafkaAvailable, produce } from '../support/kafka.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { runSprk } from '../support/sprk.ts'

describe.skipIf(!kafkaAvailable)('onError: deadLetter', () => {
  test('keeps what cannot be read in the transaction of its batch, and lists it', async () => {
    const topic = await createTopic()
    const binary = Buffer.from([0xff, 0x00, 0x01])
    await produce(
      topic,
      '{"city":"a"}',
      { key: 'k', value: '{"city": }', headers: { trace: 'x' } },
      { value: binary },
      '{"city":"b"}',
    )
    const { path, state } = pipelineFile({ topic, onError: 'deadLetter' })
    const run = await runSprk(['run', path, '--once'])
    expect(run).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`\`sprk dead-letters list ${path}\` shows them`),
    })

    const text = await runSprk(['dead-letters', 'list', path])
    expect(text.stdout.split('\n')).toEqual([
      expect.stringMatching(`^${topic}/0 offset 1, batch 1: E_BAD_JSON: not valid JSON at byte 9`),
      '  {"city": }',
      expect.stringMatching(`^${topic}/0 offset 2, batch 1: E_BAD_JSON: `),
      '  0xff0001',
      '',
    ])
    const [first, second] = (await runSprk(['dead-letters', 'list', path, '-o', 'json'])).stdout.trim().split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({ topic, offset: 1, key: 'k', value: '{"city": }' })
    expect(JSON.parse(second ?? '')).toMatchObject({
      offset: 2,
      key: null,
      value: { base64: binary.toString('base64') },
    })

    const database = new Database(state, { readonly: true })
    const counts = database.prepare('SELECT processed, filtered, skipped, dead_letters FROM sprk_batches').all()
    database.close()
    expect(counts).toEqual([{ processed: 2, filtered: 0, skipped: 0, dead_letters: 2 }])
  })

  test('says that a pipeline has not run yet', async () => {
    const { path } = pipelineFile({ topic: 'events' })
    expect(await runSprk(['dead-letters', 'list', path])).toMatchObject({
      code: 66,
      stderr: expect.stringContaining('E_NO_STATE'),
    })
  })
})
