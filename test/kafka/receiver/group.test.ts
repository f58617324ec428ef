// Receivers beside other members of their group, and offsets of the group that somebody has changed.

import { afterAll, describe, expect, test } from 'vitest'
import {
  bootstrap,
  client,
  createTopic,
  javaTool,
  javaToolsAvailable,
  kafkaAvailable,
  produce,
  waitUntil,
} from '../../support/kafka.ts'
import type { PipelineFile } from '../../support/pipeline-file.ts'
import { breaksOf, receiverFile, rowsOf } from '../../support/receiver-file.ts'
import { type RunningSprk, runSprk, startSprk } from '../../support/sprk.ts'
import { query } from '../../support/sqlite.ts'
import { hasKcat, startJavaConsumer, startKcat, stopStrangers } from '../../support/strangers.ts'

const PARTITIONS = 4
const running: RunningSprk[] = []

afterAll(async () => {
  for (const sprk of running.splice(0)) {
    sprk.kill('SIGKILL')
    await sprk.done
  }
  await stopStrangers()
})

function start(file: PipelineFile): RunningSprk {
  const sprk = startSprk(['run', file.path, '-v'], { timeoutMs: 60_000 })
  running.push(sprk)
  return sprk
}

async function stop(sprk: RunningSprk) {
  sprk.kill('SIGTERM')
  return await sprk.done
}

let sent = 0

/** `count` records into each partition. */
async function send(topic: string, count: number): Promise<void> {
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const messages = Array.from({ length: count }, () => ({ value: `record ${sent++}`, partition }))
    await produce(topic, ...messages)
  }
}

/** `topic partition offset` of every record of the topic. */
function places(topic: string, perPartition: number): string[] {
  const each = Array.from({ length: PARTITIONS }, (_, p) =>
    Array.from({ length: perPartition }, (_, i) => `${topic} ${p} ${i}`),
  )
  return each.flat().sort()
}

const placesIn = ({ state }: PipelineFile) =>
  rowsOf(state)
    .map(([topic, part, at]) => `${topic} ${part} ${at}`)
    .sort()
const countIn = ({ state }: PipelineFile) => Number(query(state, 'SELECT count(*) FROM rows')[0]?.[0] ?? 0)

function hasRows(file: PipelineFile, count = 1): boolean {
  try {
    return countIn(file) >= count
  } catch {
    return false // no table yet
  }
}

async function isAt(file: PipelineFile, count: number): Promise<void> {
  await waitUntil(() => hasRows(file, count), 60_000)
}

/** Looks a moment. */
async function isRunning(sprk: RunningSprk): Promise<boolean> {
  return await Promise.race([sprk.done.then(() => false), new Promise<boolean>((r) => setTimeout(() => r(true), 10))])
}

const groupOf = (name: string) => `${name}-${Math.random().toString(36).slice(2)}`

// Most of the time each of them waits.
describe.skipIf(!kafkaAvailable)('receivers in a group', { concurrent: true }, () => {
  test.skipIf(!hasKcat).each([true, false])(
    'that a stranger joins end with exit 75 and its name (log %s)',
    async (isLogOn) => {
      const topic = await createTopic(undefined, PARTITIONS)
      const groupId = groupOf('alone')
      const file = receiverFile({ topics: [topic], groupId, receiver: { receivers: 2, writeAheadLog: isLogOn } })
      await send(topic, 50)
      const sprk = start(file)
      await isAt(file, 1)
      const kcat = startKcat(groupId, [topic])
      await send(topic, 50)
      const { code, stderr } = await sprk.done
      expect(code, stderr).toBe(75)
      expect(stderr).toMatch(/error\[E_GROUP_MEMBERS\]: consumer group alone-\w+ has other members: rdkafka on [\d.]+/)
      expect(stderr).not.toContain('receiver 1 has stopped')
      await send(topic, 50)
      await waitUntil(() => kcat.read.length > 0)
      await kcat.stop()
      // What the stranger has read and committed says nothing.
      expect(await runSprk(['run', file.path, '--once'])).toMatchObject({ code: 0 })
      expect(placesIn(file)).toEqual(places(topic, 150))
      expect(breaksOf(file.state)).toEqual([])
      expect(query(file.state, 'SELECT count(*) FROM sprk_moves')).toEqual([[0]])
    },
  )

  test.skipIf(!hasKcat).each([true, false])(
    'that is shared leave to others what these read, and say so (log %s)',
    async (isLogOn) => {
      const topic = await createTopic(undefined, PARTITIONS)
      const groupId = groupOf('shared')
      const receiver = { receivers: 1, writeAheadLog: isLogOn, shared: true }
      const file = receiverFile({ topics: [topic], groupId, receiver })
      await send(topic, 50)
      const sprk = start(file)
      await isAt(file, 50 * PARTITIONS)
      const kcat = startKcat(groupId, [topic])
      let rounds = 1
      while (kcat.read.length === 0) {
        await send(topic, 50)
        rounds++
      }
      await send(topic, 50)
      await kcat.stop()
      await send(topic, 50)
      const all = places(topic, (rounds + 2) * 50)
      const union = () => [...new Set([...placesIn(file), ...kcat.read])].sort()
      await waitUntil(() => union().length === all.length, 60_000)
      expect(await stop(sprk)).toMatchObject({ code: 0 })
      expect(union()).toEqual(all)
      expect(new Set(placesIn(file)).size).toBe(placesIn(file).length)
      expect(breaksOf(file.state)).toEqual([])
      const moves = query(file.state, 'SELECT DISTINCT cause FROM sprk_moves')
      expect(moves).toEqual([[`other members of consumer group ${groupId} read these records`]])
      expect(await runSprk(['verify', file.state])).toMatchObject({ code: 0 })
    },
  )

  test.skipIf(!javaToolsAvailable).each([false, true])(
    "that one of Kafka's own consumers joins and leaves in mid-batch (shared %s)",
    async (shared) => {
      const topic = await createTopic(undefined, PARTITIONS)
      const groupId = groupOf('java')
      // Batches are long, so that some are under way whenever it comes and goes.
      const file = receiverFile({ topics: [topic], groupId, batchInterval: '2s', receiver: { receivers: 1, shared } })
      await send(topic, 50)
      const sprk = start(file)
      await isAt(file, 1)
      const java = await startJavaConsumer(groupId, topic)
      let rounds = 1
      while (java.read.length === 0 && rounds < 100 && (shared || (await isRunning(sprk)))) {
        await send(topic, 10)
        await new Promise((resolve) => setTimeout(resolve, 300))
        rounds++
      }
      await java.stop()
      const sentTo = 50 + (rounds - 1) * 10
      if (!shared) {
        const { code, stderr } = await sprk.done
        expect(code, stderr).toBe(75)
        expect(stderr).toMatch(/has other members: console-consumer on [\d.]+/)
        expect(await runSprk(['run', file.path, '--once'])).toMatchObject({ code: 0 })
        expect(placesIn(file)).toEqual(places(topic, sentTo))
        return
      }
      const union = () => [...new Set([...placesIn(file), ...java.read])].sort()
      await waitUntil(() => union().length === sentTo * PARTITIONS, 60_000)
      expect(await stop(sprk)).toMatchObject({ code: 0 })
      expect(new Set(placesIn(file)).size).toBe(placesIn(file).length)
      expect(breaksOf(file.state)).toEqual([])
      expect(await runSprk(['verify', file.state])).toMatchObject({ code: 0 })
    },
  )

  test('step over what others have read though nothing comes behind it', async () => {
    const topic = await createTopic(undefined, PARTITIONS)
    const groupId = groupOf('shared')
    const file = receiverFile({ topics: [topic], groupId, receiver: { shared: true } })
    await send(topic, 20)
    expect(await runSprk(['run', file.path, '--once'])).toMatchObject({ code: 0 })
    await send(topic, 20)
    await setOffsets(groupId, topic, 40)
    expect(await runSprk(['run', file.path, '--once', '--timeout', '20s'])).toMatchObject({ code: 0 })
    expect(countIn(file)).toBe(20 * PARTITIONS)
    expect(query(file.state, 'SELECT partition, from_offset, to_offset FROM sprk_moves ORDER BY 1')).toEqual(
      Array.from({ length: PARTITIONS }, (_, p) => [p, 20, 40]),
    )
    expect(query(file.state, 'SELECT DISTINCT next FROM sprk_offsets')).toEqual([[40]])
    expect(query(file.state, 'SELECT count(*) FROM sprk_blocks')).toEqual([[0]])
    await send(topic, 1)
    expect(await runSprk(['run', file.path, '--once'])).toMatchObject({ code: 0 })
    expect(countIn(file)).toBe(21 * PARTITIONS)
    expect(await runSprk(['verify', file.state])).toMatchObject({ code: 0 })
  })

  test.each([true, false])(
    'go on at their own positions, whatever the offsets of the group say (log %s)',
    async (isLogOn) => {
      const topic = await createTopic(undefined, PARTITIONS)
      const groupId = groupOf('moved')
      const file = receiverFile({ topics: [topic], groupId, receiver: { writeAheadLog: isLogOn } })
      for (const offset of [null, 5, 1000] as const) {
        await send(topic, 20)
        if (offset === null) await deleteGroup(groupId)
        else await setOffsets(groupId, topic, offset)
        expect(await runSprk(['run', file.path, '--once'])).toMatchObject({ code: 0, stderr: '' })
      }
      expect(placesIn(file)).toEqual(places(topic, 60))
      expect(await offsetsOf(groupId, topic)).toEqual(Array(PARTITIONS).fill('60'))
    },
  )

  test('of two processes that share it read every record', async () => {
    const topic = await createTopic(undefined, PARTITIONS)
    const groupId = groupOf('two')
    const files = [true, false].map((writeAheadLog) => {
      return receiverFile({ topics: [topic], groupId, receiver: { shared: true, writeAheadLog } })
    })
    await send(topic, 50)
    const first = start(files[0] as PipelineFile)
    await isAt(files[0] as PipelineFile, 1)
    const second = start(files[1] as PipelineFile)
    let rounds = 1
    for (; !hasRows(files[1] as PipelineFile); rounds++) await send(topic, 50)
    await send(topic, 50)
    rounds++
    const union = () => [...new Set(files.flatMap(placesIn))].sort()
    await waitUntil(() => union().length === rounds * 50 * PARTITIONS, 60_000)
    expect(await stop(first)).toMatchObject({ code: 0 })
    await send(topic, 50)
    await waitUntil(() => union().length === (rounds + 1) * 50 * PARTITIONS, 60_000)
    expect(await stop(second)).toMatchObject({ code: 0 })
    expect(union()).toEqual(places(topic, (rounds + 1) * 50))
    for (const file of files) {
      expect(new Set(placesIn(file)).size).toBe(placesIn(file).length)
      expect(await runSprk(['verify', file.state])).toMatchObject({ code: 0 })
    }
  })

  test.skipIf(!javaToolsAvailable)("are shown by Kafka's own tools", async () => {
    const topic = await createTopic(undefined, PARTITIONS)
    const groupId = groupOf('shown')
    const file = receiverFile({ topics: [topic], groupId, receiver: { receivers: 2 } })
    await send(topic, 50)
    const sprk = start(file)
    await isAt(file, 50 * PARTITIONS)
    await waitUntil(async () => (await offsetsOf(groupId, topic)).every((offset) => offset === '50'))
    // One receiver may read everything before the other one has joined.
    await waitUntil(async () => await isStable(groupId, 2))
    const args = ['--bootstrap-server', bootstrap(), '--describe', '--group', groupId]
    const printed = await javaTool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', args)
    const lines = printed.split('\n').filter((line) => line.includes(topic))
    expect(lines).toHaveLength(PARTITIONS)
    for (const line of lines) expect(line).toMatch(/\s50\s+50\s+0\s+sprk-\S+\s+\/[\d.]+\s+sprk-[\w-]+-[12]\s*$/)
    expect(new Set(lines.map((line) => line.trim().split(/\s+/).at(-1))).size).toBe(2)
    expect(await stop(sprk)).toMatchObject({ code: 0 })
    expect(await membersOf(groupId)).toBe(0)
  })
})

async function withAdmin<T>(work: (admin: ReturnType<ReturnType<typeof client>['admin']>) => Promise<T>): Promise<T> {
  const admin = client().admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

async function setOffsets(groupId: string, topic: string, offset: number): Promise<void> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, offset: String(offset) }))
  await withAdmin((admin) => admin.setOffsets({ groupId, topic, partitions }))
}

async function offsetsOf(groupId: string, topic: string): Promise<string[]> {
  const [fetched] = await withAdmin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }))
  return (fetched?.partitions ?? []).toSorted((a, b) => a.partition - b.partition).map(({ offset }) => offset)
}

async function deleteGroup(groupId: string): Promise<void> {
  await withAdmin((admin) => admin.deleteGroups([groupId])).catch(() => {}) // there may be none yet
}

async function isStable(groupId: string, members: number): Promise<boolean> {
  const { groups } = await withAdmin((admin) => admin.describeGroups([groupId]))
  return groups[0]?.state === 'Stable' && groups[0].members.length === members
}

async function membersOf(groupId: string): Promise<number> {
  const { groups } = await withAdmin((admin) => admin.describeGroups([groupId]))
  return groups[0]?.members.length ?? 0
}
