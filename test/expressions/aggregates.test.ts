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
        const input = first?.inputs[0]?.(frame, allRows(4))
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
    const rules = {
      'count_if(x > 1)': 'sum',
      'bool_and(x > 1)': 'and',
      'any(x > 1)': 'or',
      'bit_and(x)': 'bit_and',
      'bit_or(x)': 'bit_or',
      'bit_xor(x)': 'bit_xor',
      'max(DISTINCT x)': 'max',
      'sum(x) FILTER (WHERE x > 1)': 'sum',
      'any_value(x)': 'first',
      'first(x, true)': 'first',
      'last(x) IGNORE NULLS': 'last',
      'regr_count(x, x)': 'sum',
    }
    for (const [source, rule] of Object.entries(rules)) expect([source, merge(source)]).toEqual([source, rule])
    expect(merge('first(x)')).toEqual({
      refused: 'first(x) cannot be merged from batch to batch; write first(x, true), which passes over NULL',
    })
    for (const source of ['count(DISTINCT x)', 'sum(DISTINCT x)', 'bit_xor(DISTINCT x)', 'approx_count_distinct(x)'])
      expect(merge(source)).toMatchObject({ refused: expect.stringContaining('put the value into the `key`') })
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
    ['summ(x)', 'E_UNKNOWN_FUNCTION', 'unknown function summ', 0, 4],
    ['lower(x)', 'E_AGGREGATE', 'the column x stands outside an aggregate', 6, 7],
    ['coalesce(x, sum(x))', 'E_AGGREGATE', 'the column x stands outside an aggregate', 9, 10],
    ['sum(*)', 'E_ARITY', 'sum takes a value, not *', 0, 6],
    ['rank()', 'E_NOT_YET', 'the function rank is not available in this version', 0, 4],
    ['grouping(x)', 'E_NOT_YET', 'the function grouping is not available in this version', 0, 8],
    ['max(x) IGNORE NULLS', 'E_SYNTAX', 'max takes no IGNORE NULLS', 0, 19],
    ['sum(x) WITHIN GROUP (ORDER BY x)', 'E_SYNTAX', 'sum takes no WITHIN GROUP', 0, 32],
    ['percentile_cont(0.5)', 'E_SYNTAX', 'percentile_cont takes its values behind it', 0, 20],
    ['mode(DISTINCT x)', 'E_SYNTAX', 'mode takes no DISTINCT', 0, 16],
    ['sum(x) FILTER (WHERE x)', 'E_TYPE', 'FILTER wants a condition, and this is int', 21, 22],
    ['sum(x) FILTER (WHERE sum(x) > 1)', 'E_AGGREGATE', 'sum is an aggregate and cannot stand here', 21, 27],
    ['percentile(x, x)', 'E_TYPE', 'percentile wants a constant here', 14, 15],
    ['percentile(x, 1.5)', 'E_TYPE', 'a percentage lies between 0 and 1, and this is 1.5', 14, 17],
    ['first(x, 1)', 'E_TYPE', 'first wants true or false here: whether it passes over NULL', 9, 10],
    ['bit_and(v)', 'E_TYPE', 'bit_and takes integers, not variant', 8, 9],
    ['max_by(x, v)', 'E_TYPE', 'max_by takes values that have an order, not variant', 10, 11],
    ['min(v)', 'E_TYPE', 'min takes values that have an order, not variant', 4, 5],
  ])('refuses %s', (source, code, message, start, end) => {
    const schema = [
      { name: 'x', type: INT },
      { name: 'v', type: VARIANT },
    ]
    expect(mistake(source, schema)).toMatchObject({ code, message, start, end })
  })

  it.each(['rank()', 'row_number()', 'lag(x)', 'grouping(x)', 'cube(x)'])('says what to do instead of %s', (source) => {
    expect(mistake(source, [{ name: 'x', type: INT }]).hint).toMatch(
      /^(?:a step sees no rows|a reduceByKey has one key)/,
    )
  })

  it('hints to cast where min is asked of a variant', () => {
    expect(mistake('min(v)', [{ name: 'v', type: VARIANT }]).hint).toContain('min(CAST(v AS double))')
  })
})
