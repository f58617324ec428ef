// Members of a consumer group of a real Kafka.

import { afterEach, describe, expect, it } from 'vitest'
import { startMember, stopMembers, type TestMemberOptions } from '../../support/group-member.ts'
import * as kafka from '../../support/kafka.ts'

afterEach(stopMembers)

function start(topic: string, options: Partial<TestMemberOptions> = {}) {
  return startMember({ address: kafka.bootstrap(), groupId: topic, topics: () => [topic], ...options })
}

describe.skipIf(!kafka.kafkaAvailable)('a member of a group of a real Kafka', () => {
  it('joins alone, commits as a member and leaves', async () => {
    const topic = await kafka.createTopic(kafka.topicName('group'), 3)
    const one = start(topic, { clientId: 'sprk-1' })
    await kafka.waitUntil(() => one.owned() !== '')
    expect(one.owned()).toBe([0, 1, 2].map((n) => `${topic}/${n}`).join(','))
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
    expect([...(await one.member.committed([at])).values()]).toEqual([
      { ...at, offset: 7, metadata: 'me', errorCode: 0 },
    ])
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
    await kafka.waitUntil(() => one.owned() !== '')
    const two = start(topic)
    await kafka.waitUntil(() => one.assignment?.owned.length === 2 && two.assignment?.owned.length === 2)
    const three = start(topic)
    await kafka.waitUntil(() => [one, two, three].every(({ assignment }) => assignment?.members.length === 3))
    await kafka.waitUntil(
      () =>
        [one, two, three]
          .flatMap(({ owned }) => owned().split(','))
          .sort()
          .join() === [0, 1, 2, 3].map((n) => `${topic}/${n}`).join(),
    )
    await two.stop()
    await three.stop()
    await kafka.waitUntil(() => one.assignment?.owned.length === 4)
  })
})
