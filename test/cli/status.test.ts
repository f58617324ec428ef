// sprk status beside a run, after it, and where there is no broker.

import { describe, expect, onTestFinished, test } from 'vitest'
import { createTopic, kafkaAvailable, produce } from '../support/kafka.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { runSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const city = (name: string) => JSON.stringify({ city: name })
const NOWHERE = ['--set', 'source.kafka.brokers=127.0.0.1:1', '--timeout', '300ms']

async function statusOf(path: string, ...more: string[]) {
  const { code, stdout, stderr } = await runSprk(['status', path, '-o', 'json', ...more])
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

describe.skipIf(!kafkaAvailable)('sprk status', () => {
  test('tells of a run while it goes on, and what it was after a kill -9', async () => {
    const topic = await createTopic(undefined, 2)
    await produce(topic, city('a'), city('b'), { partition: 1, value: city('c') }, '{"city": }')
    const { path, state } = pipelineFile({ topic, onError: 'deadLetter', maxRecordsPerBatch: 2 })
    const unborn = await runSprk(['status', path])
    expect(unborn.stdout).toMatch(/^counts: has not run yet\n/)
    expect(unborn.stdout).toContain('  lag: 4 offsets in 2 partitions\n')

    const running = startSprk(['run', path, '--verbose'])
    onTestFinished(() => running.kill('SIGKILL'))
    await running.waitFor(/batch 2:/)
    const during = await statusOf(path, '--batches', '1')
    expect(during).toMatchObject({
      name: 'counts',
      state,
      running: true,
      process: { pid: running.pid },
      batchIntervalMs: 100,
      lastBatchId: 2,
      lag: { offsets: 0, partitions: 2, lost: 0 },
      deadLetters: 1,
      pipelineChange: 'none',
      batches: [{ batchId: 2, numInputRows: 2 }],
    })
    const [[delay, processing] = []] = query(
      state,
      'SELECT scheduling_delay_ms, processing_ms FROM sprk_batches WHERE batch_id = 2',
    )
    expect(during.batches[0].totalDelayMs).toBe(Number(delay) + Number(processing))
    // Looking took nothing from the run.
    expect((await runSprk(['run', path, '--once', '--wait-lock', '0ms'])).code).toBe(75)
    const text = (await runSprk(['status', path])).stdout
    expect(text).toMatch(new RegExp(`^counts: running, process ${running.pid} on .*, since 20`))
    expect(text).toContain('  errors: 1 dead letter kept; 1 dead letter and 0 skipped records in the last 2 batches\n')
    expect(text).toContain('  pipeline file: as it runs\n')

    running.kill('SIGKILL')
    await running.done
    await produce(topic, city('d'), city('e'))
    const after = await statusOf(path)
    expect(after).toMatchObject({ running: false, process: { pid: running.pid }, lag: { offsets: 2 } })
    expect(after.batches.map(({ batchId }: { batchId: number }) => batchId)).toEqual([1, 2])

    const away = await statusOf(path, ...NOWHERE)
    expect(away).toMatchObject({ lag: null, lastBatchId: 2 })
    expect(away.lagUnknown).toMatch(/^no progress for 300 ms: kafka: cannot reach 127\.0\.0\.1:1/)
    expect(await statusOf(path, '--offline')).toMatchObject({ lag: null, lagUnknown: null, lastBatchId: 2 })

    const changed = await runSprk(['status', path, '--offline', '--set', 'sink.sqlite.table=others'])
    expect(changed.stdout).toContain('  pipeline file: differs from what ran last, and the next run refuses it: ')
    const interval = await statusOf(path, '--offline', '--set', 'onError=skip')
    expect(interval.pipelineChange).toBe('accepted')
  })

  test('says how the lag grows and falls, and when nothing will be left', async () => {
    const topic = await createTopic()
    await produce(topic, ...Array.from({ length: 40 }, () => city('a')))
    const { path, state } = pipelineFile({ topic, maxRecordsPerBatch: 10 })
    expect((await runSprk(['run', path, '--max-batches', '3'])).code).toBe(0)
    const [[first] = []] = query(state, 'SELECT committed_at FROM sprk_batches WHERE batch_id = 1')
    while (Date.now() < Number(first) + 1000) await new Promise((resolve) => setTimeout(resolve, 50))
    const falls = (await statusOf(path)).lag
    expect(falls).toMatchObject({ offsets: 10, trend: { offsetsThen: 30 } })
    expect(falls.trend.caughtUpInMs).toBeCloseTo((falls.trend.ms * 10) / 20, -1)
    await produce(topic, ...Array.from({ length: 40 }, () => city('a')))
    const grows = (await statusOf(path)).lag
    expect(grows).toMatchObject({ offsets: 50, trend: { offsetsThen: 30, caughtUpInMs: null } })
    expect((await runSprk(['status', path])).stdout).toMatch(
      /lag: 50 offsets in 1 partition; it was 30 offsets .* before, and grows by /,
    )
  })
})
