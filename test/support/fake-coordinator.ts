// A fake broker that keeps one consumer group, and answers as a test tells it. Its default is a group of one member, which
// every JoinGroup brings into another generation.

import { decodeSubscription, type Subscription } from '../../src/kafka/protocol/consumer-protocol.ts'
import { DESCRIBE_GROUPS } from '../../src/kafka/protocol/describe-groups.ts'
import { FIND_COORDINATOR } from '../../src/kafka/protocol/find-coordinator.ts'
import { HEARTBEAT } from '../../src/kafka/protocol/heartbeat.ts'
import { JOIN_GROUP } from '../../src/kafka/protocol/join-group.ts'
import { LEAVE_GROUP } from '../../src/kafka/protocol/leave-group.ts'
import type { Message } from '../../src/kafka/protocol/message.ts'
import { OFFSET_COMMIT } from '../../src/kafka/protocol/offset-commit.ts'
import { OFFSET_FETCH } from '../../src/kafka/protocol/offset-fetch.ts'
import { SYNC_GROUP } from '../../src/kafka/protocol/sync-group.ts'
import { type FakeBroker, startFakeBroker } from './fake-broker.ts'

type Joining = ReturnType<typeof JOIN_GROUP.request.decode>
export type Joined = ReturnType<typeof JOIN_GROUP.response.decode>

/** What becomes of a request: an error code, other fields of its answer, or these later. */
type Fate<Answer> = Outcome<Answer> | Promise<Outcome<Answer>>
type Outcome<Answer> = number | Partial<Answer> | 'silence' | 'close'

interface Met<Answer> {
  readonly fate?: 'silence' | 'close'
  readonly answered: Answer
}

type Described = ReturnType<typeof DESCRIBE_GROUPS.response.decode>['groups'][number]

export interface FakeCoordinator {
  readonly broker: FakeBroker
  /** `join m1`, `sync 1 m1`, `beat 1 m1`, `commit 1 m1`, `leave m1`, `find`, in order. */
  readonly asked: string[]
  /** Of each JoinGroup. */
  readonly subscriptions: Subscription[]
  readonly joinings: Joining[]
  /** What becomes of the requests to come; afterwards all goes well. */
  readonly joins: Fate<Joined>[]
  readonly syncs: Fate<ReturnType<typeof SYNC_GROUP.response.decode>>[]
  readonly beats: Fate<ReturnType<typeof HEARTBEAT.response.decode>>[]
  readonly commits: Fate<{ errorCode: number }>[]
  readonly finds: number[]
  readonly describes: Fate<Described>[]
  /** The assignor that JoinGroup chooses. */
  protocol: string
  generation: number
  close(): Promise<void>
}

export async function startFakeCoordinator(partitions = 2): Promise<FakeCoordinator> {
  const broker = await startFakeBroker({ partitions: Array.from({ length: partitions }, () => []), end: 0 })
  const coordinator: FakeCoordinator = {
    ...{ broker, asked: [], subscriptions: [], joinings: [], protocol: 'range', generation: 0 },
    ...{ joins: [], syncs: [], beats: [], commits: [], finds: [], describes: [] },
    close: () => broker.close(),
  }
  const { others } = broker
  const serve = <Q, A>({ key, request, response }: Message<Q, A>, answer: (asked: Q) => Promise<Met<A>>) => {
    others.set(key, async ({ bytes }) => {
      const { fate, answered } = await answer(request.decode(bytes))
      return fate ?? response.encode(answered)
    })
  }
  serve(FIND_COORDINATOR, async () => {
    coordinator.asked.push('find')
    const errorCode = coordinator.finds.shift() ?? 0
    const found = { coordinator: errorCode === 0 ? broker.id : -1, host: '', port: -1 }
    return meet(0, { throttleMs: 0, errorCode, errorMessage: null, ...found })
  })
  serve(JOIN_GROUP, (asked) => join(coordinator, asked))
  serve(SYNC_GROUP, async ({ generation, memberId, assignments }) => {
    coordinator.asked.push(`sync ${generation} ${memberId}`)
    const assignment = assignments.find((each) => each.memberId === memberId)?.assignment ?? Buffer.alloc(0)
    return meet(coordinator.syncs.shift(), { throttleMs: 0, errorCode: 0, assignment })
  })
  serve(HEARTBEAT, async ({ generation, memberId }) => {
    coordinator.asked.push(`beat ${generation} ${memberId}`)
    return meet(coordinator.beats.shift(), { throttleMs: 0, errorCode: 0 })
  })
  serve(LEAVE_GROUP, async ({ memberId }) => {
    coordinator.asked.push(`leave ${memberId}`)
    return meet(0, { throttleMs: 0, errorCode: 0 })
  })
  serve(OFFSET_COMMIT, (asked) => commit(coordinator, asked))
  serve(OFFSET_FETCH, async ({ topics }) => {
    const found = { offset: 5, metadata: 'me', errorCode: 0 }
    const answered = (topics ?? []).map(({ topic, partitions: asked }) => {
      return { topic, partitions: asked.map((partition) => ({ partition, ...found })) }
    })
    return meet(0, { throttleMs: 0, topics: answered, errorCode: 0 })
  })
  serve(DESCRIBE_GROUPS, () => describe(coordinator))
  return coordinator
}

async function join(coordinator: FakeCoordinator, asked: Joining): Promise<Met<Joined>> {
  const { protocol, joinings, subscriptions } = coordinator
  const metadata = asked.protocols.find(({ name }) => name === protocol)?.metadata ?? Buffer.alloc(0)
  coordinator.asked.push(`join ${asked.memberId}`)
  joinings.push(asked)
  subscriptions.push(decodeSubscription(metadata))
  const memberId = asked.memberId === '' ? `m${joinings.length}` : asked.memberId
  const met = await meet<Joined>(coordinator.joins.shift(), {
    ...{ throttleMs: 0, errorCode: 0, generation: coordinator.generation + 1, protocol, leader: memberId, memberId },
    members: [{ memberId, instanceId: asked.instanceId, metadata }],
  })
  if (met.answered.errorCode === 0) coordinator.generation = met.answered.generation
  return met
}

async function commit(coordinator: FakeCoordinator, asked: ReturnType<typeof OFFSET_COMMIT.request.decode>) {
  coordinator.asked.push(`commit ${asked.generation} ${asked.memberId}`)
  const met = await meet(coordinator.commits.shift(), { errorCode: 0 })
  const { errorCode } = met.answered
  const topics = asked.topics.map(({ topic, partitions }) => {
    return { topic, partitions: partitions.map(({ partition }) => ({ partition, errorCode })) }
  })
  return { ...met, answered: { throttleMs: 0, topics } }
}

async function describe(coordinator: FakeCoordinator) {
  const memberId = coordinator.joinings.at(-1)?.memberId ?? ''
  const found = { clientId: 'test', host: '/10.0.0.1', metadata: Buffer.alloc(0), assignment: Buffer.alloc(0) }
  const met = await meet<Described>(coordinator.describes.shift(), {
    ...{ errorCode: 0, groupId: 'g', state: 'Stable', protocolType: 'consumer', protocol: coordinator.protocol },
    ...{ members: [{ memberId, instanceId: null, ...found }], authorizedOperations: 0 },
  })
  return { ...met, answered: { throttleMs: 0, groups: [met.answered] } }
}

async function meet<Answer extends object>(fate: Fate<Answer> | undefined, answer: Answer): Promise<Met<Answer>> {
  const outcome = (await fate) ?? 0
  if (outcome === 'silence' || outcome === 'close') return { fate: outcome, answered: answer }
  if (typeof outcome !== 'number') return { answered: { ...answer, ...outcome } }
  return { answered: outcome === 0 ? answer : { ...answer, errorCode: outcome } }
}
