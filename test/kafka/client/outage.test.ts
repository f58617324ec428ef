// The retry policy, on a clock whose time passes only during sleeps.

import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../src/clock.ts'
import { Exit, SprkError } from '../../../src/errors.ts'
import { MissingFault } from '../../../src/kafka/client/cluster.ts'
import { Fault } from '../../../src/kafka/client/fault.ts'
import { Outage } from '../../../src/kafka/client/outage.ts'
import { drain } from '../../support/drain.ts'

const { signal } = new AbortController()

function sleepless(chance = 1) {
  let time = 0
  const slept: number[] = []
  const clock: Clock = {
    now: () => time,
    monotonic: () => time,
    random: () => chance,
    yield: async () => {},
    sleep: async (ms) => {
      slept.push(ms)
      time += ms
    },
  }
  return { clock, slept, outage: new Outage(clock) }
}

function failing(times: number, error: Error = new Fault('b:9092 is away')): () => Promise<string> {
  return async () => {
    if (times-- > 0) throw error
    return 'done'
  }
}

describe('Outage', () => {
  it('says nothing where nothing is wrong', async () => {
    const { outage, slept } = sleepless()
    expect(await drain(outage.retry(failing(0), signal))).toEqual({ items: [], result: 'done' })
    expect(slept).toEqual([])
  })

  it('doubles its delays from 100 ms to 10 s', async () => {
    const { outage, slept } = sleepless()
    await drain(outage.retry(failing(10), signal))
    expect(slept).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000])
  })

  it('makes them up to half as short by chance', async () => {
    const { outage, slept } = sleepless(0)
    await drain(outage.retry(failing(3), signal))
    expect(slept).toEqual([50, 100, 200])
  })

  it('tells at once, every 30 s, and when it is over', async () => {
    const { outage } = sleepless()
    const { items } = await drain(outage.retry(failing(16), signal))
    const away = { level: 'warning', message: 'kafka: b:9092 is away; trying again' }
    // 12.7 s go by in the first seven delays, 10 s in each one after.
    expect(items).toMatchObject([
      away,
      away,
      away,
      away,
      { level: 'info', message: 'kafka: working again after 1 m 43 s' },
    ])
  })

  it('begins anew when something works again', async () => {
    const { outage, slept } = sleepless()
    await drain(outage.retry(failing(3), signal))
    await drain(outage.retry(failing(1), signal))
    expect(slept).toEqual([100, 200, 400, 100])
  })

  it('throws what is no fault', async () => {
    const { outage, slept } = sleepless()
    await expect(drain(outage.retry(failing(1, new TypeError('bug')), signal))).rejects.toThrow('bug')
    expect(slept).toEqual([])
  })

  it('stops when it is told to', async () => {
    const { outage } = sleepless()
    const stopped = AbortSignal.abort(new Error('enough'))
    await expect(drain(outage.retry(failing(1), stopped))).rejects.toThrow('enough')
    const controller = new AbortController()
    const waiting = outage.retry(failing(100), controller.signal)
    await waiting.next()
    controller.abort(new Error('enough'))
    await expect(waiting.next()).rejects.toThrow('enough')
  })

  it('believes after a minute that a topic is gone, but not before, nor when it was there in between', async () => {
    const { outage, clock } = sleepless()
    const gone = new MissingFault(['orders'], [])
    await expect(drain(outage.retry(failing(100, gone), signal))).rejects.toMatchObject({
      exit: Exit.NO_INPUT,
      code: 'E_TOPIC_MISSING',
      message: 'topic orders does not exist',
    })
    expect(clock.monotonic()).toBeGreaterThanOrEqual(60_000)
    expect(clock.monotonic()).toBeLessThan(75_000)

    const { outage: other } = sleepless()
    for (let time = 0; time < 3; time++) {
      expect((await drain(other.retry(failing(8, gone), signal))).result).toBe('done')
    }
  })

  it('believes a refusal at the third time in a row, without a notice', async () => {
    const { outage, slept } = sleepless()
    const lasting = new SprkError(Exit.PERMISSION, { code: 'E_AUTHENTICATION', message: 'kafka: b:9092 refuses alice' })
    const refusal = new Fault('b:9092 refuses alice', { lasting, attempts: 3 })
    expect(await drain(outage.retry(failing(2, refusal), signal))).toMatchObject({ result: 'done' })
    await expect(drain(outage.retry(failing(3, refusal), signal))).rejects.toBe(lasting)
    expect(slept).toEqual([100, 200, 100, 200])
  })

  it('counts refusals anew when something else comes between', async () => {
    const { outage } = sleepless()
    const lasting = new SprkError(Exit.PERMISSION, { code: 'E_AUTHENTICATION', message: 'kafka: b:9092 refuses alice' })
    const refusal = new Fault('b:9092 refuses alice', { lasting, attempts: 3 })
    const faults = [refusal, refusal, new Fault('b:9092 is away'), refusal, refusal]
    const attempt = async () => {
      const fault = faults.shift()
      if (fault !== undefined) throw fault
      return 'done'
    }
    expect((await drain(outage.retry(attempt, signal))).result).toBe('done')
  })
})
