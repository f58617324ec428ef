import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'

import { Tag } from '../../src/column.ts'
import { SprkError } from '../../src/errors.ts'
import { MicroBatch } from '../../src/execution/micro-batch.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import type { Component } from '../../src/spec.ts'
import { flatMap } from '../../src/transforms/flat-map.ts'
import { BATCH } from '../support/frame.ts'
import { chunkOf } from '../support/memory-source.ts'
import { collectingSink } from '../support/plan.ts'
import { columnsStep, component, filterStep, mapStep, pipeline, reduceStep, text } from '../support/spec.ts'
import { applyStep, compileStep, valuesOf } from '../support/steps.ts'

const drop = (...columns: readonly string[]) => component('drop', columns.map(text))
const countByValue = component('countByValue', {})

/** What a pipeline over these JSON records gives to its sink. */
function run(steps: readonly Component[], ...records: readonly unknown[]): string[] {
  const sink = collectingSink()
  const plan = compilePlan(pipeline(steps), kinds)
  const batch = new MicroBatch({ ...plan, sinks: plan.sinks.map((planned) => ({ ...planned, sink })) })
  batch.add(
    chunkOf(
      { topic: 'a', partition: 0 },
      0,
      records.map((record) => JSON.stringify(record)),
    ),
    BATCH,
  )
  batch.finish(BATCH)
  return sink.pending.map((row) => row.replace(/^\S+ /, ''))
}

const problemsOf = (steps: readonly Component[]) => {
  try {
    compilePlan(pipeline(steps), kinds)
  } catch (error) {
    if (error instanceof SprkError) return error.problems
    throw error
  }
  return []
}

describe('flatMap', () => {
  const words = columnsStep('flatMap', { word: "split(text, ' ')", id: 'CAST(id AS int)' })

  test('makes a row of each element and repeats the other columns', () => {
    expect(run([words], { id: 1, text: 'a b a' }, { id: 2, text: 'c' })).toEqual(['a 1', 'b 1', 'a 1', 'c 2'])
  })

  test('gives no row for NULL, and none for an empty array', () => {
    const items = columnsStep('flatMap', { item: 'items' })
    expect(run([items], { items: [] }, {}, { items: null }, { items: [7] })).toHaveLength(1)
  })

  test('takes a JSON array for an array, whatever its elements are', () => {
    const items = [columnsStep('flatMap', { item: 'items' }), mapStep({ item: 'CAST(item AS string)' })]
    expect(run(items, { items: [1, 'x', { a: [true] }] })).toEqual(['1', 'x', '{"a":[true]}'])
  })

  test('lets an element refuse its whole record', () => {
    const step = compileStep(flatMap, columnsStep('flatMap', { item: 'items' }))
    const rows = applyStep(step, step.read([{ items: 'no array' }, { items: [1] }]))
    expect(valuesOf(rows)).toHaveLength(1)
    expect(step.takeRejects().map(([record]) => record)).toEqual([0])
  })

  test('names the record of each row, so that errors behind it find it', () => {
    const step = compileStep(flatMap, columnsStep('flatMap', { item: 'items' }))
    const { frame } = applyStep(step, step.read([{ items: [1, 2] }, {}, { items: [3] }]))
    expect([...(frame.records ?? [])]).toEqual([0, 0, 2])
  })

  test.each([
    ['none', { a: 'CAST(x AS int)' }],
    ['two', { a: "split(x, ' ')", b: "split(y, ' ')" }],
  ])('refuses %s for the one array', (_, columns) => {
    expect(problemsOf([columnsStep('flatMap', columns)])[0]?.code).toBe('E_FLAT_MAP')
  })
})

describe('withColumns', () => {
  test('adds and replaces columns, computed from those before it', () => {
    const steps = [
      mapStep({ a: 'CAST(a AS int)', b: 'CAST(b AS int)' }),
      columnsStep('withColumns', { b: 'a + b', c: 'b * 10' }),
    ]
    expect(run(steps, { a: 1, b: 2 })).toEqual(['1 3 20'])
  })

  test('names values on an open payload, whose fields stay', () => {
    const steps = [
      columnsStep('withColumns', { city: 'upper(place.city)' }),
      filterStep("city = 'ROM' AND place.city = 'Rom'"),
      columnsStep('withColumns', { city: "city || '!'" }),
      mapStep({ city: 'city', n: 'n' }),
      mapStep({ city: 'city', n: 'CAST(n AS string)' }),
    ]
    expect(run(steps, { place: { city: 'Rom' }, n: 3 }, { place: { city: 'Bern' } })).toEqual(['ROM! 3'])
  })
})

describe('drop', () => {
  test('leaves columns out and keeps the order of the others', () => {
    expect(run([mapStep({ a: '1', b: '2', c: '3' }), drop('b')], {})).toEqual(['1 3'])
  })

  test('hides fields of an open payload', () => {
    expect(problemsOf([drop('a'), mapStep({ x: 'a' })])[0]?.code).toBe('E_UNKNOWN_COLUMN')
    expect(problemsOf([drop('a'), columnsStep('withColumns', { a: '1' }), mapStep({ x: 'a' })])).toEqual([])
  })

  test('refuses a column that is not there, and all of them', () => {
    expect(problemsOf([mapStep({ city: '1', n: '2' }), drop('citi')])[0]?.hint).toBe('did you mean city?')
    expect(problemsOf([mapStep({ a: '1' }), drop('`a`')])[0]?.code).toBe('E_NO_COLUMNS')
  })
})

describe('countByValue', () => {
  test('counts distinct rows over all columns', () => {
    const steps = [mapStep({ a: 'a', b: 'CAST(b AS int)' }), countByValue]
    expect(run(steps, { a: 'x', b: 1 }, { a: 'x' }, { a: 'x', b: 1 })).toEqual(['x 1 2', 'x null 1'])
  })

  test('needs known columns, and refuses one of its own name', () => {
    expect(problemsOf([countByValue])[0]?.code).toBe('E_COLUMNS_UNKNOWN')
    expect(problemsOf([mapStep({ count: '1' }), countByValue])[0]?.code).toBe('E_COLUMN_TWICE')
  })

  test('gives what reduceByKey gives', () => {
    const records = [{ a: 'x' }, { a: 'y' }, { a: 'x' }]
    const byKey = run([mapStep({ a: 'a' }), reduceStep({ a: 'a' }, { count: 'count(*)' })], ...records)
    expect(run([mapStep({ a: 'a' }), countByValue], ...records)).toEqual(byKey)
  })
})

describe('functions that make rows, in flatMap', () => {
  const rowsOf = (source: string, row: unknown) => {
    const step = compileStep(flatMap, columnsStep('flatMap', { item: source }))
    return valuesOf(applyStep(step, step.read([row]))).map(([item]) => item)
  }
  const tags = "from_json(tags, 'array<string>')"
  const labels = "from_json(labels, 'map<string, int>')"

  test.each([
    [`explode(${tags})`, ['a', 'b'], []],
    [`explode_outer(${tags})`, ['a', 'b'], [null]],
    [
      `posexplode(${tags})`,
      [
        [0, 'a'],
        [1, 'b'],
      ],
      [],
    ],
    [
      `posexplode_outer(${tags})`,
      [
        [0, 'a'],
        [1, 'b'],
      ],
      [null],
    ],
    [
      `explode(${labels})`,
      [
        ['x', 1],
        ['y', 2],
      ],
      [],
    ],
    [
      `posexplode(${labels})`,
      [
        [0, 'x', 1],
        [1, 'y', 2],
      ],
      [],
    ],
    ["inline(from_json(items, 'array<struct<n: int>>'))", [[1], [2]], []],
    ["inline_outer(from_json(items, 'array<struct<n: int>>'))", [[1], [2]], [null]],
    [
      "stack(2, 1, 'a', 2)",
      [
        [1, 'a'],
        [2, null],
      ],
      [
        [1, 'a'],
        [2, null],
      ],
    ],
    ["json_tuple(labels, 'x', 'z')", [['1', null]], [[null, null]]],
  ])('%s', (source, full, empty) => {
    const row = { tags: '["a","b"]', labels: '{"x":1,"y":2}', items: '[{"n":1},{"n":2}]' }
    expect(rowsOf(source, row)).toEqual(full)
    expect(rowsOf(source, { tags: '[]' })).toEqual(empty)
  })

  test('reads a JSON value as an array', () => {
    expect(rowsOf('explode(tags)', { tags: ['a'] })).toEqual([{ tag: Tag.STRING, text: 'a' }])
  })

  test('are refused anywhere else', () => {
    const nested = columnsStep('flatMap', { n: 'array(size(explode(tags)))' })
    for (const step of [mapStep({ tag: "explode(split(text, ' '))" }), nested])
      expect(problemsOf([step])[0]).toMatchObject({ code: 'E_GENERATOR', hint: 'flatMap: {item: explode(…)}' })
  })
})
