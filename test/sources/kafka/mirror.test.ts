// When saved positions are written to a consumer group, and what is said where they cannot be: on a clock that is moved by
// hand, into a group in memory.

import { describe, expect, it } from 'vitest'
import { AWAY, at, MEMBERS, mirrorInMemory, OURS } from '../../support/memory-mirror.ts'

describe('KafkaMirror', () => {
  it('opens nothing before there is something to tell', async () => {
    const { group, mirror, said } = mirrorInMemory()
    await mirror.settle(2000)
    await mirror.close()
    expect(group).toMatchObject({ opened: 0, reads: 0, closed: 0 })
    expect(said()).toEqual([])
  })

  it('writes at once, then what is newest once a second', async () => {
    const { clock, group, mirror, said } = mirrorInMemory()
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
    const { clock, group, mirror } = mirrorInMemory()
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
    const { clock, group, mirror } = mirrorInMemory(({ topic }) => topic === 'a')
    mirror.offer(at({ 'a/0': 1, 'b/0': 7 }))
    await clock.advance(0)
    expect(group.writes).toEqual([{ 'a/0': 1 }])
  })

  it('writes all of them once an hour, before brokers forget those that do not move', async () => {
    const { clock, group, mirror } = mirrorInMemory()
    mirror.offer(at({ 'a/0': 1, 'a/1': 5 }))
    for (const ms of [0, 1000, 3_600_000]) await clock.advance(ms)
    expect(group.writes).toEqual([
      { 'a/0': 1, 'a/1': 5 },
      { 'a/0': 1, 'a/1': 5 },
    ])
  })

  it('goes back over offsets of its own', async () => {
    const { clock, group, mirror, said } = mirrorInMemory()
    group.hold('a/0', 500, OURS)
    mirror.offer(at({ 'a/0': 20 }))
    await clock.advance(0)
    expect(group.committed.get('a/0')).toMatchObject({ offset: 20 })
    expect(said()).toEqual([])
  })

  it("never sets back others' offsets, and says so when they have been ahead for a while", async () => {
    const { clock, group, mirror, said } = mirrorInMemory()
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

  it('says that others are ahead where nothing moves, too', async () => {
    const { clock, group, mirror, said } = mirrorInMemory()
    group.hold('a/0', 500, '')
    mirror.offer(at({ 'a/0': 1 }))
    for (const ms of [0, 1000, 60_000]) await clock.advance(ms)
    expect(said()).toHaveLength(1)
    expect(group.reads).toBe(2)
  })

  it('says at the end that others are ahead, however short the run was', async () => {
    const { clock, group, mirror, said } = mirrorInMemory()
    group.hold('a/0', 500, '')
    mirror.offer(at({ 'a/0': 1 }))
    await clock.advance(0)
    expect(said()).toEqual([])
    await mirror.settle(2000)
    expect(said()).toEqual([expect.stringMatching(/offsets of others that are ahead: a\/0 \(500, here 1\); name/)])
  })

  it('says once that it writes over offsets of another program', async () => {
    const { clock, group, mirror, said } = mirrorInMemory()
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
    const { clock, group, mirror, said } = mirrorInMemory()
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

  it('says nothing of faults that pass within seconds', async () => {
    const { clock, group, mirror, said } = mirrorInMemory()
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
    const { clock, group, mirror, said } = mirrorInMemory()
    group.readFault = AWAY
    mirror.offer(at({ 'a/0': 1 }))
    for (let seconds = 0; seconds < 60; seconds++) await clock.advance(1000)
    expect(said()).toEqual(['warning: kafka: progress is not mirrored: cannot reach a:9092 (ECONNREFUSED)'])
    group.readFault = null
    await clock.advance(10_000)
    expect(said()).toEqual(['info: kafka: progress is mirrored to consumer group g again'])
    expect(group.opened).toBe(1)
  })

  it('hands on what is a bug', async () => {
    const { clock, group, mirror } = mirrorInMemory()
    group.readFault = new TypeError('a bug')
    mirror.offer(at({ 'a/0': 1 }))
    await clock.advance(0)
    expect(() => mirror.notices()).toThrow('a bug')
  })
})
