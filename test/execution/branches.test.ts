// A record that fails anywhere leaves nothing behind anywhere: no row, no count, nothing folded.

import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { allRows } from '../../src/column.ts'
import { MicroBatch } from '../../src/execution/micro-batch.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import { SOURCE } from '../../src/plan/plan.ts'
import type { FoldStep, StatelessStep } from '../../src/transform.ts'
import { BIGINT } from '../../src/types.ts'
import { BATCH } from '../support/frame.ts'
import { chunkOf, memoryLog, memorySource } from '../support/memory-source.ts'
import { collectingSink, keep, planOf } from '../support/plan.ts'
import { columnsStep, mapStep, pipeline } from '../support/spec.ts'

const at = { topic: 'a', partition: 0 }

/** Counts the rows it is given. */
const counting: FoldStep = {
  role: 'fold',
  output: [{ name: 'n', type: BIGINT }],
  keyColumns: 0,
  merges: ['sum'],
  canonical: 'count',
  boundary: 'dependent',
  mergedBoundary: 'independent',
  notes: [],
  evaluate: (rows) => rows,
  open() {
    let n = 0n
    return {
      add: (_, { selection }) => {
        n += BigInt(selection.count)
      },
      keptBytes: () => 0,
      finish: (batch) => ({
        frame: {
          length: 1,
          columns: [{ layout: 'values', type: BIGINT, values: [n] }],
          records: null,
          rejects: { reject() {} },
          batch,
        },
        selection: allRows(1),
      }),
      committed() {},
      abandoned() {},
    }
  },
}

const refusing = (record: number): StatelessStep => ({
  ...keep(/./),
  apply: (rows) => {
    rows.frame.rejects.reject(record, { code: 'E_NO', message: 'not this one' })
    return rows
  },
})

describe('branches', () => {
  test('fold nothing of a record that another branch refuses', () => {
    const source = memorySource(memoryLog({}))
    const sinks = [collectingSink(), collectingSink()]
    const steps = [
      { id: 'count', kind: 'count', input: SOURCE, step: counting, output: counting.output },
      { id: 'refuse', kind: 'refuse', input: SOURCE, step: refusing(1), output: null },
    ]
    const batch = new MicroBatch(planOf({ source, sinks, steps, sinkInputs: [0, 1], onError: 'skip' }))
    batch.add(chunkOf(at, 0, ['x', 'y', 'z']), BATCH)
    expect(batch.finish(BATCH).counts).toMatchObject({ processed: 2, skipped: 1 })
    expect(sinks.map(({ pending }) => pending)).toEqual([['- 2'], ['a/0 x', 'a/0 z']])
  })

  test('keep no row of a record one of whose elements is refused', () => {
    const steps = [columnsStep('flatMap', { item: 'items' }), mapStep({ item: 'CAST(item AS int)' })]
    const plan = compilePlan({ ...pipeline(steps), onError: 'skip' }, kinds)
    const sink = collectingSink()
    const batch = new MicroBatch({ ...plan, sinks: plan.sinks.map((planned) => ({ ...planned, sink })) })
    batch.add(chunkOf(at, 0, ['{"items": [1, "one", 2]}', '{"items": [3]}']), BATCH)
    expect(batch.finish(BATCH).counts).toMatchObject({ processed: 1, skipped: 1 })
    expect(sink.pending).toEqual(['a/0 3'])
  })
})
