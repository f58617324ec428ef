import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/kafka/client/fault.ts'
import type { Member } from '../../../../src/kafka/group/member.ts'
import { Commits } from '../../../../src/sources/kafka/receiver/commits.ts'
import { manualClock } from '../../../support/manual-clock.ts'
import { position } from '../../../support/state-file.ts'

type Outcome = boolean | Error | 'never'

/** Commits to a member that answers so, one after the other, and `true` then. */
function commitsOf(...outcomes: Outcome[]) {
  const clock = manualClock()
  const written: string[] = []
  const member = {
    async commit(offsets: Parameters<Member['commit']>[0]) {
      written.push(offsets.map(({ partition, offset, metadata }) => `${partition}=${offset} ${metadata}`).join(', '))
      const outcome = outcomes.shift() ?? true
      if (outcome === 'never') return await new Promise<boolean>(() => {})
      if (outcome instanceof Error) throw outcome
      return outcome
    },
  }
  return { clock, written, commits: new Commits(member, 'ours', clock) }
}

describe('offsets of the group', () => {
  it('are written once they are offered, the latest of each partition', async () => {
    const { clock, written, commits } = commitsOf()
    const stop = new AbortController()
    const running = commits.run(stop.signal)
    await clock.advance(10_000)
    expect(written).toEqual([])
    commits.offer([position(0, 30)])
    await clock.advance(0)
    expect(written).toEqual(['0=30 ours'])
    commits.offer([position(0, 31), position(1, 5)])
    commits.offer([position(0, 32)])
    await clock.advance(999)
    expect(written.length).toBe(1)
    await clock.advance(1)
    expect(written.slice(1)).toEqual(['0=32 ours, 1=5 ours'])
    await clock.advance(10_000)
    expect(written.length).toBe(2)
    stop.abort()
    await running
  })

  it.each([
    ['a fault', new Fault('the coordinator is away')],
    ['another generation', false],
  ] as const)('are written again after %s', async (_, outcome) => {
    const { clock, written, commits } = commitsOf(outcome)
    const stop = new AbortController()
    const running = commits.run(stop.signal)
    commits.offer([position(0, 30)])
    await clock.advance(0)
    await clock.advance(500)
    expect(written).toEqual(['0=30 ours', '0=30 ours'])
    stop.abort()
    await running
  })

  it('end the receiver where waiting does not help', async () => {
    const { commits } = commitsOf(new Error('no permission'))
    commits.offer([position(0, 30)])
    await expect(commits.run(new AbortController().signal)).rejects.toThrow('no permission')
  })

  it('of partitions that others have are not written', async () => {
    const { written, commits } = commitsOf()
    commits.offer([position(0, 30), position(1, 5)])
    commits.forget([position(0, 0)])
    await commits.flush(3000)
    await commits.flush(3000)
    expect(written).toEqual(['1=5 ours'])
  })

  it('are given up in a flush that takes too long: others wait for the rebalance', async () => {
    const { clock, commits } = commitsOf('never', new Fault('away'))
    commits.offer([position(0, 30)])
    const flushing = commits.flush(3000)
    await clock.advance(3000)
    await flushing
    await commits.flush(3000)
  })
})
