// Time limits of requests.

import { stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/cli/system-clock.ts'
import { Fault, within } from '../../../src/kafka/client/fault.ts'

const late = () => new Fault('late')

describe('within', () => {
  it('takes what came while the event loop was blocked for longer than the time limit', async () => {
    const answer = within(stat(import.meta.filename), 20, systemClock, late)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    expect((await answer).isFile()).toBe(true)
  })

  it('throws where nothing came', async () => {
    await expect(within(new Promise(() => {}), 20, systemClock, late)).rejects.toThrow('late')
  })
})
