import { describe, expect, test } from 'vitest'
import { pull, Stalled, Stopped } from '../../src/execution/pull.ts'
import { type Notice, warning } from '../../src/notice.ts'
import { manualClock } from '../support/manual-clock.ts'

const never = new AbortController().signal

async function* giving<T extends object>(...items: readonly T[]): AsyncGenerator<T, string> {
  for (const item of items) yield item
  return 'result'
}

/** Gives its items, then nothing for ever. */
async function* hanging<T extends object>(...items: readonly T[]): AsyncGenerator<T, string> {
  yield* giving(...items)
  await new Promise(() => {})
  return 'never'
}

describe('pull', () => {
  test('passes items and the result on', async () => {
    const stream = pull(giving({ n: 1 }, { n: 2 }), { clock: manualClock(), signal: never, timeoutMs: null })
    expect(await stream.next()).toEqual({ done: false, value: { n: 1 } })
    expect(await stream.next()).toEqual({ done: false, value: { n: 2 } })
    expect(await stream.next()).toEqual({ done: true, value: 'result' })
  })

  test('throws Stopped as soon as the signal is aborted, though the stream hangs', async () => {
    const stop = new AbortController()
    const stream = pull(hanging(), { clock: manualClock(), signal: stop.signal, timeoutMs: null })
    const next = stream.next()
    stop.abort()
    await expect(next).rejects.toBeInstanceOf(Stopped)
  })

  test('throws Stalled with the last notice when nothing else comes for the time-out', async () => {
    const clock = manualClock()
    const away: Notice = warning('kafka: cannot reach a:1')
    const stream = pull(hanging(away), { clock, signal: never, timeoutMs: 1000 })
    await stream.next()
    const next = stream.next().catch((error: unknown) => error)
    await clock.advance(999)
    expect(clock.sleepers).toBe(1)
    await clock.advance(1)
    const error = await next
    expect(error).toBeInstanceOf(Stalled)
    expect((error as Stalled).notice).toBe('kafka: cannot reach a:1')
  })

  test('counts the time-out from the last item that is no notice', async () => {
    const clock = manualClock()
    const stream = pull(hanging({ n: 1 }), { clock, signal: never, timeoutMs: 1000 })
    await clock.advance(900)
    await stream.next()
    let ended = false
    const next = stream.next().catch(() => {
      ended = true
    })
    await clock.advance(999)
    expect(ended).toBe(false)
    await clock.advance(1)
    await next
    expect(ended).toBe(true)
  })

  test('leaves no timer behind while its user has an item, and may go away with it', async () => {
    const clock = manualClock()
    const stream = pull(hanging({ n: 1 }), { clock, signal: never, timeoutMs: 1000 })
    await stream.next()
    await clock.advance(10)
    expect(clock.sleepers).toBe(0)
    void stream.next()
    await clock.advance(10)
    expect(clock.sleepers).toBe(1)
  })

  test('throws what the stream throws', async () => {
    const failing = async function* (): AsyncGenerator<object, string> {
      throw new Error('gone')
    }
    const stream = pull(failing(), { clock: manualClock(), signal: never, timeoutMs: 5 })
    await expect(stream.next()).rejects.toThrow('gone')
  })
})
