// Answers of a real Kafka to the requests of a member of a consumer group.

import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../src/kafka/protocol/consumer-protocol.ts'
import { DESCRIBE_GROUPS, DESCRIBE_GROUPS_WITHOUT_NAMES } from '../../../src/kafka/protocol/describe-groups.ts'
import { FIND_COORDINATOR } from '../../../src/kafka/protocol/find-coordinator.ts'
import { HEARTBEAT } from '../../../src/kafka/protocol/heartbeat.ts'
import { JOIN_GROUP } from '../../../src/kafka/protocol/join-group.ts'
import { LEAVE_GROUP } from '../../../src/kafka/protocol/leave-group.ts'
import type { Body, Message } from '../../../src/kafka/protocol/message.ts'
import { OFFSET_COMMIT } from '../../../src/kafka/protocol/offset-commit.ts'
import { SYNC_GROUP } from '../../../src/kafka/protocol/sync-group.ts'
import { ask } from '../../support/ask.ts'
import { bootstrap, createTopic, kafkaAvailable, waitUntil } from '../../support/kafka.ts'

const answersFile = new URL('group-answers.json', import.meta.url)
/** Step → request and answer of a real Kafka, hexadecimal. */
const stored: Readonly<Record<string, string>> = JSON.parse(readFileSync(answersFile, 'utf8'))
const answer = <A>(step: string, { response }: { readonly response: Body<A> }): A => {
  const raw = Buffer.from(stored[step] ?? '', 'hex')
  const read = response.decode(raw)
  expect(response.encode(read).toString('hex')).toBe(stored[step])
  return read
}

describe('an answer of a real Kafka', () => {
  it('is read to its last byte, and written as Kafka writes it', () => {
    const required = answer('join without an id', JOIN_GROUP)
    expect(required).toMatchObject({ errorCode: 79, generation: -1, members: [] })
    const { memberId } = required
    const joining = answer('join', JOIN_GROUP)
    expect(joining).toMatchObject({ errorCode: 0, generation: 1, protocol: 'range', leader: memberId, memberId })
    const [member] = joining.members
    expect(decodeSubscription(member?.metadata ?? Buffer.alloc(0))).toMatchObject({
      topics: ['golden'],
      owned: [],
      generation: -1,
    })
    expect(answer('beat before sync', HEARTBEAT)).toEqual({ throttleMs: 0, errorCode: 0 })
    const { errorCode, assignment } = answer('sync', SYNC_GROUP)
    expect([errorCode, decodeAssignment(assignment)]).toEqual([0, [{ topic: 'golden', partition: 0 }]])
    expect(answer('beat', HEARTBEAT)).toEqual({ throttleMs: 0, errorCode: 0 })
    const [described] = answer('describe', DESCRIBE_GROUPS).groups
    expect(described).toMatchObject({
      errorCode: 0,
      groupId: 'golden',
      state: 'Stable',
      protocolType: 'consumer',
      protocol: 'range',
    })
    expect(described?.members).toMatchObject([
      { memberId, instanceId: null, clientId: '', host: '/127.0.0.1', assignment },
    ])
    expect(answer('describe without names', DESCRIBE_GROUPS_WITHOUT_NAMES).groups).toMatchObject([
      { members: [{ memberId, instanceId: null }] },
    ])
    const one = [{ topic: 'golden', partitions: [{ partition: 0, errorCode: 0 }] }]
    expect(answer('commit', OFFSET_COMMIT).topics).toEqual(one)
    expect(answer('commit of another generation', OFFSET_COMMIT).topics[0]?.partitions).toEqual([
      { partition: 0, errorCode: 22 },
    ])
    expect(answer('leave', LEAVE_GROUP)).toEqual({ throttleMs: 0, errorCode: 0 })
    expect(answer('beat after leaving', HEARTBEAT).errorCode).toBe(25)
  })
})

// SPRK_WRITE_FIXTURES=1 npx vitest run test/kafka/protocol/group-answers.test.ts
describe.runIf(kafkaAvailable && process.env['SPRK_WRITE_FIXTURES'])('the answers of Kafka', () => {
  it('are stored for tests without Kafka', async () => {
    const topic = await createTopic('golden')
    const answers: Record<string, string> = {}
    const say = async <Q, A>(step: string, of: Message<Q, A>, request: Q): Promise<A> => {
      const raw = await ask(bootstrap(), of, of.request.encode(request))
      answers[step] = raw.toString('hex')
      return of.response.decode(raw)
    }
    await waitUntil(async () => (await say('find', FIND_COORDINATOR, { key: 'golden', keyType: 0 })).errorCode === 0)
    const metadata = encodeSubscription({ topics: [topic], userData: null, owned: [], generation: -1, rack: null })
    const timeouts = { sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 60_000 }
    const request = {
      groupId: 'golden',
      ...timeouts,
      memberId: '',
      instanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata }],
    }
    // The coordinator may be loading its groups.
    await waitUntil(async () => (await say('join without an id', JOIN_GROUP, request)).errorCode === 79)
    const { memberId } = JOIN_GROUP.response.decode(Buffer.from(answers['join without an id'] ?? '', 'hex'))
    const { generation } = await say('join', JOIN_GROUP, { ...request, memberId })
    const member = { groupId: 'golden', generation, memberId, instanceId: null }
    await say('beat before sync', HEARTBEAT, member)
    const at = { topic, partition: 0 }
    await say('sync', SYNC_GROUP, { ...member, assignments: [{ memberId, assignment: encodeAssignment([at]) }] })
    await say('beat', HEARTBEAT, member)
    await say('describe', DESCRIBE_GROUPS, { groups: ['golden'], includeAuthorizedOperations: false })
    await say('describe without names', DESCRIBE_GROUPS_WITHOUT_NAMES, {
      groups: ['golden'],
      includeAuthorizedOperations: false,
    })
    const topics = [{ topic, partitions: [{ partition: 0, offset: 0, leaderEpoch: -1, metadata: 'me' }] }]
    await say('commit', OFFSET_COMMIT, { ...member, topics })
    await say('commit of another generation', OFFSET_COMMIT, { ...member, generation: generation + 1, topics })
    await say('leave', LEAVE_GROUP, { groupId: 'golden', memberId })
    await say('beat after leaving', HEARTBEAT, member)
    writeFileSync(answersFile, `${JSON.stringify(answers, null, 2)}\n`)
  })
})
