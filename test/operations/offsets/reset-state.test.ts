import { describe, expect, test } from 'vitest'
import { type StateOptions, stateChoice } from '../../../src/operations/offsets/reset-state.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { SOURCE } from '../../../src/plan/plan.ts'
import { memoryLog, memorySource } from '../../support/memory-source.ts'
import { keep, planOf } from '../../support/plan.ts'

const STATELESS: Plan = planOf({ source: memorySource(memoryLog({})), sinks: [] })

/** A step that counts over batches, and a table with what it has counted. */
const STATEFUL: Plan = {
  ...STATELESS,
  steps: [
    { id: 'keep', kind: 'keep', input: SOURCE, step: keep(/x/), output: null },
    {
      id: 'counted',
      kind: 'updateStateByKey',
      input: 0,
      step: {
        ...keep(/x/),
        state: { tables: ['sprk_state_counted'], whenKept: 'records that are read again count twice' },
      },
      output: null,
    },
  ],
  fingerprint: { plan: '', steps: [{ id: 'sqlite t', kind: 'sqlite', canonical: '', table: 't', indexes: [] }] },
}

describe('the state of steps, where positions move', () => {
  test.each<[StateOptions, readonly string[], readonly string[]]>([
    [{}, [], ['--state keep|clear']],
    [{ state: 'keep' }, [], []],
    [{ state: 'clear' }, ['sprk_state_counted'], ['--results keep|clear']],
    [{ state: 'clear', results: 'keep' }, ['sprk_state_counted'], []],
    [{ state: 'clear', results: 'clear' }, ['sprk_state_counted', 't'], []],
  ])('%j clears %j and leaves %j to be said', (options, cleared, missing) => {
    expect(stateChoice(STATEFUL, options)).toMatchObject({ cleared, missing })
  })

  test('says for each such step what keeping it would do', () => {
    expect(stateChoice(STATEFUL, {}).lines).toEqual([
      'step counted, if its state is kept: records that are read again count twice',
    ])
  })

  test('refuses options that mean nothing', () => {
    expect(stateChoice(STATELESS, {})).toEqual({ cleared: [], lines: [], missing: [] })
    const usage = { name: 'SprkError', exit: 64 }
    expect(() => stateChoice(STATELESS, { state: 'keep' })).toThrow(expect.objectContaining(usage))
    expect(() => stateChoice(STATELESS, { results: 'keep' })).toThrow(expect.objectContaining(usage))
    expect(() => stateChoice(STATEFUL, { results: 'clear' })).toThrow(expect.objectContaining(usage))
    expect(() => stateChoice(STATEFUL, { state: 'keep', results: 'clear' })).toThrow(expect.objectContaining(usage))
  })
})
