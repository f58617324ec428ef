import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { dependentStep } from '../../src/plan/boundary.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import type { Component } from '../../src/spec.ts'
import { filterStep, mapStep, pipeline, reduceStep, sqlite } from '../support/spec.ts'

/** The id of the step that makes the table depend on where batches are cut. */
function dependentIn(mode: 'append' | 'merge', ...steps: readonly Component[]): string | undefined {
  const plan = compilePlan(pipeline(steps, sqlite('t', mode)), kinds)
  const [sink] = plan.sinks
  return sink && dependentStep(plan.steps, sink)?.id
}

const counts = (key: string, count = 'count(*)') => reduceStep({ key }, { count })

describe('dependentStep', () => {
  test('is an aggregation whose rows are appended, and none whose rows are merged', () => {
    expect(dependentIn('append', filterStep('a = 1'), counts('b'))).toBe('reduceByKey')
    expect(dependentIn('merge', filterStep('a = 1'), counts('b'))).toBeUndefined()
    expect(dependentIn('merge', counts('b'), filterStep('count > 1'), counts('key', 'sum(count)'))).toBe('reduceByKey')
  })

  test('is any step that names the batch', () => {
    expect(dependentIn('append', mapStep({ a: 'cast(a as int)' }))).toBeUndefined()
    expect(dependentIn('append', mapStep({ a: '_batch.id' }))).toBe('map')
    expect(dependentIn('merge', mapStep({ a: 'now()' }), counts('a'))).toBe('map')
    expect(dependentIn('merge', counts('_batch.time'))).toBe('reduceByKey')
    expect(dependentIn('merge', counts('a', 'max(_batch.id)'))).toBe('reduceByKey')
  })
})
