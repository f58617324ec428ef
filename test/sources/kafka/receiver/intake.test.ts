import { describe, expect, it } from 'vitest'
import { info } from '../../../../src/notice.ts'
import { changedWithin, Intake } from '../../../../src/sources/kafka/receiver/intake.ts'
import { manualClock } from '../../../support/manual-clock.ts'
import { block, NONE, rangeOf, storeOf } from '../../../support/raw-blocks.ts'
import { position } from '../../../support/state-file.ts'

const [one, two] = [{}, {}]
const [AT, OTHER] = [position(0, 0), position(1, 0)]
const { byteLength } = block(0, 3)

/** Partition 0 belongs to `one`. The log is off. */
function intakeOf(maxBytes = 1_000_000): Intake {
  const intake = new Intake(NONE, false, { maxBytes })
  intake.begin([AT, OTHER])
  intake.own(AT, one)
  return intake
}

const ranges = (intake: Intake) =>
  intake.blocks.pending().map(({ partition, fromOffset, untilOffset }) => `${partition}: ${fromOffset}…${untilOffset}`)

describe('what receivers have taken in', () => {
  it('goes on behind the blocks that wait', () => {
    const store = storeOf(block(0, 3, 1), block(3, 9, 1))
    const intake = new Intake(store, true, { maxBytes: 1 })
    intake.begin([position(0, 4), position(1, 0)])
    expect(intake.standing(AT)).toMatchObject({ next: 4 })
    expect(intake.standing(OTHER)).toMatchObject({ next: 9, tailHash: block(3, 9, 1).tailHash })
    expect(intake.memory).toBeNull()
  })

  it('is of the receiver that has the partition, and of no other', () => {
    const intake = intakeOf()
    intake.take([block(0, 3), block(0, 2, 1)], one)
    intake.take([block(0, 3)], two)
    expect(ranges(intake)).toEqual(['0: 0…3'])
    expect(intake.standing(AT)).toMatchObject({ next: 3 })
    expect(intake.standing(OTHER)).toMatchObject({ next: 0 })
  })

  it('is of the next owner, though the last one tells later that it has none', () => {
    const intake = intakeOf()
    intake.own(AT, two)
    intake.disown(AT, one)
    expect(intake.isOwned(AT)).toBe(true)
    intake.take([block(0, 3)], two)
    intake.disown(AT, two)
    intake.take([block(3, 5)], two)
    expect(ranges(intake)).toEqual(['0: 0…3'])
    expect(intake.isOwned(AT)).toBe(false)
  })

  it('stands where it stood if blocks cannot be stored', () => {
    const full = new Error('full')
    const store = {
      ...NONE,
      append: () => {
        throw full
      },
    }
    const intake = new Intake(store, true, { maxBytes: 1 })
    intake.begin([AT])
    intake.own(AT, one)
    expect(() => intake.take([block(0, 3)], one)).toThrow(full)
    expect(intake.standing(AT)).toMatchObject({ next: 0 })
  })

  it('is dropped with a partition that goes: it is received again from the saved position', () => {
    const intake = intakeOf()
    intake.take([block(0, 3)], one)
    intake.drop([AT], [position(0, 2)], two)
    expect(ranges(intake)).toEqual(['0: 0…3'])
    intake.drop([AT], [position(0, 2)], one)
    expect(ranges(intake)).toEqual([])
    expect(intake.standing(AT)).toMatchObject({ next: 2 })
  })

  it('is full from its bound on, half full from the half on, and has room again after the batch', () => {
    const intake = intakeOf(2 * byteLength)
    expect([intake.isFull, intake.isHalfFull]).toEqual([false, false])
    intake.take([block(0, 3)], one)
    expect([intake.isFull, intake.isHalfFull, intake.waitingBytes]).toEqual([false, true, byteLength])
    intake.take([block(3, 6)], one)
    expect(intake.isFull).toBe(true)
    intake.release([rangeOf(0, 6)])
    expect([intake.isFull, intake.isHalfFull, intake.waitingBytes]).toEqual([false, false, 0])
  })

  it('is behind while the brokers have more of a partition that is received here', () => {
    const intake = intakeOf()
    expect(intake.isBehind).toBe(false)
    intake.endsAt(AT, 3)
    intake.endsAt(OTHER, 7) // nobody here has it
    expect(intake.isBehind).toBe(true)
    intake.take([block(0, 3)], one)
    expect(intake.isBehind).toBe(false)
    expect(intake.latest()).toEqual([
      { topic: 'events', partition: 0, end: 3 },
      { topic: 'events', partition: 1, end: 7 },
    ])
  })
})

describe('partitions that are met', () => {
  it('are received once their positions are saved', () => {
    const intake = intakeOf()
    intake.discover(position(3, 5))
    intake.discover(position(2, 7))
    intake.discover(position(3, 0))
    intake.discover(AT)
    expect(intake.standing(position(3, 0))).toBeUndefined()
    const discovered = intake.takeDiscovered()
    expect(discovered).toEqual([position(2, 7), position(3, 5)])
    expect(intake.takeDiscovered()).toEqual([])
    intake.saved(discovered)
    expect(intake.standing(position(3, 0))).toEqual(position(3, 5))
    intake.saved([position(3, 0)])
    expect(intake.standing(position(3, 0))).toEqual(position(3, 5))
  })
})

describe('the end of receiving', () => {
  it('is thrown, the first of several', () => {
    const intake = intakeOf()
    intake.assertAlive()
    const error = new Error('no permission')
    intake.fail(error)
    intake.fail(new Error('later'))
    expect(() => intake.assertAlive()).toThrow(error)
    expect(intake.hasFailed).toBe(true)
  })
})

describe('waiting for a change', () => {
  it('ends with a block, a notice, a failure, an abort or the time', async () => {
    const clock = manualClock()
    const changes: ((intake: Intake, stop: AbortController) => unknown)[] = [
      (intake) => intake.take([block(0, 3)], one),
      (intake) => intake.notice(info('hello')),
      (intake) => intake.fail(new Error('lost')),
      (intake) => intake.discover(position(9, 0)),
      (_, stop) => stop.abort(),
      () => clock.advance(1000),
    ]
    for (const change of changes) {
      const intake = intakeOf()
      const stop = new AbortController()
      let isOver = false
      const waiting = changedWithin(intake, 1000, clock, stop.signal).then(() => {
        isOver = true
      })
      await clock.advance(999)
      expect(isOver).toBe(false)
      await change(intake, stop)
      await waiting
      expect(clock.sleepers).toBe(0)
    }
  })

  it('leaves the notices to the next plan, once', () => {
    const intake = intakeOf()
    intake.notice(info('hello'))
    expect(intake.takeNotices()).toEqual([info('hello')])
    expect(intake.takeNotices()).toEqual([])
  })
})
