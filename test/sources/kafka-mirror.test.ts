// When saved positions are written to a consumer group, and what is said where they cannot be: on a clock that is moved by
// hand, into a group in memory.

import { describe, expect, it } from 'vitest'
import { Exit, SprkError } from '../../src/errors.ts'
import { Fault } from '../../src/kafka/fault.ts'
import type { OffsetToCommit } from '../../src/kafka/protocol/offset-commit.ts'
import type { CommittedOffset } from '../../src/kafka/protocol/offset-fetch.ts'
import { partitionKey } from '../../src/record.ts'
import type { Position } from '../../src/source.ts'
import { KafkaMirror } from '../../src/sources/kafka-mirror.ts'
import { manualClock } from '../support/manual-clock.ts'

const OURS = 'sprk:mine'
const AWAY = new Fault('cannot reach a:9092 (ECONNREFUSED)')
const MEMBERS = new SprkError(Exit.LOCKED, {
  code: 'E_GROUP_MEMBERS',
  message: 'consumer group g has members',
  hint: 'name another `groupId`',
})

function setUp(selects = (_: Position) => true) {
  const clock = manualClock()
  const committed = new Map<string, CommittedOffset>()
  const group = {
    committed,
    /** Each write: partition → offset. */
    writes: [] as Record<string, number>[],
    reads: 0,
    opened: 0,
    closed: 0,
    /** What reading and writing throw. */
    readFault: null as Error | null,
    writeFault: null as Error | null,
    /** Where set, reading waits for it. */
    gate: null as Promise<void> | null,
    hold(key: string, offset: number, metadata: string) {
      const [topic = '', partition] = key.split('/')
      committed.set(key, { topic, partition: Number(partition), offset, metadata, errorCode: 0 })
    },
    async read() {
      group.reads++
      await group.gate
      if (group.readFault !== null) throw group.readFault
      return new Map(committed)
    },
    async write(offsets: readonly OffsetToCommit[]) {
      if (group.writeFault !== null) throw group.writeFault
      group.writes.push(Object.fromEntries(offsets.map((each) => [partitionKey(each), each.offset])))
      for (const each of offsets) group.hold(partitionKey(each), each.offset, each.metadata)
    },
    async close() {
      group.closed++
    },
  }
  const open = () => {
    group.opened++
    return group
  }
  const mirror = new KafkaMirror({ groupId: 'g', stateId: 'mine', selects, open }, clock)
  const said = () => [...mirror.notices()].map(({ level, message }) => `${level}: ${message}`)
  return { clock, group, mirror, said }
}

function at(offsets: Readonly<Record<string, number>>): Position[] {
  return Object.entries(offsets).map(([key, next]) => {
    const [topic = '', partition] = key.split('/')
    return { topic, partition: Number(partition), next, topicId: null, leaderEpoch: 3, tailHash: null }
  })
}

describe('KafkaMirror', () => {
  it('opens nothing before there is something to tell', async () => {
    const { group, mirror, said } = setUp()
    await mirror.settle(2000)
    await mirror.close()
    expect(group).toMatchObject({ opened: 0, reads: 0, closed: 0 })
    expect(said()).toEqual([])
  })

  it('writes at once, then what is newest once a second', async () => {
    const { clock, group, mirror, said } = setUp()
    mirror.offer(at({ 'a/0': 1, 'a/1': 0 }))
    await clock.advance(0)
    expect(group.writes).toEqual([{ 'a/0': 1, 'a/1': 0 }])
    expect(group.committed.get('a/0')).toMatchObject({ offset: 1, metadata: OURS })
    for (const next of [2, 3, 4]) mirror.offer(at({ 'a/0': next, 'a/1': 0 }))
    await clock.advance(999)
    expect(group.writes).toHaveLength(1)
    await clock.advance(1)
    expect(group.writes.slice(1)).toEqual([{ 'a/0': 4 }])
    await clock.advance(1000)
    mirror.offer(at({ 'a/0': 4, 'a/1': 9 }))
    await clock.advance(0)
    expect(group.writes.slice(2)).toEqual([{ 'a/1': 9 }])
    expect(said()).toEqual([])
  })

  it('has one write under way at most, and then the newest', async () => {
    const { clock, group, mirror } = setUp()
    let open = (): void => {}
    group.gate = new Promise((resolve) => {
      open = resolve
    })
    for (const next of [1, 2, 3]) mirror.offer(at({ 'a/0': next }))
    await clock.advance(60_000)
    expect(group.reads).toBe(1)
    group.gate = null
    open()
    await clock.advance(1000)
    await clock.advance(1000)
    expect(group.writes).toEqual([{ 'a/0': 1 }, { 'a/0': 3 }])
  })

  it('leaves positions aside that are saved but no longer read', async () => {
    const { clock, group, mirror } = setUp(({ topic }) => topic === 'a')
    mirror.offer(at({ 'a/0': 1, 'b/0': 7 }))
    await clock.advance(0)
    expect(group.writes).toEqual([{ 'a/0': 1 }])
  })

  it('writes all of them once an hour, before brokers forget those that do not move', async () => {
    const { clock, group, mirror } = setUp()
    mirror.offer(at({ 'a/0': 1, 'a/1': 5 }))
    for (const ms of [0, 1000, 3_600_000]) await clock.advance(ms)
    expect(group.writes).toEqual([
      { 'a/0': 1, 'a/1': 5 },
      { 'a/0': 1, 'a/1': 5 },
    ])
  })

  it('goes back over offsets of its own', async () => {
    const { clock, group, mirror, said } = setUp()
    group.hold('a/0', 500, OURS)
    mirror.offer(at({ 'a/0': 20 }))
    await clock.advance(0)
    expect(group.committed.get('a/0')).toMatchObject({ offset: 20 })
    expect(said()).toEqual([])
  })

  it("never sets back others' offsets, and says so when they have been ahead for a while", async () => {
    const { clock, group, mirror, said } = setUp()
    for (const partition of [0, 1, 2, 3]) group.hold(`a/${partition}`, 500, 'sprk:another')
    for (let next = 1; next < 11; next++) {
      mirror.offer(at({ 'a/0': next, 'a/1': 0, 'a/2': 0, 'a/3': 0, 'b/0': next }))
      await clock.advance(1000)
    }
    expect(said()).toEqual([])
    mirror.offer(at({ 'a/0': 11, 'a/1': 0, 'a/2': 0, 'a/3': 0, 'b/0': 11 }))
    await clock.advance(1000)
    await clock.advance(60_000)
    expect(said()).toEqual([
      'warning: kafka: progress is not mirrored: consumer group g has offsets of others that are ahead: ' +
        'a/0 (500, here 11), a/1 (500, here 0), a/2 (500, here 0) and 1 more; name another `groupId`, or write `mirrorOffsets: false`',
    ])
    expect(group.writes.flatMap(Object.keys)).not.toContain('a/0')
    expect(group.writes.at(-1)).toEqual({ 'b/0': 11 })
    mirror.offer(at({ 'a/0': 501, 'a/1': 501, 'a/2': 501, 'a/3': 501, 'b/0': 11 }))
    await clock.advance(1000)
    expect(said()).toEqual(['info: kafka: progress is mirrored to consumer group g again'])
    expect(group.committed.get('a/3')).toMatchObject({ offset: 501, metadata: OURS })
  })

  it('says at the end that others are ahead, however short the run was', async () => {
    const { clock, group, mirror, said } = setUp()
    group.hold('a/0', 500, '')
    mirror.offer(at({ 'a/0': 1 }))
    await clock.advance(0)
    expect(said()).toEqual([])
    await mirror.settle(2000)
    expect(said()).toEqual([expect.stringMatching(/offsets of others that are ahead: a\/0 \(500, here 1\); name/)])
  })

  it('says once that it writes over offsets of another program', async () => {
    const { clock, group, mirror, said } = setUp()
    for (let next = 1; next < 4; next++) {
      group.hold('a/0', 1, 'somebody')
      mirror.offer(at({ 'a/0': next }))
      await clock.advance(1000)
    }
    expect(said()).toEqual([
      'warning: kafka: consumer group g had offsets of others, now written over: a/0 (1, here 1)',
    ])
    expect(group.committed.get('a/0')).toMatchObject({ offset: 3 })
  })

  it('says once what is refused, tries again each minute, and says when it works', async () => {
    const { clock, group, mirror, said } = setUp()
    group.writeFault = MEMBERS
    for (let i = 0; i < 180; i++) {
      mirror.offer(at({ 'a/0': i }))
      await clock.advance(0)
      await clock.advance(1000)
    }
    expect(group.reads).toBe(4)
    expect(said()).toEqual([
      'warning: kafka: progress is not mirrored: consumer group g has members; name another `groupId`, or write `mirrorOffsets: false`',
    ])
    group.writeFault = null
    await clock.advance(60_000)
    expect(group.writes).toEqual([{ 'a/0': 179 }])
    expect(said()).toEqual(['info: kafka: progress is mirrored to consumer group g again'])
    group.writeFault = MEMBERS
    mirror.offer(at({ 'a/0': 180 }))
    await clock.advance(1000)
    await clock.advance(1000)
    expect(said()).toHaveLength(1)
  })

  it('does not wait for what is refused', async () => {
    const { group, mirror, said } = setUp()
    group.writeFault = MEMBERS
    mirror.offer(at({ 'a/0': 1 }))
    await mirror.settle(2000)
    expect(said()).toHaveLength(1)
    await mirror.settle(2000)
    expect(group.reads).toBe(1)
  })

  it('says nothing of faults that pass within seconds', async () => {
    const { clock, group, mirror, said } = setUp()
    group.readFault = AWAY
    mirror.offer(at({ 'a/0': 1 }))
    for (let waited = 0; waited < 4000; waited += 100) await clock.advance(100)
    expect(group.reads).toBe(6)
    group.readFault = null
    await clock.advance(10_000)
    expect(group.writes).toEqual([{ 'a/0': 1 }])
    expect(said()).toEqual([])
  })

  it('says once that a coordinator is away, when it has been for ten seconds', async () => {
    const { clock, group, mirror, said } = setUp()
    group.readFault = AWAY
    mirror.offer(at({ 'a/0': 1 }))
    for (let seconds = 0; seconds < 60; seconds++) await clock.advance(1000)
    expect(said()).toEqual(['warning: kafka: progress is not mirrored: cannot reach a:9092 (ECONNREFUSED)'])
    group.readFault = null
    await clock.advance(10_000)
    expect(said()).toEqual(['info: kafka: progress is mirrored to consumer group g again'])
    expect(group.opened).toBe(1)
  })

  it('settles what was offered last without waiting for its turn', async () => {
    const { clock, group, mirror, said } = setUp()
    mirror.offer(at({ 'a/0': 1 }))
    await clock.advance(0)
    mirror.offer(at({ 'a/0': 2 }))
    await mirror.settle(2000)
    expect(group.writes).toEqual([{ 'a/0': 1 }, { 'a/0': 2 }])
    expect(said()).toEqual([])
    expect(clock.sleepers).toBe(1)
    await mirror.close()
    expect(clock.sleepers).toBe(0)
    expect(group.closed).toBe(1)
  })

  it('tries often while it settles', async () => {
    const { clock, group, mirror, said } = setUp()
    group.readFault = AWAY
    mirror.offer(at({ 'a/0': 1 }))
    for (let waited = 0; waited < 5000; waited += 1000) await clock.advance(1000)
    const settled = mirror.settle(2000)
    await clock.advance(100)
    group.readFault = null
    await clock.advance(100)
    await settled
    expect(group.writes).toEqual([{ 'a/0': 1 }])
    expect(said()).toEqual([])
  })

  it('gives up settling in time, and says why', async () => {
    const { clock, group, mirror, said } = setUp()
    group.readFault = AWAY
    mirror.offer(at({ 'a/0': 1 }))
    const settled = mirror.settle(2000)
    for (let waited = 0; waited < 2000; waited += 100) await clock.advance(100)
    await settled
    expect(said()).toEqual(['warning: kafka: progress is not mirrored: cannot reach a:9092 (ECONNREFUSED)'])
  })

  it('gives up on a broker that does not answer', async () => {
    const { clock, group, mirror, said } = setUp()
    group.gate = new Promise(() => {})
    mirror.offer(at({ 'a/0': 1 }))
    const settled = mirror.settle(2000)
    await clock.advance(2000)
    await settled
    expect(said()).toEqual(['warning: kafka: progress is not mirrored: no answer within 2 s'])
    await mirror.close()
  })

  it('hands on what is a bug', async () => {
    const { clock, group, mirror } = setUp()
    group.readFault = new TypeError('a bug')
    mirror.offer(at({ 'a/0': 1 }))
    await clock.advance(0)
    expect(() => mirror.notices()).toThrow('a bug')
  })
})
