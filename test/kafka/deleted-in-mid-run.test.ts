// `sprk run` on a topic of several partitions whose records are deleted while it reads: a loss, never a bad answer.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { createTopic, deleteRecords, kafkaAvailable, produce, waitUntil } from '../support/kafka.ts'
import { type PipelineFile, pipelineFile } from '../support/pipeline-file.ts'
import { type RunningSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const PARTITIONS = 4
/** Of each partition. Far more bytes than are read ahead. */
const RECORDS = 600
const VALUE = JSON.stringify({ city: 'a', filler: 'x'.repeat(20_000) })

/** Empty before the state file is made. */
function nexts({ state }: PipelineFile): readonly unknown[] {
  if (!existsSync(state)) return []
  return query(state, 'SELECT next FROM sprk_offsets WHERE next > 0 ORDER BY partition').flat()
}

const areAt = (file: PipelineFile, next: number) => nexts(file).filter((each) => each === next).length === PARTITIONS
const counted = ({ state }: PipelineFile) => Number(query(state, 'SELECT sum(n) FROM counts').flat()[0])

describe.skipIf(!kafkaAvailable)('records of four partitions that are deleted in mid-run', () => {
  let running: RunningSprk | undefined

  afterEach(async () => {
    running?.kill('SIGKILL')
    await running?.done
    running = undefined
  })

  /** Begins to read, and deletes most of what is still to come. */
  async function deletedInMidRun(onDataLoss: 'fail' | 'continue'): Promise<{ file: PipelineFile; run: RunningSprk }> {
    const topic = await createTopic(undefined, PARTITIONS)
    for (let done = 0; done < RECORDS; done += 100) {
      for (let partition = 0; partition < PARTITIONS; partition++)
        await produce(topic, ...Array.from({ length: 100 }, () => ({ partition, value: VALUE })))
    }
    const file = pipelineFile({ topic, maxRecordsPerBatch: 40 })
    const text = readFileSync(file.path, 'utf8').replace('format: json', `format: json\n    onDataLoss: ${onDataLoss}`)
    writeFileSync(file.path, text)
    running = startSprk(['run', file.path], { timeoutMs: 120_000 })
    await waitUntil(() => nexts(file).length > 0)
    for (let partition = 0; partition < PARTITIONS; partition++) await deleteRecords(topic, partition, RECORDS - 10)
    return { file, run: running }
  }

  test('are passed over where the pipeline says so, and it goes on', async () => {
    const { file, run } = await deletedInMidRun('continue')
    await waitUntil(() => areAt(file, RECORDS))
    await produce(file.topic, ...Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, value: VALUE })))
    await waitUntil(() => areAt(file, RECORDS + 1))
    run.kill('SIGTERM')
    const { code, stderr } = await run.done
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('bad answer') })
    const gaps = query(file.state, 'SELECT partition, from_offset, to_offset FROM sprk_moves ORDER BY partition')
    expect(gaps.map(([partition, , to]) => [partition, to])).toEqual([0, 1, 2, 3].map((n) => [n, RECORDS - 10]))
    const lost = gaps.reduce((sum, [, from, to]) => sum + Number(to) - Number(from), 0)
    expect(counted(file)).toBe(PARTITIONS * (RECORDS + 1) - lost)
  })

  test('stop the run with exit 79 where it does not', async () => {
    const { run } = await deletedInMidRun('fail')
    const { code, stderr } = await run.done
    expect(stderr).toMatch(/error\[E_OFFSET_GONE\]: .* is below log start 590/)
    expect(stderr).not.toContain('bad answer')
    expect(code).toBe(79)
  })
})
