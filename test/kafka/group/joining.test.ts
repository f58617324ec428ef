// How a member of a consumer group joins and leaves.

import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/cli/system-clock.ts'
import { SprkError } from '../../../src/errors.ts'
import { WireWriter } from '../../../src/kafka/protocol/bytes.ts'
import { encodeSubscription } from '../../../src/kafka/protocol/consumer-protocol.ts'
import { DESCRIBE_GROUPS_WITHOUT_NAMES } from '../../../src/kafka/protocol/describe-groups.ts'
import { FAKE_TOPIC } from '../../support/fake-broker.ts'
import { waitUntil } from '../../support/kafka.ts'
import { asked, at, BOTH, gate, given, group, joined, quickClock, start } from './member-support.ts'

describe('joining', () => {
  it('joins again with the id that it is given', async () => {
    group.joins.push({ errorCode: 79, memberId: 'given' })
    const one = await joined()
    expect(asked()).toEqual(['find', 'join ', 'join given', 'sync 1 given'])
    expect(one.member.memberId).toBe('given')
    expect(one.member.generation).toBe(1)
    expect(one.log).toEqual([`assigned ${BOTH}`])
    expect(one.assignment).toMatchObject({ owned: [at(0), at(1)], added: [at(0), at(1)], generation: 1 })
  })

  it('offers the assignors of the Java client, and names its time-outs', async () => {
    await joined({ instanceId: 'static-1' })
    expect(group.joinings[0]).toMatchObject({
      groupId: 'g',
      instanceId: 'static-1',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 21_000,
      protocolType: 'consumer',
    })
    expect(group.joinings[0]?.protocols.map(({ name }) => name)).toEqual(['range', 'cooperative-sticky'])
    expect(group.subscriptions[0]).toMatchObject({ topics: [FAKE_TOPIC], owned: [], generation: -1 })
  })

  it('assigns nothing where another member leads', async () => {
    group.joins.push({ leader: 'other', members: [] })
    group.syncs.push(given(1))
    expect((await joined()).owned()).toBe(`${FAKE_TOPIC}/1`)
  })

  it('assigns partitions to all members where it leads', async () => {
    const metadata = encodeSubscription({ topics: [FAKE_TOPIC], userData: null, owned: [], generation: -1, rack: null })
    const member = (memberId: string) => ({ memberId, instanceId: null, metadata })
    group.joins.push({ leader: 'b', memberId: 'b', members: [member('b'), member('a')] })
    expect((await joined()).owned()).toBe(`${FAKE_TOPIC}/1`)
  })

  it('learns the members from Kafka 2.3, which does not tell their names', async () => {
    const { others } = group.broker
    const apis = [
      [1, 11],
      [2, 5],
      [3, 8],
      [15, 3],
      [18, 2],
    ] as const
    const versions = new WireWriter().int16(0)
    versions.array(apis, ([key, max]) => versions.int16(key).int16(0).int16(max)).int32(0)
    others.set(18, () => versions.finish())
    const member = { memberId: 'm1', instanceId: null, clientId: 'test', host: '/10.0.0.1' }
    const bytes = { metadata: Buffer.alloc(0), ...given(0) }
    const state = { errorCode: 0, groupId: 'g', state: 'Stable', protocolType: 'consumer', protocol: 'range' }
    const groups = [{ ...state, members: [{ ...member, ...bytes }], authorizedOperations: 0 }]
    others.set(15, () => DESCRIBE_GROUPS_WITHOUT_NAMES.response.encode({ throttleMs: 0, groups }))
    expect((await joined()).assignment?.members).toEqual([{ ...member, partitions: [at(0)] }])
    expect(group.broker.asked).toContain('15:3')
  })

  it('says that a group has members of the newer protocol, which cannot be described', async () => {
    group.describes.push(
      ...Array.from({ length: 5 }, () => ({ state: 'Dead', protocolType: '', protocol: '', members: [] })),
    )
    const why = 'it has members of the newer group protocol (`group.protocol=consumer`)'
    const message = `consumer group g cannot be joined: ${why}`
    await expect(start().ended).rejects.toMatchObject({ code: 'E_GROUP_PROTOCOL', exit: 75, message })
  })

  it('begins again where the group rebalances before its SyncGroup', async () => {
    group.syncs.push(27)
    const one = await joined()
    expect(asked()).toEqual(['find', 'join ', 'sync 1 m1', 'join m1', 'sync 2 m1'])
    expect(one.log).toEqual([`assigned ${BOTH}`])
  })

  it('begins again with another id where the group has expelled it before its SyncGroup', async () => {
    group.syncs.push(25)
    await joined()
    expect(asked()).toEqual(['find', 'join ', 'sync 1 m1', 'join ', 'sync 2 m2'])
  })

  it('begins again where the group does not know its id any more', async () => {
    group.joins.push({ errorCode: 79, memberId: 'given' }, 25)
    await joined()
    expect(asked()).toEqual(['find', 'join ', 'join given', 'join ', 'sync 1 m3'])
  })

  it.each([14, 15, 16])('looks for the coordinator again, and says nothing of it at once (error %i)', async (code) => {
    group.joins.push(code)
    const one = await joined()
    expect(asked()).toEqual(['find', 'join ', 'find', 'join ', 'sync 1 m2'])
    expect(one.log.filter((line) => line.startsWith('kafka:'))).toEqual([])
  })

  it('waits for a broker that closes the connection', async () => {
    group.joins.push('close')
    const one = await joined()
    expect(one.log[0]).toBe(`kafka: ${group.broker.address} closed the connection; trying again`)
  })

  it('ends where waiting helps nothing', async () => {
    group.joins.push(30)
    const refused = { name: 'SprkError', code: 'E_AUTHORIZATION', exit: 77 }
    await expect(start().ended).rejects.toMatchObject(refused)
    group.joins.push(30)
    const hint = await start().ended.catch((error: SprkError) => error.problems[0]?.hint)
    expect(hint).toBe('grant the user READ and DESCRIBE on the group')
    group.joins.push(82)
    const fenced = {
      code: 'E_GROUP_FENCED',
      exit: 75,
      message: 'consumer group g: another member has taken the name `a`',
    }
    await expect(start({ instanceId: 'a' }).ended).rejects.toMatchObject(fenced)
    group.joins.push(26)
    await expect(start().ended).rejects.toMatchObject({ code: 'E_SESSION_TIMEOUT', exit: 78 })
    group.describes.push(30)
    await expect(start().ended).rejects.toMatchObject(refused)
  })

  it('says whose group it is that has another protocol', async () => {
    group.joins.push(23, 23)
    group.describes.push({ protocolType: 'connect' }, { protocol: 'roundrobin' })
    const message = 'consumer group g cannot be joined: it is a group of another kind (`connect`)'
    await expect(start().ended).rejects.toMatchObject({ code: 'E_GROUP_PROTOCOL', exit: 75, message })
    const other = 'its members assign partitions by `roundrobin`, not by `range` or `cooperative-sticky`'
    await expect(start().ended).rejects.toMatchObject({ message: `consumer group g cannot be joined: ${other}` })
  })

  it('waits a minute for room in a full group', async () => {
    let skew = 0
    const clock = { ...quickClock, monotonic: () => systemClock.monotonic() + skew }
    group.joins.push(...Array.from({ length: 1000 }, () => 81))
    const one = start({ clock })
    await waitUntil(() => group.joinings.length > 3)
    expect(one.log).toHaveLength(1)
    skew = 60_000
    await expect(one.ended).rejects.toMatchObject({ code: 'E_GROUP_FULL', exit: 69 })
  })

  it('ends with what its events throw', async () => {
    const error = new SprkError(75, { code: 'E_GROUP_MEMBERS', message: 'a stranger' })
    const assigned = async () => {
      throw error
    }
    await expect(start({ assigned }).ended).rejects.toBe(error)
    expect(asked().at(-1)).toBe('leave m1')
  })
})

describe('leaving', () => {
  it('is said to the group', async () => {
    const one = await joined()
    await one.stop()
    expect(asked().at(-1)).toBe('leave m1')
    expect(one.member.isMember()).toBe(false)
    expect(one.log).toEqual([`assigned ${BOTH}`])
  })

  it('is not said by a static member, which is expected back', async () => {
    const one = await joined({ instanceId: 'a' })
    await one.stop()
    expect(asked().some((each) => each.startsWith('leave'))).toBe(false)
  })

  it('does not wait for a JoinGroup that is held, nor for a reader', async () => {
    group.joins.push({ errorCode: 79, memberId: 'given' }, gate<number>().opened)
    const one = start()
    await waitUntil(() => group.joinings.length === 2)
    await one.stop()
    expect(asked().at(-1)).toBe('leave given')
    const two = start({ revoked: () => gate<void>().opened })
    await waitUntil(() => two.assignment !== null)
    group.beats.push(27)
    await waitUntil(() => two.log.length === 2)
    await two.stop()
  })

  it('before anything was sent is nothing', async () => {
    const one = start({ address: '127.0.0.1:1' })
    await one.stop()
    expect(one.log).toEqual([])
  })
})
