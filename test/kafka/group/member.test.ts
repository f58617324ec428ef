// What a member of a consumer group does in rebalances, and how it beats and commits.

import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/cli/system-clock.ts'
import { Fault } from '../../../src/kafka/client/fault.ts'
import { FAKE_TOPIC } from '../../support/fake-broker.ts'
import type { TestMember } from '../../support/group-member.ts'
import { waitUntil } from '../../support/kafka.ts'
import { asked, at, BOTH, beats, gate, given, group, joined, offset, quickClock, start } from './member-support.ts'

describe('a rebalance', () => {
  it('revokes all partitions of range before it joins again, when they were given up', async () => {
    const { opened, open } = gate<void>()
    const one = await joined({ revoked: () => opened })
    group.beats.push(27)
    await waitUntil(() => one.log.length === 2)
    expect(one.log[1]).toBe(`revoked ${BOTH}`)
    const before = beats()
    await waitUntil(() => beats() > before + 3)
    expect(one.member.isMember()).toBe(true)
    expect(await one.member.commit([offset(0)])).toBe(true)
    expect(group.joinings).toHaveLength(1)
    open()
    await waitUntil(() => one.log.length === 3)
    expect(one.log[2]).toBe(`assigned ${BOTH}`)
    expect(group.subscriptions[1]?.owned).toEqual([])
    expect(one.assignment).toMatchObject({ added: [at(0), at(1)], generation: 2 })
  })

  it('keeps partitions of cooperative-sticky, beats and commits while JoinGroup is held', async () => {
    group.protocol = 'cooperative-sticky'
    const one = await joined()
    const { opened, open } = gate<number>()
    group.joins.push(opened)
    group.beats.push(27)
    await waitUntil(() => group.joinings.length === 2)
    expect(group.subscriptions[1]).toMatchObject({ owned: [at(0), at(1)], generation: 1 })
    group.beats.push(27, 27, 27)
    await waitUntil(() => group.beats.length === 0)
    const before = beats()
    await waitUntil(() => beats() > before + 3)
    expect(one.member.isMember()).toBe(true)
    expect(await one.member.commit([offset(1)])).toBe(true)
    group.commits.push(27)
    expect(await one.member.commit([offset(1)])).toBe(false)
    open(0)
    await waitUntil(() => one.member.generation === 2 && one.log.length === 2)
    const later = beats()
    await waitUntil(() => beats() > later + 3)
    expect(one.log).toEqual([`assigned ${BOTH}`, `assigned ${BOTH}`])
    expect(group.joinings).toHaveLength(2)
    expect(one.assignment).toMatchObject({ added: [], generation: 2 })
  })

  it('takes no answer to a heartbeat of the generation before for an expulsion', async () => {
    group.protocol = 'cooperative-sticky'
    const one = await joined()
    const { opened, open } = gate<number>()
    group.joins.push(opened)
    group.beats.push(27, 22, 25)
    await waitUntil(() => group.joinings.length === 2 && group.beats.length === 0)
    open(0)
    await waitUntil(() => one.member.generation === 2)
    expect(one.log.filter((line) => line.startsWith('lost'))).toEqual([])
  })

  it('of cooperative-sticky revokes only what goes to others, and joins again then', async () => {
    group.protocol = 'cooperative-sticky'
    const one = await joined()
    group.syncs.push(given(1), given(1))
    group.beats.push(27)
    await waitUntil(() => one.log.length === 4)
    const [left, right] = [`${FAKE_TOPIC}/0`, `${FAKE_TOPIC}/1`]
    expect(one.log).toEqual([`assigned ${BOTH}`, `revoked ${left}`, `assigned ${right}`, `assigned ${right}`])
    expect(group.subscriptions.map(({ owned }) => owned.length)).toEqual([0, 2, 1])
  })

  it('says that partitions are lost which range gave away while cooperative-sticky kept them', async () => {
    group.protocol = 'cooperative-sticky'
    const one = await joined()
    group.protocol = 'range'
    group.syncs.push(given(1))
    group.beats.push(27)
    await waitUntil(() => one.log.length === 3)
    expect(one.log.slice(1)).toEqual([`lost ${FAKE_TOPIC}/0`, `assigned ${FAKE_TOPIC}/1`])
  })

  it.each([
    [25, 'join '],
    [22, 'join m1'],
  ])('comes after an expulsion, when partitions are lost (error %i)', async (code, again) => {
    const seen: boolean[] = []
    const one: TestMember = await joined({ revoked: async () => void seen.push(one.member.isMember()) })
    group.beats.push(code)
    await waitUntil(() => one.log.length === 3)
    expect(one.log.slice(1)).toEqual([`lost ${BOTH}`, `assigned ${BOTH}`])
    expect(seen).toEqual([false])
    expect(asked().slice(3, 5)).toEqual([again, code === 25 ? 'sync 2 m2' : 'sync 2 m1'])
    expect(one.member.isMember()).toBe(true)
  })

  it('comes where the topics to read are others', async () => {
    let topics = [FAKE_TOPIC]
    const one = await joined({ topics: () => topics })
    topics = [FAKE_TOPIC, 'more']
    await waitUntil(() => one.log.length === 3)
    expect(group.subscriptions[1]?.topics).toEqual(['more', FAKE_TOPIC])
    const before = beats()
    await waitUntil(() => beats() > before + 3)
    expect(group.joinings).toHaveLength(2)
  })

  it('comes where the leader sees that partitions were added', async () => {
    const one = await joined()
    group.broker.view = { ...group.broker.view, leaders: [1, 1, 1] }
    await waitUntil(() => one.assignment?.owned.length === 3)
    expect(one.log).toEqual([`assigned ${BOTH}`, `revoked ${BOTH}`, `assigned ${BOTH},${FAKE_TOPIC}/2`])
  })
})

describe('a heartbeat', () => {
  it('ends a member whose name another one has taken', async () => {
    const one = await joined({ instanceId: 'a' })
    group.beats.push(82)
    await expect(one.ended).rejects.toMatchObject({ code: 'E_GROUP_FENCED', exit: 75 })
    expect(asked().some((each) => each.startsWith('leave'))).toBe(false)
  })

  it('finds a coordinator that has moved', async () => {
    const one = await joined()
    group.beats.push(16)
    await waitUntil(() => asked().filter((each) => each === 'find').length === 2)
    expect(one.log).toHaveLength(1)
    expect(group.joinings).toHaveLength(1)
  })

  it('that is longer ago than the session lasts makes the member unsure until the next one', async () => {
    let skew = 0
    const clock = { ...quickClock, monotonic: () => systemClock.monotonic() + skew }
    const one = await joined({ clock, heartbeatMs: 60_000 })
    skew = 9000
    expect(one.member.isMember()).toBe(true)
    skew = 10_000
    expect(one.member.isMember()).toBe(false)
    expect(await one.member.commit([offset(0)])).toBe(false)
    expect(asked().filter((each) => each.startsWith('commit'))).toEqual([])
  })
})

describe('a commit', () => {
  it('is one of a member', async () => {
    const one = await joined()
    expect(await one.member.commit([offset(0), offset(1)])).toBe(true)
    expect(asked().at(-1)).toBe('commit 1 m1')
    const committed = await one.member.committed([at(0)])
    expect([...committed.values()]).toEqual([{ ...at(0), offset: 5, metadata: 'me', errorCode: 0 }])
  })

  it('is none before it has joined, and none of partitions that it does not own', async () => {
    const held = gate<number>()
    group.joins.push(held.opened)
    const one = start()
    await waitUntil(() => group.joinings.length === 1)
    expect(one.member.isMember()).toBe(false)
    expect(await one.member.commit([offset(0)])).toBe(false)
    held.open(0)
    await waitUntil(() => one.assignment !== null)
    expect(await one.member.commit([offset(0), offset(2)])).toBe(false)
    expect(asked().filter((each) => each.startsWith('commit'))).toEqual([])
  })

  it.each([
    [27, 'revoked'],
    [22, 'lost'],
    [25, 'lost'],
  ])('is refused where the group rebalances or has expelled it, and it joins again (error %i)', async (code, event) => {
    const one = await joined({ heartbeatMs: 60_000 })
    group.commits.push(code)
    expect(await one.member.commit([offset(0)])).toBe(false)
    await waitUntil(() => one.log.length === 3)
    expect(one.log[1]).toBe(`${event} ${BOTH}`)
  })

  it('is to be tried again where the coordinator is away', async () => {
    const one = await joined()
    group.commits.push(14, 'close')
    await expect(one.member.commit([offset(0)])).rejects.toThrow(Fault)
    await expect(one.member.commit([offset(0)])).rejects.toThrow(Fault)
    expect(await one.member.commit([offset(0)])).toBe(true)
  })

  it('passes over partitions that do not exist, and says what is not allowed', async () => {
    const one = await joined()
    group.commits.push(3, 29)
    expect(await one.member.commit([offset(0)])).toBe(true)
    await expect(one.member.commit([offset(0)])).rejects.toMatchObject({ code: 'E_AUTHORIZATION', exit: 77 })
  })
})
