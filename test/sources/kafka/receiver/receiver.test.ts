// ReceiverSuite "receiver life cycle", and what ends a receiver. Left out of the case: store(…) in four forms (there is one way to
// store) and reportError (errors are thrown).

import { describe, expect, it } from 'vitest'
import { Exit, SprkError } from '../../../../src/errors.ts'
import { Fault } from '../../../../src/kafka/client/fault.ts'
import { StoreFailed } from '../../../../src/sources/kafka/receiver/block-queue.ts'
import { Intake } from '../../../../src/sources/kafka/receiver/intake.ts'
import { Receiver, type ReceiverLife } from '../../../../src/sources/kafka/receiver/receiver.ts'
import { manualClock } from '../../../support/manual-clock.ts'
import { NONE } from '../../../support/raw-blocks.ts'

/** A receiver whose lives end as the test says: with an error, or without one when they are stopped. */
function receiverOf({ isOnce = false } = {}) {
  const clock = manualClock()
  const intake = new Intake(NONE, false, { maxBytes: 1_000_000 })
  const lives: { fail(error: unknown): void; isRunning: boolean }[] = []
  const begin = (): ReceiverLife => ({
    hasJoined: true,
    partitions: ['events/0'],
    wake: () => {},
    offer: () => {},
    run: (signal) =>
      new Promise<void>((resolve, reject) => {
        const life = { fail: (error: unknown) => end(() => reject(error)), isRunning: true }
        const end = (settle: () => void) => {
          life.isRunning = false
          settle()
        }
        lives.push(life)
        signal.addEventListener('abort', () => end(resolve))
      }),
  })
  let changes = 0
  const told = () => changes
  const options = { number: 2, restartDelayMs: 2000, isOnce: () => isOnce, changed: () => void changes++ }
  const receiver = new Receiver(options, begin, intake, clock)
  return { told, clock, intake, lives, receiver }
}

const FULL = new StoreFailed('blocks cannot be stored', { cause: new Error('no space left') })

describe('ReceiverSuite', () => {
  it('receiver life cycle', async () => {
    const { told, clock, intake, lives, receiver } = receiverOf()
    expect(receiver.hasJoined).toBe(false)
    const stop = new AbortController()
    const running = receiver.run(stop.signal)
    expect(lives).toMatchObject([{ isRunning: true }])
    expect(receiver.report).toEqual({ number: 2, partitions: ['events/0'], restarts: 0, lastError: null })

    // Restarting stops it, waits for spark.streaming.receiverRestartDelay, and starts it again.
    lives[0]?.fail(FULL)
    await clock.advance(0)
    await clock.advance(1999)
    expect(lives).toMatchObject([{ isRunning: false }])
    expect(receiver.hasJoined).toBe(false)
    expect(receiver.report).toMatchObject({ partitions: [], restarts: 1 })
    expect(receiver.report.lastError).toEqual({ message: 'no space left', at: clock.now() - 1999 })
    expect(told()).toBe(1)
    expect(intake.takeNotices()).toMatchObject([
      { message: 'kafka: receiver 2 has stopped: no space left; it starts again in 2 s' },
    ])
    await clock.advance(1)
    expect(lives).toMatchObject([{ isRunning: false }, { isRunning: true }])
    expect(receiver.hasJoined).toBe(true)
    intake.assertAlive()

    stop.abort()
    await running
    expect(lives).toMatchObject([{ isRunning: false }, { isRunning: false }])
  })
})

describe('a receiver', () => {
  it('is not started again while it is being stopped', async () => {
    const { clock, lives, receiver } = receiverOf()
    const stop = new AbortController()
    const running = receiver.run(stop.signal)
    lives[0]?.fail(FULL)
    await clock.advance(0)
    await clock.advance(500)
    stop.abort()
    await running
    expect(lives.length).toBe(1)
  })

  it('ends the run where starting again would not help', async () => {
    const { intake, lives, receiver } = receiverOf()
    const running = receiver.run(new AbortController().signal)
    lives[0]?.fail(new SprkError(Exit.LOCKED, { code: 'E_GROUP_MEMBERS', message: 'other members' }))
    await running
    expect(() => intake.assertAlive()).toThrow('other members')
  })

  it('starts again after a fault of the brokers', async () => {
    const { clock, lives, receiver } = receiverOf()
    const stop = new AbortController()
    const running = receiver.run(stop.signal)
    lives[0]?.fail(new Fault('the session may have expired'))
    await clock.advance(0)
    await clock.advance(2000)
    expect(lives.length).toBe(2)
    stop.abort()
    await running
  })

  it('does not wait for a full disk with `--once`', async () => {
    const { intake, lives, receiver } = receiverOf({ isOnce: true })
    const running = receiver.run(new AbortController().signal)
    lives[0]?.fail(FULL)
    await running
    expect(() => intake.assertAlive()).toThrow('no space left')
  })
})
