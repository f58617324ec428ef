// A member of a consumer group, whose coordinator does what a test tells it.

import { afterEach, beforeEach } from 'vitest'
import { systemClock } from '../../../src/cli/system-clock.ts'
import type { Clock } from '../../../src/clock.ts'
import { encodeAssignment } from '../../../src/kafka/protocol/consumer-protocol.ts'
import { FAKE_TOPIC } from '../../support/fake-broker.ts'
import { type FakeCoordinator, startFakeCoordinator } from '../../support/fake-coordinator.ts'
import { startMember, stopMembers, type TestMember, type TestMemberOptions } from '../../support/group-member.ts'
import { waitUntil } from '../../support/kafka.ts'

export const BOTH = `${FAKE_TOPIC}/0,${FAKE_TOPIC}/1`
export const at = (partition: number) => ({ topic: FAKE_TOPIC, partition })
export const offset = (partition: number) => ({ ...at(partition), offset: 7, leaderEpoch: 1, metadata: 'me' })
/** An answer to SyncGroup. */
export const given = (...partitions: number[]) => ({ assignment: encodeAssignment(partitions.map(at)) })

/** The leader looks for new partitions every 50 ms. Back-off is a hundred times as short. */
export const quickClock: Clock = {
  ...systemClock,
  random: () => 0.5,
  sleep: (ms, signal) => systemClock.sleep(ms === 30_000 ? 50 : ms >= 100 && ms < 3000 ? ms / 100 : ms, signal),
}

/** Another one for each test. */
export let group: FakeCoordinator

beforeEach(async () => {
  group = await startFakeCoordinator()
})

afterEach(async () => {
  await stopMembers()
  await group.close()
})

export function start(options: Partial<TestMemberOptions> = {}): TestMember {
  const { address } = group.broker
  return startMember({ address, topics: () => [FAKE_TOPIC], heartbeatMs: 10, clock: quickClock, ...options })
}

export async function joined(options: Partial<TestMemberOptions> = {}): Promise<TestMember> {
  const one = start(options)
  await waitUntil(() => one.assignment !== null)
  return one
}

/** A promise and what fulfils it. */
export function gate<T>(): { readonly opened: Promise<T>; open(value: T): void } {
  let open: (value: T) => void = () => {}
  const opened = new Promise<T>((resolve) => {
    open = resolve
  })
  return { opened, open: (value) => open(value) }
}

/** Requests other than heartbeats. */
export const asked = () => group.asked.filter((each) => !each.startsWith('beat'))
export const beats = () => group.asked.filter((each) => each.startsWith('beat')).length
