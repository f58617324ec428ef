import { describe, expect, it } from 'vitest'
import { allRows, type Column, type Value, valueAt } from '../../src/column.ts'
import { SprkError } from '../../src/errors.ts'
import { compileAggregates, ExpressionError } from '../../src/expressions/index.ts'
import { BIGINT, type DataType, DOUBLE, INT, type Schema, STRING, VARIANT } from '../../src/types.ts'
import { columnOf, frameOf, OPTIONS, scopeOf, variants } from './support.ts'

const DECIMAL: DataType = { kind: 'decimal', precision: 10, scale: 2 }

/** One column named x; `groups[row]` is the row's group. */
function aggregate(source: string, column: Column, groups: readonly number[], parts = 1): Value[] {
  const compiled = compileAggregates(source, scopeOf([{ name: 'x', type: column.type }]), OPTIONS)
  const groupCount = Math.max(-1, ...groups) + 1
  const identity = Int32Array.from({ length: groupCount }, (_, g) => g)
  const frame = frameOf([column], groups.length)
  const columns = compiled.aggregates.map(({ open }) => {
    const whole = open()
    for (let part = 0; part < parts; part++) {
      const rows = Int32Array.from([...groups.keys()].filter((row) => row % parts === part))
      const accumulator = open()
      const ofRows = Int32Array.from(rows, (row) => groups[row] as number)
      accumulator.add(ofRows, groupCount, frame, { rows, count: rows.length })
      whole.mergeFrom(accumulator, identity, groupCount)
    }
    return whole.result(groupCount)
  })
  const result = compiled.evaluate(frameOf(columns, groupCount), allRows(groupCount))
  return [...identity].map((group) => valueAt(result, group))
}

function mistake(source: string, schema: Schema): ExpressionError {
  try {
    compileAggregates(source, scopeOf(schema), OPTIONS)
  } catch (error) {
    if (error instanceof ExpressionError) return error
  }
  throw new Error('it compiles')
}

describe('compileAggregates', () => {
  const ints = columnOf(INT, [1, null, 3, 4, null])
  const groups = [0, 0, 1, 1, 2]

  it.each([1, 2, 5])('accumulates by group in %i parts', (parts) => {
    expect(aggregate('count(*)', ints, groups, parts)).toEqual([2n, 2n, 1n])
    expect(aggregate('count(x)', ints, groups, parts)).toEqual([1n, 2n, 0n])
    expect(aggregate('sum(x)', ints, groups, parts)).toEqual([1n, 7n, null])
    expect(aggregate('avg(x)', ints, groups, parts)).toEqual([1, 3.5, null])
    expect(aggregate('min(x)', ints, groups, parts)).toEqual([1, 3, null])
    expect(aggregate('max(x)', ints, groups, parts)).toEqual([1, 4, null])
    expect(aggregate('sum(x) / count(*) + max(x)', ints, groups, parts)).toEqual([1.5, 7.5, null])
  })

  it('adds integers exactly beyond 2^53', () => {
    const large = columnOf(BIGINT, [2n ** 62n, 2n ** 61n + 1n, -1n, 3n])
    expect(aggregate('sum(x)', large, [0, 0, 0, 0])).toEqual([2n ** 62n + 2n ** 61n + 3n])
    const odd = Array.from({ length: 9 }, () => 2n ** 52n - 1n)
    const groups = odd.map(() => 0)
    expect(aggregate('sum(x)', columnOf(BIGINT, odd), groups)).toEqual([9n * (2n ** 52n - 1n)])
    expect(aggregate('sum(x)', columnOf(BIGINT, odd), groups, 3)).toEqual([9n * (2n ** 52n - 1n)])
  })

  it('fails the batch where a sum overflows, whatever the order', () => {
    const values = [2n ** 63n - 1n, 1n, -1n]
    expect(aggregate('sum(x)', columnOf(BIGINT, values), [0, 0, 0])).toEqual([2n ** 63n - 1n])
    const overflow = () => aggregate('sum(x)', columnOf(BIGINT, values.slice(0, 2)), [0, 0])
    expect(overflow).toThrow(SprkError)
    expect(overflow).toThrow('sum(x): 9223372036854775808 is out of range for bigint')
  })

  it('adds and averages decimals exactly', () => {
    const prices = columnOf(DECIMAL, [10n, 20n, 25n, null])
    expect(aggregate('sum(x)', prices, [0, 0, 0, 0])).toEqual([55n])
    expect(aggregate('avg(x)', prices, [0, 0, 0, 0])).toEqual([183333n])
    const { type } = compileAggregates('avg(x)', scopeOf([{ name: 'x', type: DECIMAL }]), OPTIONS)
    expect(type).toEqual({ kind: 'decimal', precision: 14, scale: 6 })
  })

  it('orders NaN last and strings by UTF-8', () => {
    const doubles = columnOf(DOUBLE, [Number.NaN, 1, -0])
    expect(aggregate('max(x)', doubles, [0, 0, 0])).toEqual([Number.NaN])
    expect(aggregate('min(x)', doubles, [0, 0, 0])).toEqual([-0])
    const strings = columnOf(STRING, ['\u{1f600}', '\uffee', 'a'])
    expect(aggregate('max(x)', strings, [0, 0, 0])).toEqual(['\u{1f600}'])
  })

  it('reads a variant as double and says so', () => {
    expect(aggregate('sum(x)', variants('1', '2.5', 'null', '"3"'), [0, 0, 0, 0])).toEqual([6.5])
    const { notes } = compileAggregates('sum(x)', scopeOf([{ name: 'x', type: VARIANT }]), OPTIONS)
    expect(notes).toEqual([
      'sum(x) adds doubles: its last digits depend on the order of the records',
      'x is read as double',
    ])
  })

  it.each(['"NaN"', '"Infinity"', '1e400', '-1e400', '"1e400"'])(
    'refuses the record of %s before it is added',
    (json) => {
      for (const source of ['sum(x)', 'avg(x)']) {
        const { aggregates } = compileAggregates(source, scopeOf([{ name: 'x', type: VARIANT }]), OPTIONS)
        const [first] = aggregates
        const frame = frameOf([variants('1', json, '"2"', 'null')], 4)
        const input = first?.evaluateInput?.(frame, allRows(4))
        expect([...frame.rejected.entries()].map(([row, { code }]) => [row, code])).toEqual([[1, 'E_OVERFLOW']])
        expect(input && [0, 2, 3].map((row) => valueAt(input, row))).toEqual([1, 2, null])
      }
    },
  )

  it('adds NaN up where somebody wrote the cast', () => {
    expect(aggregate('sum(CAST(x AS double))', variants('1', '"NaN"'), [0, 0])).toEqual([Number.NaN])
  })

  it('carries the merge rule of a bare aggregate and refuses the others', () => {
    const merge = (source: string) => compileAggregates(source, scopeOf([{ name: 'x', type: INT }]), OPTIONS).merge
    expect(['count(*)', 'COUNT(x)', 'sum(x)', 'min(x)', 'max(x)'].map(merge)).toEqual([
      'sum',
      'sum',
      'sum',
      'min',
      'max',
    ])
    expect(merge('avg(x)')).toEqual({
      refused: 'avg(x) cannot be merged from batch to batch; keep sum(x) and count(x) and divide when reading',
    })
    expect(merge('sum(x) + 1')).toEqual({
      refused: 'sum(x) + 1 is computed from aggregates, and its results cannot be merged from batch to batch',
    })
  })

  it('takes an aggregate that is written twice once', () => {
    const { aggregates } = compileAggregates(
      'sum(x) / count(*) + SUM( `x` )',
      scopeOf([{ name: 'x', type: INT }]),
      OPTIONS,
    )
    expect(aggregates.map(({ canonical }) => canonical)).toEqual(['sum(x)', 'count(*)'])
  })

  it.each([
    ['x + sum(x)', 'E_AGGREGATE', 'the column x stands outside an aggregate', 0, 1],
    ['1 + 2', 'E_AGGREGATE', 'there is no aggregate in this expression', 0, 5],
    ['sum(count(*))', 'E_AGGREGATE', 'count is an aggregate and cannot stand here', 4, 12],
    ['count(DISTINCT x)', 'E_NOT_YET', 'count(DISTINCT …) is not available in this version', 0, 17],
    ['percentile(x, 0.5)', 'E_NOT_YET', 'the function percentile is not available in this version', 0, 10],
    ['1 + count_if(x > 1)', 'E_NOT_YET', 'the function count_if is not available in this version', 4, 12],
    ['summ(x)', 'E_UNKNOWN_FUNCTION', 'unknown function summ', 0, 4],
    ['lower(x)', 'E_AGGREGATE', 'the column x stands outside an aggregate', 6, 7],
    ['coalesce(x, sum(x))', 'E_AGGREGATE', 'the column x stands outside an aggregate', 9, 10],
    ['median(x)', 'E_NOT_YET', 'the function median is not available in this version', 0, 6],
    ['sum(*)', 'E_ARITY', 'sum takes a value, not *', 0, 6],
    ['min(v)', 'E_TYPE', 'min takes values that have an order, not variant', 4, 5],
  ])('refuses %s', (source, code, message, start, end) => {
    const schema = [
      { name: 'x', type: INT },
      { name: 'v', type: VARIANT },
    ]
    expect(mistake(source, schema)).toMatchObject({ code, message, start, end })
  })

  it('says what counts distinct values until then', () => {
    const hint = 'put the value into the `key` with a table of mode `merge`, and count its rows when reading'
    for (const source of ['count(DISTINCT x)', 'approx_count_distinct(x)'])
      expect(mistake(source, [{ name: 'x', type: INT }]).hint).toBe(hint)
  })

  it('hints to cast where min is asked of a variant', () => {
    expect(mistake('min(v)', [{ name: 'v', type: VARIANT }]).hint).toContain('min(CAST(v AS double))')
  })
})
