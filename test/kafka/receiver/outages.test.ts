// Receivers that are stopped, that stand still, and whose brokers go away and come back.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { kafkaAvailable, waitUntil } from '../../support/kafka.ts'
import { type OwnBroker, startOwnBroker } from '../../support/own-broker.ts'
import type { PipelineFile } from '../../support/pipeline-file.ts'
import { randomFrom } from '../../support/random.ts'
import { breaksOf, receiverFile, rowsOf } from '../../support/receiver-file.ts'
import { type RunningSprk, runSprk, startSprk } from '../../support/sprk.ts'
import { query } from '../../support/sqlite.ts'

const isFull = process.env['SPRK_TEST_FULL'] === '1'
const PARTITIONS = 4

/** With the log and without it; one of them, by chance, unless all is tried. */
const LOGS = process.env['SPRK_TEST_ALL'] === '1' ? [true, false] : [Math.random() < 0.5]

describe.skipIf(!kafkaAvailable)('receivers', () => {
  let broker: OwnBroker
  let topic = ''
  let topics = 0
  let sent = 0
  let running: RunningSprk | undefined

  beforeAll(async () => {
    broker = await startOwnBroker()
  })

  afterAll(() => broker.stop())

  afterEach(async () => {
    running?.kill('SIGKILL')
    await running?.done
    running = undefined
  })

  async function fileOf(receiver: object, more: object = {}): Promise<PipelineFile> {
    topic = `events-${topics++}`
    sent = 0
    await broker.createTopic(topic, PARTITIONS)
    return receiverFile({
      topics: [topic],
      groupId: topic,
      brokers: broker.address,
      receiver: { ...receiver },
      ...more,
    })
  }

  /** So many to each partition. */
  async function send(count: number): Promise<void> {
    const values = Array.from({ length: count * PARTITIONS }, () => `record ${sent++}`)
    await broker.produce(topic, PARTITIONS, values)
  }

  function start(file: PipelineFile): RunningSprk {
    running = startSprk(['run', file.path, '-v'], { timeoutMs: 200_000 })
    return running
  }

  function count({ state }: PipelineFile): number {
    try {
      return Number(query(state, 'SELECT count(*) FROM rows')[0]?.[0])
    } catch {
      return 0 // no table yet
    }
  }

  async function admin() {
    const connected = broker.client.admin()
    await connected.connect()
    return connected
  }

  async function group(): Promise<{ members: number; offsets: number[] }> {
    const asked = await admin()
    const { groups } = await asked.describeGroups([topic])
    const [fetched] = await asked.fetchOffsets({ groupId: topic, topics: [topic] })
    await asked.disconnect()
    const partitions = (fetched?.partitions ?? []).toSorted((a, b) => a.partition - b.partition)
    return { members: groups[0]?.members.length ?? 0, offsets: partitions.map(({ offset }) => Number(offset)) }
  }

  async function expectAllOnce(file: PipelineFile): Promise<void> {
    await waitUntil(() => count(file) >= sent, 100_000)
    running?.kill('SIGTERM')
    const ended = await running?.done
    expect(ended, ended?.stderr).toMatchObject({ code: 0 })
    expect(rowsOf(file.state).map(([, part, at]) => `${part} ${at}`)).toEqual(
      Array.from({ length: PARTITIONS }, (_, p) =>
        Array.from({ length: sent / PARTITIONS }, (_, i) => `${p} ${i}`),
      ).flat(),
    )
    expect(breaksOf(file.state)).toEqual([])
    expect(await runSprk(['verify', file.state])).toMatchObject({ code: 0 })
  }

  test('that are stopped store what is in hand, tell the group and leave it', async () => {
    const file = await fileOf({ receivers: 2, blockInterval: '10s' }, { batchInterval: '1h' })
    await send(1000)
    const sprk = start(file)
    await waitUntil(async () => (await group()).members === 2, 60_000)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    sprk.kill('SIGTERM')
    const ended = await sprk.done
    expect(ended, ended.stderr).toMatchObject({ code: 0 })
    const blocks = query(file.state, 'SELECT partition, max(until_offset) FROM sprk_blocks GROUP BY 1 ORDER BY 1')
    expect(blocks).toEqual(Array.from({ length: PARTITIONS }, (_, p) => [p, 1000]))
    expect(await group()).toEqual({ members: 0, offsets: Array(PARTITIONS).fill(1000) })
    running = startSprk(['run', file.path, '--once'])
    // It ends by itself: a signal could find it behind its last work, where it has its default meaning again.
    await running.done
    await expectAllOnce(file)
  })

  test.each(isFull ? [true, false] : [true])(
    'whose coordinator is killed and started again go on (log %s)',
    async (isLogOn) => {
      const file = await fileOf({ receivers: 2, writeAheadLog: isLogOn })
      await send(500)
      const sprk = start(file)
      await waitUntil(() => count(file) > 0, 60_000)
      await broker.signal('SIGKILL')
      await sprk.waitFor(/trying again/)
      await broker.restart()
      await send(500)
      await expectAllOnce(file)
    },
  )

  test.skipIf(!isFull).each(LOGS)('that stand still for a minute join again and go on (log %s)', async (isLogOn) => {
    const file = await fileOf({ receivers: 2, writeAheadLog: isLogOn })
    await send(500)
    const sprk = start(file)
    await waitUntil(() => count(file) > 0, 60_000)
    process.kill(sprk.pid, 'SIGSTOP')
    await send(500)
    await waitUntil(async () => (await group()).members === 0, 90_000)
    process.kill(sprk.pid, 'SIGCONT')
    await send(500)
    await expectAllOnce(file)
  })

  test.skipIf(!isFull).each(LOGS)(
    'that are killed for a minute, and the broker with them, lose and repeat nothing (log %s)',
    async (isLogOn) => {
      const seed = Math.floor(Math.random() * 1_000_000)
      process.stderr.write(`soak of receivers: seed ${seed}\n`)
      const random = randomFrom(seed)
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
      // 40 s of work, as long as nothing comes between.
      const file = await fileOf({ receivers: 2, writeAheadLog: isLogOn, maxRate: 1000 })
      await send(20_000)
      const end = performance.now() + 60_000
      while (performance.now() < end) {
        const sprk = start(file)
        await pause(500 + random() * 4500)
        if (random() < 0.3) {
          await broker.signal('SIGKILL')
          await pause(random() * 1000)
          if (random() < 0.5) sprk.kill('SIGKILL')
          await broker.restart()
        }
        sprk.kill('SIGKILL')
        await sprk.done
      }
      start(file)
      await expectAllOnce(file)
    },
  )

  test.skipIf(!isFull)('read partitions that are added, and topics that begin to match', async () => {
    const file = await fileOf({ receivers: 2 })
    const pattern = await fileOf({ receivers: 2 }, { topicPattern: 'fresh-.*' })
    await send(10)
    start(pattern)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    topic = 'fresh-1'
    sent = 0
    await broker.createTopic(topic, PARTITIONS)
    await send(100)
    await expectAllOnce(pattern)
    expect(file.state).not.toBe(pattern.state)
  })
})
