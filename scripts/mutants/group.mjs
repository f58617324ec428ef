// @ts-check
// Barriers of a member of a consumer group: nothing is read or committed that may be another member's.

const member = 'test/kafka/group/member.test.ts'
const joining = 'test/kafka/group/joining.test.ts'
const members = 'test/kafka/group/members.test.ts'
const session = 'src/kafka/group/session.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const groupMutants = [
  {
    name: 'rebalance that a heartbeat tells of ignored',
    file: session,
    find: 'if (isRebalancing) return !wasJoining && !this.#isJoining',
    replace: 'if (isRebalancing) return false',
    test: [member, 'a rebalance revokes all partitions of range before it joins again, when they were given up'],
  },
  {
    name: 'commit without the generation',
    file: session,
    find: 'offsetCommit(this.#options.groupId, identity, offsets)',
    replace: 'offsetCommit(this.#options.groupId, { ...identity, generation: -1 }, offsets)',
    test: [member, 'a commit is one of a member'],
  },
  {
    name: 'session that may have ended taken for sure',
    file: session,
    find: 'return this.#isIn && this.#clock.monotonic() - this.#heardAt < this.#options.sessionTimeoutMs',
    replace: 'return this.#isIn',
    test: [member, 'a heartbeat that is longer ago than the session lasts makes the member unsure until the next one'],
  },
  {
    name: 'expulsion that a heartbeat tells of ignored',
    file: session,
    find: 'return this.#hear(errorCode)',
    replace: 'return false',
    test: [member, 'a rebalance comes after an expulsion, when partitions are lost (error 25)'],
  },
  {
    name: 'commit of partitions that are not owned',
    file: 'src/kafka/group/member.ts',
    find: 'if (!this.isMember() || !offsets.every((at) => this.#owned.has(at))) return false',
    replace: 'if (!this.isMember()) return false',
    test: [member, 'a commit is none before it has joined, and none of partitions that it does not own'],
  },
  {
    name: 'joins again before the reader has stopped',
    file: 'src/kafka/group/member.ts',
    find: 'await unlessAborted(this.#events.revoked(partitions, isLost), signal)',
    replace: 'void this.#events.revoked(partitions, isLost)',
    test: [member, 'a rebalance revokes all partitions of range before it joins again, when they were given up'],
  },
  {
    name: 'partitions of another owner given away at once',
    file: 'src/kafka/group/cooperative-sticky.ts',
    find: 'every((owner) => owner === memberId)',
    replace: 'every((owner) => owner !== null)',
    test: ['test/kafka/group/assignors.test.ts', 'cooperative-sticky gives nobody what another member still owns'],
  },
  {
    name: 'heartbeats wait behind JoinGroup',
    file: 'src/kafka/client/kafkajs.ts',
    find: 'const HELD = new Set([1, 11, 14])',
    replace: 'const HELD = new Set([1])',
    test: [member, 'a rebalance keeps partitions of cooperative-sticky, beats and commits while JoinGroup is held'],
  },
  {
    name: 'rebalance that it already joins taken for another one',
    file: session,
    find: 'if (isRebalancing) return !wasJoining && !this.#isJoining',
    replace: 'if (isRebalancing) return true',
    test: [member, 'a rebalance keeps partitions of cooperative-sticky, beats and commits while JoinGroup is held'],
  },
  {
    name: 'static member leaves',
    file: session,
    find: "if (this.#memberId === '' || instanceId !== null) return",
    replace: "if (this.#memberId === '') return",
    test: [joining, 'leaving is not said by a static member, which is expected back'],
  },
  {
    name: 'member that was killed waited for',
    file: 'src/kafka/group/session.ts',
    find: 'if (instanceId === null && isGone(clientId))',
    replace: 'if (instanceId !== null && isGone(clientId))',
    test: [
      members,
      'a member of a group of a real Kafka takes the place of one that was killed at once, where it knows that one',
    ],
  },
]
