// What Kafka no longer has: received before, it is processed; else it is a loss, which is said and counted.

import { afterAll, describe, expect, test } from 'vitest'
import {
  createTopic,
  deleteRecords,
  deleteTopic,
  kafkaAvailable,
  offsets,
  produce,
  waitUntil,
} from '../../support/kafka.ts'
import type { PipelineFile } from '../../support/pipeline-file.ts'
import { breaksOf, receiverFile, rowsOf } from '../../support/receiver-file.ts'
import { type RunningSprk, runSprk, startSprk } from '../../support/sprk.ts'
import { query } from '../../support/sqlite.ts'

const running: RunningSprk[] = []

afterAll(async () => {
  for (const sprk of running) {
    sprk.kill('SIGKILL')
    await sprk.done
  }
})

function start(file: PipelineFile): RunningSprk {
  const sprk = startSprk(['run', file.path, '-v'], { timeoutMs: 120_000 })
  running.push(sprk)
  return sprk
}

const values = (from: number, until: number) => Array.from({ length: until - from }, (_, i) => `record ${from + i}`)
const offsetsIn = ({ state }: PipelineFile) => rowsOf(state).map(([, , at]) => at)
const upTo = (from: number, until: number) => Array.from({ length: until - from }, (_, i) => from + i)
const moves = ({ state }: PipelineFile) => query(state, 'SELECT from_offset, to_offset FROM sprk_moves ORDER BY id')

/** Where the blocks of partition 0 begin and end. */
function stored({ state }: PipelineFile): readonly unknown[] {
  try {
    return query(state, 'SELECT min(from_offset), max(until_offset) FROM sprk_blocks')[0] ?? []
  } catch {
    return [] // no file yet
  }
}

/** A static member takes over at once after a kill. */
function fileOf(topic: string, receiver: object, more: object = {}): PipelineFile {
  return receiverFile({ topics: [topic], receiver: { groupInstanceId: `i-${topic}`, ...receiver }, ...more })
}

// Most of the time each of them waits.
describe.skipIf(!kafkaAvailable)('records that Kafka deletes', { concurrent: true }, () => {
  test('after they were received are processed all the same, after a kill', async () => {
    const topic = await createTopic()
    await produce(topic, ...values(0, 100))
    // The first batch is planned before anything came; the next one in an hour.
    const file = fileOf(topic, {}, { batchInterval: '1h' })
    const killed = start(file)
    await waitUntil(() => stored(file)[1] === 100)
    killed.kill('SIGKILL')
    await killed.done
    await deleteRecords(topic, 0, 100)
    await produce(topic, ...values(100, 110))
    expect(await runSprk(['run', file.path, '--once'])).toMatchObject({ code: 0, stderr: '' })
    expect(offsetsIn(file)).toEqual(upTo(0, 110))
    expect(breaksOf(file.state)).toEqual([])
  })

  test.each(['fail', 'continue'] as const)('before and after they were received: %s', async (onDataLoss) => {
    const topic = await createTopic()
    await produce(topic, ...values(0, 100))
    const file = fileOf(topic, {}, { batchInterval: '1h', onDataLoss })
    const killed = start(file)
    await waitUntil(() => stored(file)[1] === 100)
    killed.kill('SIGKILL')
    await killed.done
    await produce(topic, ...values(100, 120))
    await deleteRecords(topic, 0, 110)
    const { code, stderr } = await runSprk(['run', file.path, '--once'])
    if (onDataLoss === 'fail') {
      expect({ code, stderr }).toMatchObject({
        code: 79,
        stderr: expect.stringContaining('saved offset 100 is below log start 110'),
      })
      expect(offsetsIn(file)).toEqual(upTo(0, 100))
    } else {
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('going on at 110 instead of 100'),
      })
      expect(offsetsIn(file)).toEqual([...upTo(0, 100), ...upTo(110, 120)])
      expect(moves(file)).toEqual([[100, 110]])
    }
    expect(await runSprk(['verify', file.state])).toMatchObject({ code: 0 })
  })

  const cases = [true, false].flatMap((isLogOn) =>
    (['fail', 'continue'] as const).map((mode) => [isLogOn, mode] as const),
  )
  test.each(cases)('while they are received (log %s): %s', async (isLogOn, onDataLoss) => {
    const topic = await createTopic()
    for (let from = 0; from < 3000; from += 100) {
      await produce(topic, ...Array.from({ length: 100 }, () => 'x'.repeat(20_000)))
    }
    const file = fileOf(topic, { writeAheadLog: isLogOn, maxRate: 150 }, { onDataLoss })
    const run = start(file)
    await waitUntil(() => safely(() => offsetsIn(file).length > 0))
    await deleteRecords(topic, 0, 2990)
    if (onDataLoss === 'continue') {
      await waitUntil(() => offsetsIn(file).at(-1) === 2999, 60_000)
      run.kill('SIGTERM')
    }
    const { code, stderr } = await run.done
    const read = offsetsIn(file)
    expect({ code, stderr }).toMatchObject({ code: onDataLoss === 'fail' ? 79 : 0 })
    const [[from, to] = []] = moves(file)
    const first = onDataLoss === 'fail' ? read.length : Number(from)
    if (onDataLoss === 'fail') expect(stderr).toContain(`saved offset ${first} is below log start 2990`)
    else expect(to).toBe(2990)
    expect(read).toEqual(onDataLoss === 'fail' ? upTo(0, first) : [...upTo(0, first), ...upTo(2990, 3000)])
    expect(breaksOf(file.state)).toEqual([])
    expect(await runSprk(['verify', file.state])).toMatchObject({ code: 0 })
  })

  test('with nothing behind them are passed by a run up to the end', async () => {
    const topic = await createTopic()
    await produce(topic, ...values(0, 10))
    const file = fileOf(topic, {}, { onDataLoss: 'continue' })
    expect(await runSprk(['run', file.path, '--once'])).toMatchObject({ code: 0 })
    await produce(topic, ...values(10, 20))
    const [{ stable } = { stable: 0 }] = await offsets(topic)
    await deleteRecords(topic, 0, stable)
    expect(await runSprk(['run', file.path, '--once', '--timeout', '20s'])).toMatchObject({ code: 0 })
    expect(moves(file)).toEqual([[10, 20]])
    expect(query(file.state, 'SELECT next FROM sprk_offsets')).toEqual([[20]])
  })
})

describe.skipIf(!kafkaAvailable)('records that Kafka deletes', () => {
  test.each([true, false])('with their topic, which is created anew, are one more loss (log %s)', async (isLogOn) => {
    const topic = await createTopic()
    await produce(topic, ...values(0, 100))
    const file = fileOf(topic, { writeAheadLog: isLogOn }, { onDataLoss: 'continue' })
    const run = start(file)
    await waitUntil(() => safely(() => offsetsIn(file).length === 100))
    await deleteTopic(topic)
    await createTopic(topic)
    await produce(topic, ...values(0, 30))
    await waitUntil(() => offsetsIn(file).length === 130, 60_000)
    run.kill('SIGTERM')
    expect(await run.done).toMatchObject({ code: 0 })
    expect(moves(file)).toEqual([[100, 0]])
    expect(offsetsIn(file)).toEqual([...upTo(0, 30).flatMap((at) => [at, at]), ...upTo(30, 100)])
    expect(await runSprk(['verify', file.state])).toMatchObject({ code: 0 })
  })
})

function safely(condition: () => boolean): boolean {
  try {
    return condition()
  } catch {
    return false // no table yet
  }
}
