// Members of consumer groups of a real Kafka, beside those of other clients.

import { spawn } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { javaOptions } from '../../../scripts/kafka/broker.mjs'
import { kafkaJars } from '../../../scripts/kafka/jars.mjs'
import { systemClock } from '../../../src/cli/system-clock.ts'
import type { Clock } from '../../../src/clock.ts'
import { startMember, stopMembers, type TestMember, type TestMemberOptions } from '../../support/group-member.ts'
import * as kafka from '../../support/kafka.ts'

const children: ReturnType<typeof spawn>[] = []

afterEach(async () => {
  await stopMembers()
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const FULL = process.env['SPRK_TEST_FULL'] === '1'
const HAS_KCAT = await new Promise<boolean>((resolve) => {
  spawn('kcat', ['-V'], { stdio: 'ignore' })
    .on('error', () => resolve(false))
    .on('close', (code) => resolve(code === 0))
})

/** The leader looks for new partitions every 200 ms. */
const clock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms === 30_000 ? 200 : ms, signal),
}

function start(topic: string, options: Partial<TestMemberOptions> = {}): TestMember {
  return startMember({ address: kafka.bootstrap(), groupId: topic, topics: () => [topic], ...options })
}

const keys = (topic: string, count: number) => Array.from({ length: count }, (_, n) => `${topic}/${n}`).join(',')
const union = (...members: readonly TestMember[]) => {
  const owned = members.flatMap((each) => (each.owned() === '' ? [] : each.owned().split(',')))
  return owned.sort().join(',')
}
const sizes = (...members: readonly TestMember[]) =>
  members.map(({ assignment }) => assignment?.owned.length ?? 0).join()

/** Each has joined the same generation, and all partitions of the topic are shared out. */
async function settled(topic: string, count: number, ...members: readonly TestMember[]): Promise<void> {
  await kafka.waitUntil(() => {
    const generations = new Set(members.map(({ assignment }) => assignment?.generation))
    const haveMet = members.every(({ assignment }) => assignment?.members.length === members.length)
    return generations.size === 1 && haveMet && union(...members) === keys(topic, count)
  })
}

/** Another client in the group, until it is ended. */
function foreign(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: 'ignore' })
  children.push(child)
  return child
}

async function javaConsumer(topic: string, ...properties: readonly string[]) {
  const args = ['org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', kafka.bootstrap()]
  const own = properties.flatMap((each) => ['--command-property', each])
  const jars = await kafkaJars(() => {})
  return foreign('java', [...javaOptions(jars, '-Xmx256m'), ...args, '--topic', topic, '--group', topic, ...own])
}

describe.skipIf(!kafka.kafkaAvailable)('a member of a group of a real Kafka', () => {
  it('takes the place of one that was killed at once, where it knows that one', async () => {
    const topic = await kafka.createTopic(undefined, 2)
    // Longer than this test may take: nobody but the next member ends its membership.
    const hours = { sessionTimeoutMs: 600_000, rebalanceTimeoutMs: 600_000 }
    const killed = start(topic, { ...hours, clientId: 'ours-1' })
    await settled(topic, 2, killed)
    await killed.kill()
    const next = start(topic, { clientId: 'ours-1', isGone: (clientId) => clientId === 'ours-1' })
    await settled(topic, 2, next)
    expect(next.assignment?.members.map(({ clientId }) => clientId)).toEqual(['ours-1'])
  })

  it('joins alone, commits as a member and leaves', async () => {
    const topic = await kafka.createTopic(kafka.topicName('group'), 3)
    const one = start(topic, { clientId: 'sprk-1' })
    await settled(topic, 3, one)
    expect(one.member.isMember()).toBe(true)
    expect(one.assignment?.members).toEqual([
      {
        memberId: one.member.memberId,
        instanceId: null,
        clientId: 'sprk-1',
        host: '/127.0.0.1',
        partitions: [0, 1, 2].map((partition) => ({ topic, partition })),
      },
    ])
    const at = { topic, partition: 1 }
    expect(await one.member.commit([{ ...at, offset: 7, leaderEpoch: null, metadata: 'me' }])).toBe(true)
    const committed = await one.member.committed([at])
    expect([...committed.values()]).toEqual([{ ...at, offset: 7, metadata: 'me', errorCode: 0 }])
    await one.stop()
    expect(one.log.at(-1)).toBe(`assigned ${one.owned()}`)
    const admin = kafka.client().admin()
    await admin.connect()
    expect((await admin.describeGroups([topic])).groups[0]?.state).toBe('Empty')
    await admin.disconnect()
  })

  it('shares with a second and a third member, and takes over what they leave', async () => {
    const topic = await kafka.createTopic(kafka.topicName('group'), 4)
    const one = start(topic)
    await settled(topic, 4, one)
    const two = start(topic)
    await settled(topic, 4, one, two)
    expect(sizes(one, two)).toBe('2,2')
    const three = start(topic)
    await settled(topic, 4, one, two, three)
    await two.stop()
    await three.stop()
    await settled(topic, 4, one)
  })

  it('lets the group wait until its reader has stored what it read, and commits it', async () => {
    const topic = await kafka.createTopic(kafka.topicName('group'), 2)
    const stored: boolean[] = []
    const one: TestMember = start(topic, {
      async revoked(partitions) {
        await new Promise((resolve) => setTimeout(resolve, 500))
        const offsets = partitions.map((at) => ({ ...at, offset: 3, leaderEpoch: null, metadata: '' }))
        stored.push(await one.member.commit(offsets))
      },
    })
    await settled(topic, 2, one)
    const two = start(topic)
    await settled(topic, 2, one, two)
    expect(stored).toEqual([true])
    const committed = await two.member.committed(two.assignment?.owned ?? [])
    expect([...committed.values()].map(({ offset }) => offset)).toEqual([3])
  })

  it('is a static member that comes back without a rebalance', async () => {
    const topic = await kafka.createTopic(kafka.topicName('group'), 2)
    const [one, two] = [start(topic, { instanceId: 'ID-1' }), start(topic, { instanceId: 'ID-2' })]
    await settled(topic, 2, one, two)
    const { generation } = one.member
    const before = [one.owned(), two.log.length]
    await one.stop()
    const again = start(topic, { instanceId: 'ID-1' })
    await kafka.waitUntil(() => again.assignment !== null)
    expect([again.owned(), two.log.length]).toEqual(before)
    expect(again.member.generation).toBe(generation)
    expect(again.assignment?.members.map(({ instanceId }) => instanceId).sort()).toEqual(['ID-1', 'ID-2'])
    const thief = start(topic, { instanceId: 'ID-2' })
    await expect(two.ended).rejects.toMatchObject({ code: 'E_GROUP_FENCED', exit: 75 })
    await kafka.waitUntil(() => thief.assignment !== null)
  })

  it('takes up partitions that are added', async () => {
    const topic = await kafka.createTopic(kafka.topicName('group'), 1)
    const one = start(topic, { clock })
    await settled(topic, 1, one)
    const two = start(topic, { clock })
    await settled(topic, 1, one, two)
    await kafka.createPartitions(topic, 4)
    await settled(topic, 4, one, two)
    expect(sizes(one, two)).toBe('2,2')
  })

  it('takes up partitions that are added to the topic of a static leader that came back', async () => {
    const topic = await kafka.createTopic(kafka.topicName('group'), 1)
    const one = start(topic, { clock, instanceId: 'ID-1' })
    await settled(topic, 1, one)
    await one.stop()
    await kafka.createPartitions(topic, 2)
    const again = start(topic, { clock, instanceId: 'ID-1' })
    await settled(topic, 2, again)
  })

  it('takes up topics that a pattern finds later', async () => {
    const [first, second] = [await kafka.createTopic(kafka.topicName('group')), await kafka.createTopic()]
    const topics = [first]
    const one = start(first, { topics: () => [...topics] })
    await settled(first, 1, one)
    topics.push(second)
    await kafka.waitUntil(() => one.assignment?.owned.length === 2)
  })

  it.runIf(FULL)(
    'that was frozen for longer than its session has lost its partitions, and knows it at once',
    async () => {
      const topic = await kafka.createTopic(kafka.topicName('group'), 2)
      const options = { sessionTimeoutMs: 6000 }
      const one = start(topic, options)
      await settled(topic, 2, one)
      const offsets = [{ topic, partition: 0, offset: 1, leaderEpoch: null, metadata: '' }]
      expect(await one.member.commit(offsets)).toBe(true)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 7500)
      expect(one.member.isMember()).toBe(false)
      expect(await one.member.commit(offsets)).toBe(false)
      const owned = keys(topic, 2)
      await kafka.waitUntil(() => one.log.at(-2) === `lost ${owned}` && one.log.at(-1) === `assigned ${owned}`)
      expect(one.member.isMember()).toBe(true)
      expect(one.log.filter((line) => line.includes('does not answer'))).toEqual([])
    },
  )

  it.runIf(FULL)('says that a group of another kind cannot be joined', async () => {
    const topic = await kafka.createTopic()
    const consumer = kafka.client().consumer({
      groupId: topic,
      partitionAssigners: [
        () => ({
          name: 'own',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'own', metadata: Buffer.alloc(0) }),
        }),
      ],
    })
    await consumer.connect()
    await consumer.subscribe({ topic })
    const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve))
    await consumer.run({ eachMessage: async () => {} })
    await joined
    const why = 'its members assign partitions by `own`, not by `range` or `cooperative-sticky`'
    const message = `consumer group ${topic} cannot be joined: ${why}`
    await expect(start(topic).ended).rejects.toMatchObject({ code: 'E_GROUP_PROTOCOL', exit: 75, message })
    await consumer.disconnect()
  })

  describe.skipIf(!kafka.javaToolsAvailable)('beside the Java client', () => {
    it('shares, whoever leads, as kafka-consumer-groups shows', async () => {
      const topic = await kafka.createTopic(kafka.topicName('group'), 4)
      const one = start(topic, { clientId: 'sprk-0123-1' })
      await settled(topic, 4, one)
      const java = await javaConsumer(topic)
      await kafka.waitUntil(() => one.assignment?.owned.length === 2)
      const stranger = one.assignment?.members.find(({ memberId }) => memberId !== one.member.memberId)
      expect(stranger).toMatchObject({ clientId: 'console-consumer', host: '/127.0.0.1' })
      expect(stranger?.partitions).toHaveLength(2)
      const two = start(topic)
      await kafka.waitUntil(() => one.assignment?.members.length === 3 && union(one, two).split(',').length >= 2)
      const args = ['--bootstrap-server', kafka.bootstrap(), '--describe', '--group', topic, '--members', '--verbose']
      const printed = await kafka.javaTool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', args)
      const lines = printed.split('\n').filter((line) => line.includes('/127.0.0.1'))
      expect(lines).toHaveLength(3)
      expect(printed).toMatch(/sprk-0123-1-\S+ +\/127.0.0.1 +sprk-0123-1 +\d/)
      java.kill('SIGTERM')
      await settled(topic, 4, one, two)
    })

    it('shares in a cooperative group, which it joined first or last', async () => {
      const topic = await kafka.createTopic(kafka.topicName('group'), 4)
      const cooperative = 'partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor'
      const java = await javaConsumer(topic, cooperative)
      const one = start(topic)
      await kafka.waitUntil(() => one.assignment?.members.length === 2 && one.owned().split(',').length === 2)
      const two = start(topic)
      await kafka.waitUntil(() => one.assignment?.members.length === 3 && two.assignment?.members.length === 3)
      await kafka.waitUntil(() => sizes(one, two).match(/1,2|2,1|1,1/) !== null)
      java.kill('SIGTERM')
      await settled(topic, 4, one, two)
      expect(sizes(one, two)).toBe('2,2')
    })
  })

  it.runIf(kafka.javaToolsAvailable && FULL)('does not join members of the newer protocol', async () => {
    const topic = await kafka.createTopic(kafka.topicName('group'), 2)
    const one = start(topic)
    await settled(topic, 2, one)
    await javaConsumer(topic, 'group.protocol=consumer')
    const why = 'it has members of the newer group protocol (`group.protocol=consumer`)'
    const refused = { code: 'E_GROUP_PROTOCOL', exit: 75, message: `consumer group ${topic} cannot be joined: ${why}` }
    await expect(one.ended).rejects.toMatchObject(refused)
    await expect(start(topic).ended).rejects.toMatchObject(refused)
  })

  it.runIf(HAS_KCAT && FULL)('shares with librdkafka', async () => {
    const topic = await kafka.createTopic(kafka.topicName('group'), 4)
    const one = start(topic)
    await settled(topic, 4, one)
    const kcat = foreign('kcat', ['-b', kafka.bootstrap(), '-G', topic, topic])
    await kafka.waitUntil(() => one.assignment?.owned.length === 2)
    kcat.kill('SIGTERM')
    await settled(topic, 4, one)
  })
})
