// How a run that ends waits for its positions to be told.

import { describe, expect, it } from 'vitest'
import { AWAY, at, MEMBERS, mirrorInMemory } from '../../support/memory-mirror.ts'

describe('KafkaMirror', () => {
  it('settles what was offered while a write was under way', async () => {
    const { group, mirror } = mirrorInMemory()
    let open = (): void => {}
    group.gate = new Promise((resolve) => {
      open = resolve
    })
    mirror.offer(at({ 'a/0': 1 }))
    mirror.offer(at({ 'a/0': 2 }))
    const settled = mirror.settle(2000)
    group.gate = null
    open()
    await settled
    expect(group.writes).toEqual([{ 'a/0': 1 }, { 'a/0': 2 }])
  })

  it('settles what was offered last without waiting for its turn', async () => {
    const { clock, group, mirror, said } = mirrorInMemory()
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
    const { clock, group, mirror, said } = mirrorInMemory()
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
    const { clock, group, mirror, said } = mirrorInMemory()
    group.readFault = AWAY
    mirror.offer(at({ 'a/0': 1 }))
    const settled = mirror.settle(2000)
    for (let waited = 0; waited < 2000; waited += 100) await clock.advance(100)
    await settled
    expect(said()).toEqual(['warning: kafka: progress is not mirrored: cannot reach a:9092 (ECONNREFUSED)'])
  })

  it('gives up on a broker that does not answer', async () => {
    const { clock, group, mirror, said } = mirrorInMemory()
    group.gate = new Promise(() => {})
    mirror.offer(at({ 'a/0': 1 }))
    const settled = mirror.settle(2000)
    await clock.advance(2000)
    await settled
    expect(said()).toEqual(['warning: kafka: progress is not mirrored: no answer within 2 s'])
    await mirror.close()
  })

  it('does not wait for what is refused', async () => {
    const { group, mirror, said } = mirrorInMemory()
    group.writeFault = MEMBERS
    mirror.offer(at({ 'a/0': 1 }))
    await mirror.settle(2000)
    expect(said()).toHaveLength(1)
    await mirror.settle(2000)
    expect(group.reads).toBe(1)
  })
})
