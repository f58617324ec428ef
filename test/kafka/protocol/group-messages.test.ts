// The messages about consumer groups: both halves of each, beside the bytes of kafkajs.

import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { MalformedError } from '../../../src/kafka/protocol/bytes.ts'
import { DESCRIBE_GROUPS, DESCRIBE_GROUPS_WITHOUT_NAMES } from '../../../src/kafka/protocol/describe-groups.ts'
import { FIND_COORDINATOR } from '../../../src/kafka/protocol/find-coordinator.ts'
import { HEARTBEAT } from '../../../src/kafka/protocol/heartbeat.ts'
import { JOIN_GROUP } from '../../../src/kafka/protocol/join-group.ts'
import { LEAVE_GROUP } from '../../../src/kafka/protocol/leave-group.ts'
import {
  array,
  boolean,
  int8,
  int16,
  int64,
  type Message,
  message,
  nullableArray,
  nullableBytes,
  nullableString,
  string,
  struct,
} from '../../../src/kafka/protocol/message.ts'
import { OFFSET_COMMIT } from '../../../src/kafka/protocol/offset-commit.ts'
import { OFFSET_FETCH } from '../../../src/kafka/protocol/offset-fetch.ts'
import { SYNC_GROUP } from '../../../src/kafka/protocol/sync-group.ts'

const require = createRequire(import.meta.url)
const kafkajs = (api: string, version: number) => require(`kafkajs/src/protocol/requests/${api}/v${version}/request.js`)

const bytes = (text: string) => Buffer.from(text)
const me = { groupId: 'g', generation: 7, memberId: 'm-1', instanceId: 'static' }
const nobody = { ...me, instanceId: null }

interface Sample {
  readonly name: string
  check(): Promise<void>
}

/** A request and an answer, and the request as kafkajs writes it. */
function sample<Q, A>(
  name: string,
  of: Message<Q, A>,
  request: Q,
  response: A,
  encoded?: () => Promise<{ buffer: Buffer }>,
): Sample {
  return {
    name: `${name} ${of.version}`,
    async check() {
      const [asked, answered] = [of.request.encode(request), of.response.encode(response)]
      expect(of.request.decode(asked)).toEqual(request)
      expect(of.response.decode(answered)).toEqual(response)
      for (let end = 0; end < asked.length; end++) {
        expect(() => of.request.decode(asked.subarray(0, end))).toThrow(MalformedError)
      }
      for (let end = 0; end < answered.length; end++) {
        expect(() => of.response.decode(answered.subarray(0, end))).toThrow(MalformedError)
      }
      if (encoded !== undefined) expect(asked.toString('hex')).toBe((await encoded()).buffer.toString('hex'))
    },
  }
}

const protocols = [
  { name: 'range', metadata: bytes('abc') },
  { name: 'cooperative-sticky', metadata: Buffer.alloc(0) },
]
const joining = {
  ...{ groupId: 'g', sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 60_000 },
  memberId: '',
  instanceId: 'static',
  protocolType: 'consumer',
  protocols,
}
const joined = {
  ...{ throttleMs: 1, errorCode: 0, generation: 7, protocol: 'range', leader: 'm-1', memberId: 'm-1' },
  members: [
    { memberId: 'm-1', instanceId: null, metadata: bytes('abc') },
    { memberId: 'm-2', instanceId: 'static', metadata: bytes('') },
  ],
}
const assignments = [{ memberId: 'm-1', assignment: bytes('xyz') }]
const found = { memberId: 'm-1', clientId: 'sprk', host: '/10.0.0.1', metadata: bytes('a'), assignment: bytes('b') }
const group = {
  errorCode: 0,
  groupId: 'g',
  state: 'Stable',
  protocolType: 'consumer',
  protocol: 'range',
  authorizedOperations: -1,
}
const committing = [{ topic: 'a', partitions: [{ partition: 1, offset: 2 ** 40, leaderEpoch: -1, metadata: null }] }]
const committed = [{ topic: 'a', partitions: [{ partition: 1, offset: 5, metadata: 'me', errorCode: 0 }] }]

const samples: readonly Sample[] = [
  sample(
    'FindCoordinator',
    FIND_COORDINATOR,
    { key: 'g', keyType: 0 },
    { throttleMs: 0, errorCode: 0, errorMessage: null, coordinator: 1, host: 'h', port: 9092 },
    () => kafkajs('findCoordinator', 1)({ coordinatorKey: 'g', coordinatorType: 0 }).encode(),
  ),
  sample('JoinGroup', JOIN_GROUP, joining, joined, () =>
    kafkajs(
      'joinGroup',
      5,
    )({
      ...{ groupId: 'g', sessionTimeout: 45_000, rebalanceTimeout: 60_000, memberId: '', groupInstanceId: 'static' },
      ...{ protocolType: 'consumer', groupProtocols: protocols },
    }).encode(),
  ),
  sample(
    'SyncGroup',
    SYNC_GROUP,
    { ...nobody, assignments },
    { throttleMs: 0, errorCode: 27, assignment: bytes('xyz') },
    () =>
      kafkajs(
        'syncGroup',
        3,
      )({
        ...{ groupId: 'g', generationId: 7, memberId: 'm-1' },
        groupAssignment: [{ memberId: 'm-1', memberAssignment: bytes('xyz') }],
      }).encode(),
  ),
  sample('Heartbeat', HEARTBEAT, me, { throttleMs: 0, errorCode: 27 }, () =>
    kafkajs(
      'heartbeat',
      3,
    )({ groupId: 'g', groupGenerationId: 7, memberId: 'm-1', groupInstanceId: 'static' }).encode(),
  ),
  sample('LeaveGroup', LEAVE_GROUP, { groupId: 'g', memberId: 'm-1' }, { throttleMs: 0, errorCode: 0 }, () =>
    kafkajs('leaveGroup', 2)({ groupId: 'g', memberId: 'm-1' }).encode(),
  ),
  sample(
    'OffsetCommit',
    OFFSET_COMMIT,
    { ...me, topics: committing },
    { throttleMs: 0, topics: [{ topic: 'a', partitions: [{ partition: 1, errorCode: 25 }] }] },
  ),
  sample(
    'OffsetFetch',
    OFFSET_FETCH,
    { groupId: 'g', topics: [{ topic: 'a', partitions: [1, 2] }] },
    { throttleMs: 0, topics: committed, errorCode: 0 },
    () =>
      kafkajs(
        'offsetFetch',
        3,
      )({ groupId: 'g', topics: [{ topic: 'a', partitions: [{ partition: 1 }, { partition: 2 }] }] }).encode(),
  ),
  sample(
    'DescribeGroups',
    DESCRIBE_GROUPS,
    { groups: ['g'], includeAuthorizedOperations: true },
    { throttleMs: 0, groups: [{ ...group, members: [{ ...found, instanceId: 'static' }] }] },
  ),
  sample(
    'DescribeGroups',
    DESCRIBE_GROUPS_WITHOUT_NAMES,
    { groups: ['g'], includeAuthorizedOperations: false },
    { throttleMs: 0, groups: [{ ...group, members: [{ ...found, instanceId: null }] }] },
  ),
]

describe('a message', () => {
  it.each(samples)('is read as it was written, both halves of it ($name)', ({ check }) => check())

  it('may be flexible', () => {
    const of = message(
      99,
      9,
      {
        request: { flag: boolean, names: array(struct({ name: string, note: nullableString })) },
        response: { small: int8, large: int64, raw: nullableBytes, codes: nullableArray(int16) },
      },
      'flexible',
    )
    const request = {
      flag: true,
      names: [
        { name: 'a', note: null },
        { name: 'b', note: 'c' },
      ],
    }
    expect(of.request.encode(request).toString('hex')).toBe('00 01 03 0261 00 00 0262 0263 00 00'.replaceAll(' ', ''))
    expect(of.request.decode(of.request.encode(request))).toEqual(request)
    const response = { small: -1, large: -(2 ** 40), raw: null, codes: [1, -2] }
    expect(of.response.decode(of.response.encode(response))).toEqual(response)
    const tagged = Buffer.from('00 ff 0000000000000001 0378 79 00 01 05 02 6162'.replaceAll(' ', ''), 'hex')
    expect(of.response.decode(tagged)).toEqual({ small: -1, large: 1, raw: bytes('xy'), codes: [] })
  })
})
