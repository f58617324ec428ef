import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import type { SprkError } from '../../src/errors.ts'
import { MicroBatch } from '../../src/execution/micro-batch.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import { reduceByKey } from '../../src/transforms/reduce-by-key.ts'
import { BATCH, origin } from '../support/frame.ts'
import { chunkOf } from '../support/memory-source.ts'
import { pipeline, reduceStep } from '../support/spec.ts'
import { compileStep, openFold, valuesOf } from '../support/steps.ts'

const at = (partition: number, topic = 'a') => origin(partition, topic)

function reduce(
  key: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
  ...chunks: readonly (readonly [ReturnType<typeof at>, readonly unknown[]])[]
) {
  const step = compileStep(reduceByKey, reduceStep(key, values))
  const fold = openFold(step)
  for (const [partition, records] of chunks) fold.add(partition, step.read(records, partition))
  return valuesOf(fold.finish(BATCH))
}

describe('reduceByKey', () => {
  test('keeps a long key once, and of extremes the last one', () => {
    const step = compileStep(reduceByKey, reduceStep({ k: 'k' }, { last: 'max(CAST(x AS string))' }))
    const fold = openFold(step)
    const keptAfter = (k: string, x: string) => {
      fold.add(at(0), step.read([{ k, x }]))
      return fold.keptBytes()
    }
    const first = keptAfter('k'.repeat(5000), 'a')
    expect(first).toBeGreaterThan(5000)
    expect(first).toBeLessThan(6000)
    expect(keptAfter('k'.repeat(5000), 'a')).toBe(first)
    expect(keptAfter('k'.repeat(5000), 'b'.repeat(1001))).toBe(first + 1000)
    expect(keptAfter('k'.repeat(5000), 'c')).toBe(first)
    expect(keptAfter('l'.repeat(5000), 'c')).toBe(2 * first)
  })

  test('aggregates each key over chunks and partitions', () => {
    expect(
      reduce(
        { city: 'city' },
        { n: 'count(*)', total: 'sum(CAST(x AS bigint))', low: 'min(CAST(x AS bigint))', mean: 'avg(x)' },
        [
          at(0),
          [
            { city: 'A', x: 1 },
            { city: 'B', x: 5 },
          ],
        ],
        [at(1), [{ city: 'B', x: 7 }]],
        [at(0), [{ city: 'A', x: 2 }]],
      ),
    ).toEqual([
      ['A', 2n, 3n, 1n, 1.5],
      ['B', 2n, 12n, 5n, 6],
    ])
  })

  test('counts what a batch keeps of the values that it collects', () => {
    for (const collected of ['collect_list(x)', 'count(DISTINCT x)', 'mode(x)', "listagg(CAST(x AS string), ',')"]) {
      const step = compileStep(reduceByKey, reduceStep({ k: 'k' }, { all: collected }))
      const fold = openFold(step)
      for (let i = 0; i < 20; i++) fold.add(at(0), step.read([{ k: 'a', x: `${i}`.repeat(5000) }]))
      expect(fold.keptBytes(), collected).toBeGreaterThan(20 * 5000)
      expect(fold.keptBytes(), collected).toBeLessThan(50 * 10_000)
    }
  })

  test('evaluates arguments only at the rows that the filter keeps', () => {
    const kept = { n: 'sum(1 / CAST(x AS int)) FILTER (WHERE x <> 0)', all: 'count(*)' }
    const step = compileStep(reduceByKey, reduceStep({ k: 'k' }, kept))
    const fold = openFold(step)
    fold.add(at(0), step.read([{ k: 'a', x: 0 }, { k: 'a', x: 2 }, { k: 'b', x: 0 }, { k: 'b' }]))
    expect(step.takeRejects()).toEqual([])
    expect(valuesOf(fold.finish(BATCH))).toEqual([
      ['a', 0.5, 2n],
      ['b', null, 2n],
    ])
  })

  test.each([
    ['max_by(CAST(x AS int), CAST(y AS string))', { k: 'a', x: 'no', y: '1' }],
    ['covar_pop(x, y)', { k: 'a', x: 1, y: 'no' }],
    ['count(x, CAST(y AS int))', { k: 'a', y: 'no' }],
    ['count(DISTINCT x, CAST(y AS int))', { k: 'a', x: 1, y: 'no' }],
    ['sum(x) FILTER (WHERE CAST(y AS int) > 0)', { k: 'a', x: 1, y: 'no' }],
  ])('refuses the record where an argument of %s fails, before anything is folded', (value, record) => {
    const compiled = compileStep(reduceByKey, reduceStep({ k: 'k' }, { n: 'count(*)', v: value }))
    const { step } = compiled
    if (step.role !== 'fold') throw new Error('no fold')
    step.evaluate(compiled.read([{ k: 'a', x: 1, y: '1' }, record]))
    expect(compiled.takeRejects()).toMatchObject([[1, { code: 'E_CAST', column: 'v' }]])
  })

  test('names the key of a group that has no result', () => {
    const fails = (value: string, ...records: readonly object[]) => {
      try {
        reduce({ k: 'k' }, { v: value }, [at(0), records.slice(0, 1)], [at(1), records.slice(1)])
      } catch (error) {
        return `${(error as SprkError).exit} ${(error as SprkError).code} ${(error as SprkError).message}`
      }
      return undefined
    }
    const big = { k: 'a', x: '9223372036854775807' }
    expect(fails('sum(CAST(x AS bigint))', big, big)).toBe(
      '65 E_OVERFLOW reduceByKey, key a: sum(CAST(x AS bigint)): 18446744073709551614 is out of range for bigint',
    )
    expect(fails('percentile(1, 0.5D, CAST(x AS int))', { k: 'b', x: -2 })).toBe(
      '65 E_OVERFLOW reduceByKey, key b: percentile(1, 0.5D, CAST(x AS int)): the frequency -2 is negative',
    )
  })

  test('takes NULL as a key like any other', () => {
    expect(reduce({ k: 'k' }, { n: 'count(*)' }, [at(0), [{ k: 'a' }, {}, { k: null }, null]])).toEqual([
      ['a', 1n],
      [null, 3n],
    ])
  })

  test('keeps keys apart that only look alike', () => {
    const records = [{ a: 'x,y', b: 'z' }, { a: 'x', b: 'y,z' }, { a: '', b: null }, { a: null, b: '' }, { a: 'null' }]
    expect(reduce({ a: 'a', b: 'b' }, { n: 'count(*)' }, [at(0), records])).toHaveLength(5)
  })

  test.each(['__proto__', 'constructor', 'toString'])('takes %s as a key', (name) => {
    expect(reduce({ k: 'k' }, { n: 'count(*)' }, [at(0), [{ k: name }, { k: name }]])).toEqual([[name, 2n]])
  })

  test('groups -0 with 0 and NaN with NaN', () => {
    const records = [{ x: '0' }, { x: '-0.0' }, { x: 'NaN' }, { x: 'NaN' }]
    const rows = reduce({ x: 'CAST(x AS double)' }, { n: 'count(*)' }, [at(0), records])
    expect(rows).toEqual([
      [0, 2n],
      [Number.NaN, 2n],
    ])
    expect(Object.is(rows[0]?.[0], 0)).toBe(true)
  })

  test('groups decimals by value', () => {
    const records = [{ d: '1.50' }, { d: '1.5' }]
    expect(reduce({ d: 'CAST(d AS decimal(5,2))' }, { n: 'count(*)' }, [at(0), records])).toEqual([[150n, 2n]])
  })

  test('computes an expression over several aggregates', () => {
    const records = [
      { k: 'a', x: 1 },
      { k: 'a', x: 2 },
    ]
    expect(reduce({ k: 'k' }, { m: 'sum(x) / count(*)' }, [at(0), records])).toEqual([['a', 1.5]])
  })

  test('gives the same sums however partitions interleave and chunks are cut', () => {
    const records = (seed: number) => Array.from({ length: 50 }, (_, i) => ({ k: 'a', x: Math.sin(seed + i) * 1e10 }))
    const [first, second] = [records(1), records(2)]
    const sum = { s: 'sum(x)' }
    const whole = reduce({ k: 'k' }, sum, [at(0), first], [at(1), second])
    const mixed = reduce(
      { k: 'k' },
      sum,
      [at(1), second.slice(0, 7)],
      [at(0), first.slice(0, 31)],
      [at(1), second.slice(7)],
      [at(0), first.slice(31)],
    )
    expect(mixed).toEqual(whole)
  })

  test('adds up partitions in their order, on which sums of doubles depend', () => {
    const of = (x: number) => [{ k: 'a', x }]
    const rows = reduce({ k: 'k' }, { s: 'sum(x)' }, [at(2), of(0.3)], [at(1), of(0.2)], [at(0), of(0.1)])
    expect(rows).toEqual([['a', 0.1 + 0.2 + 0.3]])
    expect(0.3 + 0.2 + 0.1).not.toBe(0.1 + 0.2 + 0.3)
  })

  test('fails for the batch when a result cannot be computed, and names the key', () => {
    const step = compileStep(reduceByKey, reduceStep({ k: 'k' }, { m: 'sum(x) / sum(y)' }))
    const fold = openFold(step)
    fold.add(at(0), step.read([{ k: 'São Paulo', x: 1, y: 0 }]))
    let error: SprkError | undefined
    try {
      fold.finish(BATCH)
    } catch (thrown) {
      error = thrown as SprkError
    }
    expect([error?.exit, error?.message.includes('key São Paulo')]).toEqual([65, true])
  })

  test.each([
    ['an argument', 'total', { k: 'k' }, { total: 'sum(x)' }],
    ['a part of an expression', 'total', { k: 'k' }, { total: 'sum(x) / count(*)' }],
    ['a key', 'k', { k: 'CAST(x AS int)' }, { n: 'count(*)' }],
  ])('lets %s that fails refuse its record before anything is folded', (_what, column, key, values) => {
    const batch = new MicroBatch(compilePlan(pipeline([reduceStep(key, values)]), kinds))
    const records = [
      { k: 'a', x: 1 },
      { k: 'a', x: 'abc' },
    ].map((record) => JSON.stringify(record))
    const add = () => batch.add(chunkOf({ topic: 'a', partition: 0 }, 0, records), BATCH)
    expect(add).toThrow(`a/0 offset 1: column ${column} of reduceByKey: "abc" cannot be cast to`)
  })

  test('forgets everything when the batch is abandoned', () => {
    const step = compileStep(reduceByKey, reduceStep({ k: 'k' }, { n: 'count(*)' }))
    const fold = openFold(step)
    fold.add(at(0), step.read([{ k: 'a' }]))
    fold.abandoned()
    expect(valuesOf(fold.finish(BATCH))).toEqual([])
  })
})
