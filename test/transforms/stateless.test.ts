import { describe, expect, test } from 'vitest'
import { Tag } from '../../src/column.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { filterStep, mapStep } from '../support/spec.ts'
import { applyStep, compileStep, valuesOf } from '../support/steps.ts'

const rowsKept = (condition: string, values: readonly unknown[]) => {
  const step = compileStep(filter, filterStep(condition))
  const { selection } = applyStep(step, step.read(values))
  return [...selection.rows.subarray(0, selection.count)]
}

describe('filter', () => {
  test('keeps the rows where the condition is true, not where it is false or NULL', () => {
    expect(rowsKept("type = 'track'", [{ type: 'track' }, { type: 'page' }, {}, { type: null }, null])).toEqual([0])
  })

  test('reads a variant as the boolean that it is', () => {
    expect(rowsKept('active', [{ active: true }, { active: false }, {}, { active: 'true' }])).toEqual([0, 3])
  })

  test('refuses a record for which the condition cannot be computed', () => {
    const step = compileStep(filter, filterStep('n > 1'))
    const { selection } = applyStep(step, step.read([{ n: 2 }, { n: 'two' }, { n: 0 }]))
    expect([...selection.rows.subarray(0, selection.count)]).toEqual([0])
    expect(step.takeRejects().map(([record]) => record)).toEqual([1])
  })

  test('keeps nothing of no rows', () => {
    expect(rowsKept('TRUE', [])).toEqual([])
  })
})

describe('map', () => {
  test('computes each column and drops the others', () => {
    const step = compileStep(map, mapStep({ city: 'upper(place.city)', n: 'CAST(n AS int) + 1', raw: 'place' }))
    expect(valuesOf(applyStep(step, step.read([{ place: { city: 'são paulo' }, n: 4, other: 1 }, {}])))).toEqual([
      ['SÃO PAULO', 5, { tag: Tag.OBJECT, text: '{"city":"são paulo"}' }],
      [null, null, null],
    ])
  })
})
