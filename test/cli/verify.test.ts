// sprk verify --against: the recorded ranges are read again, as far as the log still has them.

import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { createTopic, deleteRecords, kafkaAvailable, produce } from '../support/kafka.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { runSprk } from '../support/sprk.ts'

function change(path: string, sql: string): void {
  const database = new Database(path)
  database.exec(sql)
  database.close()
}

describe.skipIf(!kafkaAvailable)('sprk verify --against', () => {
  test('counts the records of each batch in the log, and says what it no longer has', async () => {
    const topic = await createTopic(undefined, 2)
    const value = '{"city":"a"}'
    await produce(topic, ...Array.from({ length: 12 }, (_, i) => ({ partition: i % 2, value })))
    const { path, state } = pipelineFile({ topic, maxRecordsPerBatch: 4 })
    expect((await runSprk(['run', path, '--once'])).code).toBe(0)
    // Read again: the ranges of batch 4 begin where those of an earlier one did.
    const reset = ['offsets', 'reset', path, '--shift-by', '-2', '--allow-duplicates', '--execute']
    expect((await runSprk(reset)).code).toBe(0)
    expect((await runSprk(['run', path, '--once'])).code).toBe(0)
    const lastLines = async () => {
      const { code, stdout } = await runSprk(['verify', state, '--against', path])
      return [code, ...stdout.split('\n').filter((line) => line.includes(' log: '))]
    }
    const ok = 'ok     log: the log has as many records in the recorded ranges as were counted'
    expect(await lastLines()).toEqual([0, ok])

    change(state, 'UPDATE sprk_batches SET processed = processed - 1 WHERE batch_id = 2')
    expect(await lastLines()).toEqual([74, 'FAILED log: batch 2 counted 3 records, the log has 4 in its ranges'])
    change(state, 'UPDATE sprk_batches SET processed = processed + 2 WHERE batch_id = 2')
    const fewer = '?      log: batch 2 counted 5 records, the log has 4 in its ranges: compaction may have removed some'
    expect(await lastLines()).toEqual([74, fewer])
    change(state, 'UPDATE sprk_batches SET processed = processed - 1 WHERE batch_id = 2')

    await deleteRecords(topic, 0, 1)
    const gone = '?      log: batch 1 has ranges that are no longer in the log'
    expect(await lastLines()).toEqual([0, ok, gone])
    const other = await createTopic()
    const left = ['verify', state, '--against', path, '--set', `source.kafka.topics=[${other}]`]
    expect((await runSprk(left)).stdout.split('\n').filter((line) => line.includes(' log: '))).toEqual([
      expect.stringMatching(
        /^\? {6}log: \d+ batches from 1 to \d+ have ranges of partitions that the pipeline does not read/,
      ),
    ])
    const away = ['--timeout', '300ms']
    const { path: nowhere } = pipelineFile({ topic, brokers: '127.0.0.1:1' })
    expect((await runSprk(['verify', state, '--against', nowhere, ...away])).code).toBe(69)
  })
})
