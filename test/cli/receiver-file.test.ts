// Commands on the state file of a pipeline in receiver mode, and its way to direct mode and back, on a real Kafka.

import { existsSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTopic, deleteRecords, kafkaAvailable, produce, topicName, waitUntil } from '../support/kafka.ts'
import { counted, positions, reset, show, sprk } from '../support/offsets.ts'
import { type PipelineFile, pipelineFile } from '../support/pipeline-file.ts'
import { startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const RECEIVER = ['--set', 'source.kafka.mode=receiver']
const LOG_OFF = [...RECEIVER, '--set', 'source.kafka.receiver.writeAheadLog=false']
const records = (n: number, partition = 0) =>
  Array.from({ length: n }, (_, i) => ({ partition, value: JSON.stringify({ city: `city ${i % 5}` }) }))
const blocks = (state: string) => Number(query(state, 'SELECT count(*) FROM sprk_blocks')[0]?.[0] ?? 0)
const receivedUntil = (state: string) =>
  query(state, 'SELECT partition, max(until_offset) FROM sprk_blocks GROUP BY 1 ORDER BY 1').map(([, offset]) => offset)

/** Receives `n` records of each of two partitions into blocks, and processes none of them. Returns while it runs. */
async function receiving(n: number) {
  const topic = await createTopic(topicName('received'), 2)
  const pipeline = pipelineFile({ name: topic, topic, batchInterval: '1h' })
  const running = startSprk(['run', pipeline.path, ...RECEIVER, '--verbose'])
  onTestFinished(() => running.kill('SIGKILL'))
  await waitUntil(
    () => existsSync(pipeline.state) && query(pipeline.state, 'SELECT count(*) FROM sprk_offsets')[0]?.[0] === 2,
  )
  await produce(topic, ...records(n, 0), ...records(n, 1))
  await waitUntil(() => String(receivedUntil(pipeline.state)) === `${n},${n}`)
  return { topic, pipeline, running }
}

/** As `receiving`, stopped then: the group has no members left. */
async function received(n: number): Promise<{ topic: string; pipeline: PipelineFile }> {
  const { running, ...found } = await receiving(n)
  running.kill('SIGINT')
  await running.done
  return found
}

async function runOnce({ path, state }: PipelineFile, ...args: readonly string[]) {
  const done = await sprk('run', path, '--once', ...args)
  expect(done, done.stderr).toMatchObject({ code: 0 })
  const verified = await sprk('verify', state)
  expect(verified, verified.stderr).toMatchObject({ code: 0 })
}

describe.skipIf(!kafkaAvailable)('the state file of receivers', () => {
  test('says what waits and who receives, and drops blocks where positions are moved', async () => {
    const { pipeline, running } = await receiving(20)
    const status = JSON.parse((await sprk('status', pipeline.path, ...RECEIVER, '-o', 'json')).stdout)
    expect(status).toMatchObject({
      running: true,
      lag: { offsets: 40, lost: 0 },
      waiting: { blocks: blocks(pipeline.state), records: 40, oldestReceivedAt: expect.stringMatching(/Z$/) },
    })
    const at = [0, 1].map((partition) => `${pipeline.topic}/${partition}`)
    status.receivers[0].partitions.sort()
    expect(status.receivers).toEqual([{ number: 1, partitions: at, restarts: 0, lastError: null, lastErrorAt: null }])
    const told = await sprk('status', pipeline.path, ...RECEIVER)
    expect(told.stdout).toMatch(
      /^ {2}received: \d+ blocks of [\d,]+ bytes wait, the oldest for .*; 40 records received and not processed$/m,
    )
    expect(told.stdout).toMatch(/^ {2}receivers: 1, with 2 partitions and 0 restarts$/m)
    running.kill('SIGINT')
    await running.done
    expect((await sprk('status', pipeline.state)).stdout).toMatch(/^ {2}receivers: none runs$/m)
    const { partitions, total } = await show(pipeline, ...RECEIVER)
    expect(partitions).toMatchObject([
      { next: 0, received: 20, lag: 20, status: 'ok' },
      { next: 0, received: 20, lag: 20, status: 'ok' },
    ])
    expect(total).toMatchObject({ lag: 40, blocks: blocks(pipeline.state) })
    const copy = `${pipeline.state}.copy`
    expect((await sprk('backup', pipeline.state, copy)).code).toBe(0)
    expect((await sprk('verify', copy)).code).toBe(0)
    expect(blocks(copy)).toBe(blocks(pipeline.state))
    const moved = await reset(
      pipeline,
      ...RECEIVER,
      '--to-offset',
      '5',
      '--topic',
      `${pipeline.topic}:1`,
      '--allow-loss',
      '--execute',
    )
    expect(moved.stdout).toMatch(/blocks? with 20 records that were received and not processed (is|are) dropped/)
    expect(receivedUntil(pipeline.state)).toEqual([20])
    await runOnce(pipeline, ...RECEIVER)
    expect([counted(pipeline.state), positions(pipeline.state), blocks(pipeline.state)]).toEqual([35, [20, 20], 0])
  })

  test('goes on in direct mode and back, though Kafka deleted what was received', async () => {
    const { topic, pipeline } = await received(20)
    await deleteRecords(topic, 0, 20)
    await produce(topic, ...records(3, 0))
    await runOnce(pipeline)
    expect([counted(pipeline.state), positions(pipeline.state), blocks(pipeline.state)]).toEqual([43, [23, 20], 0])
    await produce(topic, ...records(4, 1))
    await runOnce(pipeline, ...RECEIVER)
    expect([counted(pipeline.state), positions(pipeline.state)]).toEqual([47, [23, 24]])
    await produce(topic, ...records(5, 0))
    await runOnce(pipeline)
    expect([counted(pipeline.state), positions(pipeline.state)]).toEqual([52, [28, 24]])
  })

  test('goes on with the log off, though Kafka deleted what was received', async () => {
    const { topic, pipeline } = await received(20)
    await deleteRecords(topic, 0, 20)
    await produce(topic, ...records(3, 0))
    await runOnce(pipeline, ...LOG_OFF)
    expect([counted(pipeline.state), positions(pipeline.state), blocks(pipeline.state)]).toEqual([43, [23, 20], 0])
  })

  test('stops at a loss behind the blocks when these are processed, and goes on where that is allowed', async () => {
    const { topic, pipeline } = await received(20)
    await produce(topic, ...records(10, 0))
    await deleteRecords(topic, 0, 25)
    const failed = await sprk('run', pipeline.path, '--once')
    expect(failed).toMatchObject({ code: 79, stderr: expect.stringContaining('E_OFFSET_GONE') })
    expect([counted(pipeline.state), positions(pipeline.state), blocks(pipeline.state)]).toEqual([40, [20, 20], 0])
    await runOnce(pipeline, '--set', 'source.kafka.onDataLoss=continue')
    expect([counted(pipeline.state), positions(pipeline.state)]).toEqual([45, [30, 20]])
  })

  test('is replaced by a replay with its blocks kept, and each record is there once', async () => {
    const { topic, pipeline } = await received(20)
    expect(
      (
        await sprk(
          'run',
          pipeline.path,
          ...RECEIVER,
          '--max-batches',
          '1',
          '--set',
          'source.kafka.maxRecordsPerBatch=10',
        )
      ).code,
    ).toBe(0)
    const waiting = blocks(pipeline.state)
    const replaced = await sprk('replay', pipeline.path, ...RECEIVER, '--replace', '--quiet')
    expect(replaced, replaced.stderr).toMatchObject({ code: 0 })
    expect(blocks(pipeline.state)).toBe(waiting)
    await runOnce(pipeline, ...RECEIVER)
    expect(counted(pipeline.state)).toBe(40)
    await produce(topic, ...records(2, 0))
    await runOnce(pipeline)
    expect(counted(pipeline.state)).toBe(42)
  })
})
