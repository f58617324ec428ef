// The laws of src/transform.ts, for every transform.

import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import {
  allRows,
  type BatchContext,
  type Frame,
  type Reject,
  type Selection,
  type Value,
  valueAt,
} from '../../src/column.ts'
import { type Problem, SprkError } from '../../src/errors.ts'
import { schemaScope } from '../../src/plan/source-scope.ts'
import type { Component } from '../../src/spec.ts'
import type { Fold, FoldStep, Rows, StatelessStep, Step, TransformKind } from '../../src/transform.ts'
import type { Schema } from '../../src/types.ts'
import { origin } from '../support/frame.ts'

export interface TransformSubject {
  /** The transform as a pipeline file names it. */
  readonly component: Component
  /** Columns before the step. */
  readonly input: Schema
  /** At least four rows. None of them fails. */
  readonly rows: readonly (readonly Value[])[]
  /** A row whose values have no result; null where every row has one. */
  readonly failing: readonly Value[] | null
  /** The same transform with a column that `input` does not have; null where it names none. */
  readonly mistaken: Component | null
}

const BATCH: BatchContext = { batchId: 7, batchTime: 1_767_225_600_000 }

export function describeTransform(name: string, subject: TransformSubject): void {
  const { component, input, rows, failing, mistaken } = subject
  const kind = kinds.transforms.get(component.kind) as TransformKind<unknown>

  const compile = (from: Component = component): { step: Step | undefined; problems: readonly Problem[] } => {
    const problems: Problem[] = []
    const report = (problem: Problem) => void problems.push(problem)
    const step = kind.compile(from.options, { scope: schemaScope(input), schema: input, timeZone: 'UTC', report })
    return { step, problems }
  }
  const compiled = (): Step => {
    const { step, problems } = compile()
    if (step === undefined) throw new Error(JSON.stringify(problems))
    return step
  }

  describe(`transform ${name}`, () => {
    test('says the same of itself each time', () => {
      const said = ({ role, output, canonical, boundary, notes }: Step) => ({
        role,
        output,
        canonical,
        boundary,
        notes,
      })
      expect(said(compiled())).toEqual(said(compiled()))
      expect(compiled().canonical).not.toBe('')
    })

    test.skipIf(mistaken === null)('reports what is wrong with its options and makes no step', () => {
      const { step, problems } = compile(mistaken ?? component)
      expect(step).toBeUndefined()
      expect(problems.map(({ code }) => code)).toEqual(['E_UNKNOWN_COLUMN'])
    })

    test('keeps the columns where it says so', () => {
      if (kind.keepsColumns === true) expect(compiled().output).toEqual(input)
    })

    if (compiled().role === 'fold') describeFold(() => compiled() as FoldStep, input, rows)
    else describeStateless(() => compiled() as StatelessStep, input, rows)

    test.skipIf(failing === null)('refuses the record of a row that has no result, and only that', () => {
      const step = compiled()
      const { frame, refused } = frameOf(input, [...rows, failing ?? [], ...rows])
      const given = { frame, selection: allRows(frame.length) }
      if (step.role === 'fold') step.evaluate(given)
      else step.apply(given)
      expect([...refused.keys()]).toEqual([rows.length])
    })

    test.skipIf(failing === null)('computes nothing of rows that are not selected', () => {
      const step = compiled()
      const { frame, refused } = frameOf(input, [...rows, failing ?? []])
      const given = { frame, selection: allRows(rows.length) }
      if (step.role === 'fold') step.evaluate(given)
      else step.apply(given)
      expect(refused.size).toBe(0)
    })
  })
}

function describeStateless(compiled: () => StatelessStep, input: Schema, rows: TransformSubject['rows']): void {
  const apply = (given: TransformSubject['rows'], selection: Selection = allRows(given.length)) => {
    const { frame } = frameOf(input, given)
    return compiled().apply({ frame, selection })
  }

  test('gives the columns that it says, in their order', () => {
    const step = compiled()
    const result = apply(rows)
    const types = result.frame.columns.map(({ type }) => type)
    expect(types).toEqual((step.output ?? input).map(({ type }) => type))
  })

  test('gives the same rows however they are cut into frames', () => {
    expect(rows.flatMap((row) => valuesOf(apply([row])))).toEqual(valuesOf(apply(rows)))
  })

  test('takes only the rows that are selected', () => {
    const selection = { rows: Int32Array.of(1, 3, 99), count: 2 }
    expect(valuesOf(apply(rows, selection))).toEqual(valuesOf(apply([rows[1] ?? [], rows[3] ?? []])))
  })

  test('takes a frame without rows', () => {
    expect(valuesOf(apply([]))).toEqual([])
  })

  test('changes nothing of what it is given', () => {
    const { frame } = frameOf(input, rows)
    const selection = { rows: Int32Array.from({ length: rows.length }, (_, i) => i), count: rows.length }
    const before = structuredClone([valuesOf({ frame, selection }), [...selection.rows]])
    compiled().apply({ frame, selection })
    expect([valuesOf({ frame, selection }), [...selection.rows]]).toEqual(before)
  })

  test('leads each row back to its record, and on to its batch', () => {
    const { frame } = frameOf(input, rows)
    const records = Int32Array.from(rows, (_, i) => i + 40)
    const result = compiled().apply({ frame: { ...frame, records }, selection: allRows(frame.length) })
    expect(recordsOf(result).every((record) => record >= 40 && record < 40 + rows.length)).toBe(true)
    expect(recordsOf(result)).toEqual(recordsOf(apply(rows)).map((record) => record + 40))
    expect(result.frame.batch).toBe(BATCH)
    expect(result.frame.rejects).toBe(frame.rejects)
  })
}

function describeFold(compiled: () => FoldStep, input: Schema, rows: TransformSubject['rows']): void {
  const [first = [], second = [], third = []] = rows

  const add = (step: FoldStep, fold: Fold, partition: number, given: TransformSubject['rows']) => {
    const { frame } = frameOf(input, given)
    fold.add(origin(partition), step.evaluate({ frame, selection: allRows(given.length) }))
  }
  const resultOf = (...additions: readonly (readonly [number, TransformSubject['rows']])[]) => {
    const step = compiled()
    const fold = step.open()
    for (const [partition, given] of additions) add(step, fold, partition, given)
    return valuesOf(fold.finish(BATCH))
  }

  test('gives the columns that it says, in their order, the key first', () => {
    const step = compiled()
    const fold = step.open()
    add(step, fold, 0, rows)
    const result = fold.finish(BATCH)
    expect(result.frame.columns.map(({ type }) => type)).toEqual(step.output.map(({ type }) => type))
    expect(step.output.length).toBe(step.keyColumns + step.merges.length)
  })

  test('gives the same result however the rows of an origin are cut into chunks', () => {
    expect(resultOf(...rows.map((row) => [0, [row]] as const))).toEqual(resultOf([0, rows]))
  })

  test('gives the same result however origins interleave', () => {
    const apart = resultOf([0, [first, second]], [1, [third, first]])
    expect(resultOf([1, [third]], [0, [first]], [1, [first]], [0, [second]])).toEqual(apart)
  })

  test('gives nothing of no rows', () => {
    expect(resultOf()).toEqual([])
    expect(resultOf([0, []])).toEqual([])
  })

  test('takes copies of what it is given', () => {
    const step = compiled()
    const fold = step.open()
    const { frame, columns } = frameOf(input, rows)
    fold.add(origin(0), step.evaluate({ frame, selection: allRows(rows.length) }))
    for (const values of columns) values.fill(null)
    expect(valuesOf(fold.finish(BATCH))).toEqual(resultOf([0, rows]))
  })

  test('begins anew after a batch that was committed, and after one that was not', () => {
    const step = compiled()
    const fold = step.open()
    add(step, fold, 0, rows)
    fold.abandoned()
    expect(valuesOf(fold.finish(BATCH))).toEqual([])
    add(step, fold, 0, [first])
    expect(valuesOf(fold.finish(BATCH))).toEqual(resultOf([0, [first]]))
    fold.committed()
    add(step, fold, 0, [second])
    expect(valuesOf(fold.finish(BATCH))).toEqual(resultOf([0, [second]]))
  })

  test('tells how much it keeps, until the batch ends', () => {
    const step = compiled()
    const fold = step.open()
    expect(fold.keptBytes()).toBe(0)
    add(step, fold, 0, [first])
    const kept = fold.keptBytes()
    expect(kept).toBeGreaterThan(0)
    add(step, fold, 1, [first])
    expect(fold.keptBytes()).toBe(2 * kept)
    fold.finish(BATCH)
    expect(fold.keptBytes()).toBe(0)
    add(step, fold, 0, [first])
    expect(fold.keptBytes()).toBe(kept)
    fold.abandoned()
    expect(fold.keptBytes()).toBe(0)
  })

  test('knows the batch that closes it, and fails for the whole of it', () => {
    const step = compiled()
    const fold = step.open()
    add(step, fold, 0, rows)
    const { frame } = fold.finish(BATCH)
    expect(frame.batch).toBe(BATCH)
    let thrown: unknown
    try {
      frame.rejects.reject(0, { code: 'E_TEST', message: 'it does not fit' })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(SprkError)
    expect(thrown).toMatchObject({ exit: 65, code: 'E_TEST', message: expect.stringContaining('it does not fit') })
  })
}

/** `refused`: the records that were refused; `columns`: the values that the frame reads. */
function frameOf(schema: Schema, rows: TransformSubject['rows']) {
  const refused = new Map<number, Reject>()
  const columns = schema.map((_, c) => rows.map((row): Value => row[c] ?? null))
  const frame: Frame = {
    length: rows.length,
    columns: schema.map(({ type }, c) => ({ layout: 'values', type, values: columns[c] ?? [] })),
    records: null,
    rejects: { reject: (record, reject) => void refused.set(record, reject) },
    batch: BATCH,
  }
  return { frame, refused, columns }
}

function selected({ selection: { rows, count } }: Rows): readonly number[] {
  return [...rows.subarray(0, count)]
}

function valuesOf(rows: Rows): Value[][] {
  return selected(rows).map((row) => rows.frame.columns.map((column) => valueAt(column, row)))
}

function recordsOf(rows: Rows): number[] {
  return selected(rows).map((row) => rows.frame.records?.[row] ?? row)
}
