// Members of a consumer group whose coordinator is killed and started again.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startMember, stopMembers } from '../../support/group-member.ts'
import { kafkaAvailable, waitUntil } from '../../support/kafka.ts'
import { type OwnBroker, startOwnBroker } from '../../support/own-broker.ts'

describe.runIf(kafkaAvailable && process.env['SPRK_TEST_FULL'] === '1')('a member whose coordinator is killed', () => {
  let broker: OwnBroker

  beforeAll(async () => {
    broker = await startOwnBroker()
  })

  afterEach(stopMembers)
  afterAll(() => broker.stop())

  it('is unsure when its session has ended, and goes on when the coordinator is back', async () => {
    await broker.createTopic('events', 2)
    const options = { address: broker.address, groupId: 'g', topics: () => ['events'], sessionTimeoutMs: 20_000 }
    const members = [startMember(options), startMember(options)] as const
    await waitUntil(() => members.every(({ assignment }) => assignment?.members.length === 2))
    const before = members.map((each) => each.owned())
    for (const { log } of members) log.length = 0
    await broker.signal('SIGKILL')
    await waitUntil(() => members.every(({ log }) => log.some((line) => line.includes('; trying again'))))
    await waitUntil(() => !members.some(({ member }) => member.isMember()))
    const [one] = members
    const offsets = (one.assignment?.owned ?? []).map((at) => ({ ...at, offset: 5, leaderEpoch: null, metadata: '' }))
    expect(await one.member.commit(offsets)).toBe(false)
    await broker.restart()
    await waitUntil(() =>
      members.every(({ member, log }) => member.isMember() && log.at(-1)?.includes('working again')),
    )
    expect(members.map(({ log }) => log.filter((line) => /^(lost|revoked)/.test(line)))).toEqual([[], []])
    expect(members.map((each) => each.owned())).toEqual(before)
    expect(await one.member.commit(offsets)).toBe(true)
  })
})
