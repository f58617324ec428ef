import { expect, test } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import type { Value } from '../../src/column.ts'
import type { Component } from '../../src/spec.ts'
import { BIGINT, type Schema, STRING } from '../../src/types.ts'
import { describeTransform, type TransformSubject } from '../contract/transform.ts'
import { columnsStep, component, filterStep, mapStep, reduceStep, text } from '../support/spec.ts'

const input: Schema = [
  { name: 'city', type: STRING },
  { name: 'tags', type: { kind: 'array', element: STRING } },
  { name: 'n', type: BIGINT },
]
const rows: readonly (readonly Value[])[] = [
  ['Berlin', ['a', 'b'], 1n],
  [null, [], 2n],
  ['Berlin', ['a', null], null],
  ['', null, 4n],
]
/** Its `n` has no int. */
const failing: readonly Value[] = ['Bonn', ['c'], 2n ** 40n]

const AS_INT = 'CAST(n AS int)'

function subject(component: Component, more: Partial<TransformSubject> = {}): TransformSubject {
  return { component, input, rows, failing, mistaken: null, ...more }
}

const subjects: Readonly<Record<string, TransformSubject>> = {
  filter: subject(filterStep(`${AS_INT} < 3`), { mistaken: filterStep('m < 3') }),
  map: subject(mapStep({ n: AS_INT, city: 'city' }), { mistaken: mapStep({ m: 'm' }) }),
  flatMap: subject(columnsStep('flatMap', { tag: 'tags', n: AS_INT }), {
    mistaken: columnsStep('flatMap', { tag: 'tag' }),
  }),
  withColumns: subject(columnsStep('withColumns', { city: 'upper(city)', small: AS_INT }), {
    mistaken: columnsStep('withColumns', { m: 'm' }),
  }),
  drop: subject(component('drop', [text('n')]), { failing: null, mistaken: component('drop', [text('m')]) }),
  reduceByKey: subject(reduceStep({ city: 'city' }, { total: `sum(${AS_INT})`, count: 'count(*)' }), {
    mistaken: reduceStep({ m: 'm' }, { count: 'count(*)' }),
  }),
  countByValue: subject(component('countByValue', {}), {
    input: [{ name: 'city', type: STRING }],
    failing: null,
  }),
}

test('each transform has its subject', () => {
  expect(Object.keys(subjects).sort()).toEqual([...kinds.transforms.keys()].sort())
})

for (const [name, each] of Object.entries(subjects)) describeTransform(name, each)
