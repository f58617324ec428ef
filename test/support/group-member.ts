// Members of consumer groups for tests, with all that they were told.

import { systemClock } from '../../src/cli/system-clock.ts'
import type { Clock } from '../../src/clock.ts'
import { Brokers } from '../../src/kafka/client/brokers.ts'
import { type Assignment, Member, type MemberEvents, type MemberOptions } from '../../src/kafka/group/member.ts'
import { partitionKey, type TopicPartition } from '../../src/record.ts'

export interface TestMember {
  readonly member: Member
  /** `joined a/0,a/1`, `revoked a/0`, `lost a/0`, and notices, in order. */
  readonly log: string[]
  /** The last one. */
  assignment: Assignment | null
  /** What it owns: `a/0,a/1`. */
  owned(): string
  /** Ends as `run` does. */
  readonly ended: Promise<void>
  /** Leaves; throws what `run` throws. Its connections too. */
  stop(): Promise<void>
  /** Goes without a word: as a process that is killed. */
  kill(): Promise<void>
}

export interface TestMemberOptions extends Partial<MemberOptions> {
  readonly address: string
  readonly topics: () => readonly string[]
  readonly clientId?: string
  readonly clock?: Clock
  readonly revoked?: MemberEvents['revoked']
  readonly assigned?: MemberEvents['assigned']
}

/** Ids by partition, in order. */
const keysOf = (partitions: Iterable<TopicPartition>) => [...partitions].map(partitionKey).sort().join(',')

const running = new Set<TestMember>()

export function startMember(options: TestMemberOptions): TestMember {
  const { address, clientId = 'test', clock = systemClock, revoked, assigned, ...rest } = options
  const brokers = new Brokers({ brokers: [address], clientId }, clock)
  const log: string[] = []
  const stop = new AbortController()
  const events: MemberEvents = {
    async revoked(partitions, isLost) {
      log.push(`${isLost ? 'lost' : 'revoked'} ${keysOf(partitions)}`)
      await revoked?.(partitions, isLost)
    },
    async assigned(assignment) {
      test.assignment = assignment
      log.push(`assigned ${keysOf(assignment.owned)}`)
      await assigned?.(assignment)
    },
    notice: ({ message }) => void log.push(message),
  }
  const timeouts = { sessionTimeoutMs: 10_000, heartbeatMs: 200, rebalanceTimeoutMs: 20_000 }
  const member = new Member(brokers, { groupId: 'g', instanceId: null, ...timeouts, ...rest }, events, clock)
  const ended = member.run(stop.signal).finally(() => running.delete(test))
  ended.catch(() => {})
  const test: TestMember = {
    member,
    log,
    assignment: null,
    owned: () => keysOf(test.assignment?.owned ?? []),
    ended,
    async stop() {
      stop.abort()
      await ended.finally(() => brokers.disconnect())
    },
    async kill() {
      await brokers.disconnect()
      stop.abort()
      await ended.catch(() => {})
    },
  }
  running.add(test)
  return test
}

export async function stopMembers(): Promise<void> {
  await Promise.allSettled([...running].map((each) => each.stop()))
}
