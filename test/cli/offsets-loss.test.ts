import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { createTopic, deleteRecords, deleteTopic, kafkaAvailable, produce } from '../support/kafka.ts'
import { counted, done, hourly, once, pasted, positions, reset, show, sprk } from '../support/offsets.ts'
import { type PipelineFile, pipelineFile } from '../support/pipeline-file.ts'

describe.skipIf(!kafkaAvailable)('sprk offsets, after data loss', () => {
  const now = Date.now()

  const lossOf = async (lost: PipelineFile, code: string, line: RegExp) => {
    const failed = await sprk('run', lost.path, '--once')
    expect(failed).toMatchObject({ code: 79, stderr: expect.stringContaining(`error[${code}]`) })
    expect(failed.stderr).toMatch(line)
    return failed.stderr
  }

  test('shows what was deleted, and the line of the error goes on behind it', async () => {
    const lost = pipelineFile({ topic: await createTopic(undefined, 2) })
    await produce(lost.topic, ...hourly(now, 0, 1))
    await once(lost)
    await produce(lost.topic, ...hourly(now, 0, 1))
    await deleteRecords(lost.topic, 1, 13)
    const { partitions, total } = await show(lost)
    expect(total).toEqual({ lag: 17, lost: 3, lastBatchRecords: 20, blocks: 0, blockBytes: 0 })
    expect(partitions[1]).toMatchObject({ next: 10, start: 13, end: 20, lag: 7, lost: 3, status: 'below-start' })
    const told = await lossOf(lost, 'E_OFFSET_GONE', /3 offsets were deleted before they were read/)
    expect(told).toContain(`--topic ${lost.topic}:1 --to-earliest --allow-loss --execute`)
    expect(await pasted(told)).toMatchObject(done)
    await once(lost)
    expect([positions(lost.state), counted(lost.state)]).toEqual([[20, 20], 37])
  })

  test('shows that a topic was made anew, and the line of the error reads the new one', async () => {
    const lost = pipelineFile({ topic: await createTopic(undefined, 2) })
    await produce(lost.topic, ...hourly(now, 0, 1))
    await once(lost)
    await deleteTopic(lost.topic)
    await createTopic(lost.topic, 1)
    await produce(lost.topic, ...hourly(now, 0), ...hourly(now, 0))
    const { partitions } = await show(lost)
    expect(partitions.map(({ status, lag }: { status: string; lag: number }) => [status, lag])).toEqual([
      ['recreated', null],
      ['gone', null],
    ])
    // The new topic has fewer partitions: the position of the second is forgotten with the first.
    const dry = await pasted(
      await lossOf(lost, 'E_PARTITION_GONE', /1: the partition is gone; reading had come to offset 10/),
    )
    expect(dry.stdout).toContain(`${lost.topic}/1: is gone, and with it its position 10`)
    expect(await pasted(dry.stdout)).toMatchObject(done)
    await once(lost)
    expect([positions(lost.state), counted(lost.state)]).toEqual([[20], 40])
  })

  test('takes the line of the error for a topic that was made anew, longer than what was read', async () => {
    const lost = pipelineFile({ topic: await createTopic(undefined, 1) })
    await produce(lost.topic, ...hourly(now, 0))
    await once(lost)
    await deleteTopic(lost.topic)
    await createTopic(lost.topic, 1)
    await produce(lost.topic, ...hourly(now, 0), ...hourly(now, 0))
    const refused = await reset(lost, '--to-earliest', '--execute')
    expect(refused.stderr).toMatch(
      /: saved offsets are not in this log \(.*\/0\): nothing was changed; add --allow-duplicates to accept this/,
    )
    const told = await lossOf(lost, 'E_TOPIC_RECREATED', /--to-earliest/)
    expect(await pasted(told)).toMatchObject(done)
    await once(lost)
    expect([positions(lost.state), counted(lost.state)]).toEqual([[20], 30])
  })

  test('binds the positions to another cluster, all of them at once', async () => {
    const moved = pipelineFile({ topic: await createTopic(undefined, 2) })
    await produce(moved.topic, ...hourly(now, 0, 1))
    await once(moved)
    const state = new Database(moved.state)
    state.exec("UPDATE sprk_meta SET value = 'the-old-cluster' WHERE key = 'log:source'")
    state.close()
    await lossOf(moved, 'E_OTHER_CLUSTER', /the-old-cluster/)
    const { partitions } = await show(moved)
    expect(partitions.map(({ status }: { status: string }) => status)).toEqual(['other-cluster', 'other-cluster'])
    const part = await reset(moved, '--to-earliest', '--topic', `${moved.topic}:0`, '--allow-loss', '--execute')
    expect(part).toMatchObject({ code: 79, stderr: expect.stringContaining('all partitions have to be named at once') })
    expect(await pasted((await reset(moved, '--to-earliest')).stdout)).toMatchObject(done)
    await once(moved)
    expect([positions(moved.state), counted(moved.state)]).toEqual([[10, 10], 40])
  })
})
