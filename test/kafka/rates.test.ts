// Rates on a real broker: partitions are read no faster, batches keep the rhythm, and a slow sink is not overrun.

import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/cli/system-clock.ts'
import { execute } from '../../src/execution/execute.ts'
import type { BatchProgress } from '../../src/progress.ts'
import type { Backpressure } from '../../src/source.ts'
import { kafkaSource } from '../../src/sources/kafka/source.ts'
import { bootstrap, createTopic, kafkaAvailable, produce } from '../support/kafka.ts'
import { memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { UNPACED } from '../support/paced-source.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { collectingSink, planOf } from '../support/plan.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

/** A topic with so many records in each partition. */
async function topicOf(...counts: readonly number[]): Promise<string> {
  const topic = await createTopic(undefined, counts.length)
  const values = counts.flatMap((count, partition) =>
    Array.from({ length: count }, (_, i) => ({ partition, value: JSON.stringify({ city: `${partition}-${i}` }) })),
  )
  await produce(topic, ...values)
  return topic
}

describe.skipIf(!kafkaAvailable)('rates of the source kafka', () => {
  test('hold for each of several partitions, one batch an interval', async () => {
    const { path, state } = pipelineFile({ topic: await topicOf(400, 400, 30) })
    const rate = ['--set', 'source.kafka.maxRatePerPartition=500', '--set', 'batchInterval=200ms']
    const { code, stdout, stderr } = await runSprk(['run', path, ...rate, '--json', '--max-batches', '4'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // 500 a second are 100 in 200 ms, never past the end.
    expect(
      query(state, 'SELECT batch_id, partition, until_offset - from_offset FROM sprk_batch_ranges ORDER BY 1, 2'),
    ).toEqual([
      ...[0, 1].map((partition) => [1, partition, 100]),
      [1, 2, 30],
      ...[2, 3, 4].flatMap((batch) => [0, 1].map((partition) => [batch, partition, 100])),
    ])
    const times = query(state, 'SELECT batch_time FROM sprk_batches ORDER BY batch_id').flat().map(Number)
    expect(times.every((time) => time % 200 === 0)).toBe(true)
    expect(times.every((time, i) => i === 0 || time > (times[i - 1] as number))).toBe(true)
    expect(query(state, 'SELECT rate, typeof(rate) FROM sprk_batches')).toEqual(
      Array.from({ length: 4 }, () => [1500, 'real']),
    )
    const rates = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).sources[0].rate)
    expect(rates).toEqual([1500, 1500, 1500, 1500])
    const status = await runSprk(['status', path, '-o', 'json', '--offline'])
    expect(JSON.parse(status.stdout).batches.map((batch: { rate: number }) => batch.rate)).toEqual(rates)
    expect((await runSprk(['status', path, '--offline'])).stdout).toMatch(/ 1,500\/s\n$/)
  })

  test('may differ by partition, and bound the batches of --once', async () => {
    const topic = await topicOf(100, 100)
    const { path, state } = pipelineFile({ topic })
    const rate = ['--set', `source.kafka.maxRatePerPartition={${topic}: {0: 300, default: 500}}`]
    const { code, stderr } = await runSprk(['run', path, '--once', ...rate])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // Of 100 ms each.
    const counts = query(
      state,
      'SELECT partition, until_offset - from_offset FROM sprk_batch_ranges ORDER BY 1, batch_id',
    )
    expect(counts).toEqual([...[30, 30, 30, 10].map((count) => [0, count]), ...[50, 50].map((count) => [1, count])])
  })

  test('wait for the least number of records of a batch', async () => {
    const topic = await topicOf(5)
    const { path, state } = pipelineFile({ topic })
    const few = ['--set', 'source.kafka.minRecordsPerBatch=10', '--set', 'source.kafka.maxTriggerDelay=1h']
    const running = runSprk(['run', path, ...few, '--max-batches', '2'])
    const committed = () => query(state, 'SELECT processed FROM sprk_batches').flat()
    await expect.poll(() => safely(committed), { timeout: 60_000 }).toEqual([5])
    for (let i = 0; i < 5; i++) await produce(topic, '{"city": "a"}', '{"city": "b"}')
    expect((await running).code).toBe(0)
    expect(committed()).toEqual([5, 10])
  })

  test('follow a slow sink', async () => {
    const backpressure: Backpressure = { proportional: 1, integral: 0.2, derived: 0, minRate: 10, initialRate: 400 }
    const selection = { topics: [await topicOf(900, 300)] }
    const options = { brokers: [bootstrap()], clientId: 'test', startingOffsets: 'earliest', pacing: UNPACED } as const
    const source = kafkaSource({ ...selection, ...options }, systemClock)
    onTestFinished(() => source.close())
    const sink = collectingSink()
    // A millisecond a record.
    const write = () => {
      const until = performance.now() + sink.pending.length
      while (performance.now() < until);
    }
    const plan = planOf({ source, sinks: [{ ...sink, write }], maxRecords: 1e6, batchIntervalMs: 100, backpressure })
    const checkpoint = memoryCheckpoint()
    const running = { once: false, maxBatches: 6, maxDurationMs: null, timeoutMs: 60_000 }
    const ports = { source, checkpoint, clock: systemClock }
    const batches: BatchProgress[] = []
    for await (const progress of execute(plan, ports, running, new AbortController().signal)) {
      if (progress.kind === 'batch') batches.push(progress)
    }
    expect(batches.map(({ sources }) => sources[0]?.isCutByRate)).toEqual(Array.from({ length: 6 }, () => true))
    const rates = checkpoint.batches.map(({ rate }) => rate as number)
    // The first estimate follows the second batch.
    expect(rates.slice(0, 2)).toEqual([400, 400])
    // No estimate is above what a millisecond a record allows.
    expect(rates.every((rate) => rate >= 10 && rate <= 1000)).toBe(true)
    for (const [i, { ranges }] of checkpoint.batches.entries()) {
      const read = ranges.reduce((sum, { fromOffset, untilOffset }) => sum + untilOffset - fromOffset, 0)
      const allowed = (rates[i] as number) / 10
      // A fraction of each of two partitions is cut off, but each gets one record.
      expect(read).toBeLessThanOrEqual(Math.max(allowed, 2))
      expect(read).toBeGreaterThan(allowed - 2)
    }
    expect(checkpoint.batches[0]?.ranges.map(({ untilOffset }) => untilOffset)).toEqual([30, 10])
  })
})

function safely<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
