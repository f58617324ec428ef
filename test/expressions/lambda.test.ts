// Lambdas: what their names mean, what is evaluated, and whose record an error refuses.

import { describe, expect, it } from 'vitest'
import { allRows, type Column, valueAt } from '../../src/column.ts'
import { compileAggregates, compileExpression, ExpressionError } from '../../src/expressions/index.ts'
import { BIGINT, type DataType, INT, STRING, VARIANT } from '../../src/types.ts'
import { columnOf, compileOver, frameOf, OPTIONS, openScope, run, scopeOf, variant } from './support.ts'

const INTS: DataType = { kind: 'array', element: INT }
const SCHEMA = [
  { name: 'a', type: INTS },
  { name: 'n', type: INT as DataType },
  { name: 's', type: STRING },
  { name: 'x', type: INT },
  { name: 'm', type: { kind: 'map', key: STRING, value: INT } as DataType },
]
/** a is [1, 2, 3], NULL, [], [0, NULL, 5]. */
const COLUMNS: readonly Column[] = [
  columnOf(INTS, [[1, 2, 3], null, [], [0, null, 5]]),
  columnOf(INT, [10, 20, 30, null]),
  columnOf(STRING, ['p', 'q', null, 'r']),
  columnOf(INT, [100, 100, 100, 100]),
  columnOf(SCHEMA[4]?.type as DataType, [new Map([['a', 1]]), null, new Map(), new Map([['b', 0]])]),
]

/** The values of the four rows; the code of the error where a record is refused. */
function rows(source: string) {
  const { values, rejected } = run(compileOver(source, SCHEMA), COLUMNS, 4)
  return values.map((value, row) => rejected.get(row)?.code ?? value)
}

function mistake(source: string): string {
  try {
    compileOver(source, SCHEMA)
  } catch (error) {
    if (error instanceof ExpressionError) return `${error.code} ${error.message}`
    throw error
  }
  return 'no mistake'
}

const ZERO = 'E_DIVIDE_BY_ZERO'

describe('lambdas', () => {
  it.each([
    ['transform(a, y -> y + 1)', [[2, 3, 4], null, [], [1, null, 6]]],
    ['transform(a, (y, i) -> i)', [[0, 1, 2], null, [], [0, 1, 2]]],
    ['filter(a, y -> y > 1)', [[2, 3], null, [], [5]]],
    ['filter(a, (y, i) -> i > 0)', [[2, 3], null, [], [null, 5]]],
    ['exists(a, y -> y > 2)', [true, null, false, true]],
    ['exists(a, y -> y > 7)', [false, null, false, null]],
    ['forall(a, y -> y >= 0)', [true, null, true, null]],
    ['aggregate(a, 0, (sum, y) -> sum + y)', [6, null, 0, null]],
    ['aggregate(a, n, (sum, y) -> sum + coalesce(y, 0), sum -> sum * 2)', [32, null, 60, null]],
    ['zip_with(a, array(n), (y, z) -> coalesce(y, 0) + z)', [[11, null, null], null, [30], [null, null, null]]],
    ['array_sort(a, (y, z) -> coalesce(z, 9) - coalesce(y, 9))', [[3, 2, 1], null, [], [null, 5, 0]]],
  ])('are called for each element: %s', (source, expected) => {
    expect(rows(source)).toEqual(expected)
  })

  it.each([
    ['transform_values(m, (k, v) -> v + n)', [[['a', 11]], null, [], [['b', null]]]],
    ["transform_keys(m, (k, v) -> k || 'x')", [[['ax', 1]], null, [], [['bx', 0]]]],
    ['map_filter(m, (k, v) -> v > 0)', [[['a', 1]], null, [], []]],
    [
      'map_zip_with(m, map(s, n), (k, v, w) -> w)',
      [
        [
          ['a', null],
          ['p', 10],
        ],
        null,
        'E_MAP_KEY',
        [
          ['b', null],
          ['r', null],
        ],
      ],
    ],
  ])('are called for each entry: %s', (source, expected) => {
    expect(rows(source).map((value) => (value instanceof Map ? [...value] : value))).toEqual(expected)
  })

  it.each([
    ['transform(a, y -> y + n)', [[11, 12, 13], null, [], [null, null, null]]],
    ['transform(a, x -> x + 1)', [[2, 3, 4], null, [], [1, null, 6]]],
    [
      'transform(array(a, a), y -> aggregate(y, n, (t, z) -> t + z + size(y)))',
      [[25, 25], null, [30, 30], [null, null]],
    ],
    ['transform(array(1), y -> transform(array(5), y -> y + x)[0] + y)', [[106], [106], [106], [106]]],
    [
      'transform(array(1, 2), y -> transform(array(10, 20), z -> y + z + x))',
      Array(4).fill([
        [111, 121],
        [112, 122],
      ]),
    ],
    ['transform(array(1), 7)', Array(4).fill([7])],
  ])('see columns and the parameters around them: %s', (source, expected) => {
    expect(rows(source).map((value, row) => (source.includes('array(a, a)') && row === 1 ? null : value))).toEqual(
      expected,
    )
  })

  it.each([
    ['transform(a, y -> 1 div y)', [[1n, 0n, 0n], null, [], ZERO]],
    ['filter(a, y -> 1 div y = 1)', [[1], null, [], ZERO]],
    ['aggregate(a, 0L, (t, y) -> t + 1 div y)', [1n, null, 0n, ZERO]],
    ['transform_values(m, (k, v) -> 1 div v)', [new Map([['a', 1n]]), null, new Map(), ZERO]],
    ['transform_keys(m, (k, v) -> CAST(NULL AS string))', ['E_MAP_KEY', null, new Map(), 'E_MAP_KEY']],
    ['array_sort(a, (y, z) -> CAST(1 div y AS int))', [[1, 2, 3], null, [], 'E_TYPE']],
    ['array_sort(a, (y, z) -> CAST(NULL AS int))', ['E_TYPE', null, [], 'E_TYPE']],
    ['CASE WHEN n IS NULL THEN array() ELSE transform(a, y -> 1 div y) END', [[1n, 0n, 0n], null, [], []]],
  ])('refuse the record of the row: %s', (source, expected) => {
    expect(rows(source)).toEqual(expected)
  })

  it.each([
    ['exists(array(1, 0), y -> 1 div y = 1)', [true, true, true, true]],
    ['exists(array(0, 1), y -> 1 div y = 1)', [ZERO, ZERO, ZERO, ZERO]],
    ['forall(array(2, 0), y -> 1 div y = 1)', [false, false, false, false]],
  ])('are not asked behind the element that decides: %s', (source, expected) => {
    expect(rows(source)).toEqual(expected)
  })

  it('refuse the record that a row came from', () => {
    const { evaluate } = compileOver('transform(a, y -> 1 div y)', SCHEMA)
    const frame = { ...frameOf(COLUMNS, 4), records: Int32Array.of(5, 5, 6, 7) }
    evaluate(frame, allRows(4))
    expect([...frame.rejected.keys()]).toEqual([7])
  })

  it('are evaluated on the selected rows only', () => {
    const { evaluate } = compileOver('transform(a, y -> 1 div y)', SCHEMA)
    const frame = frameOf(COLUMNS, 4)
    const column = evaluate(frame, { rows: Int32Array.of(0, 2), count: 2 })
    expect([valueAt(column, 0), valueAt(column, 2), frame.rejected.size]).toEqual([[1n, 0n, 0n], [], 0])
  })

  it('read a variant as an array, and its elements as variants', () => {
    const paths: string[] = []
    const compiled = compileExpression(
      "transform(filter(payload.items, i -> i.price > 2), i -> concat(i.name, '!'))",
      openScope(paths),
      OPTIONS,
    )
    const column = columnOf(VARIANT, [variant('[{"name":"a","price":1},{"name":"b","price":3}]'), variant('{}')])
    const { values, rejected } = run(compiled, [column], 2)
    expect(paths).toEqual(['payload.items'])
    expect([values[0], rejected.get(1)?.code]).toEqual([['b!'], 'E_CAST'])
  })

  it('stand over aggregates', () => {
    const { aggregates } = compileAggregates('transform(array(max(n)), y -> y + max(x))', scopeOf(SCHEMA), OPTIONS)
    expect(aggregates.map(({ canonical }) => canonical)).toEqual(['max(n)', 'max(x)'])
    expect(() => compileAggregates('transform(array(max(n)), y -> y + x)', scopeOf(SCHEMA), OPTIONS)).toThrow('outside')
  })

  it.each([
    ['transform(a, Y -> y)', 'E_UNKNOWN_COLUMN unknown column y'],
    ['transform(a, (y, i, k) -> y)', 'E_ARITY the lambda of transform takes 1 to 2 parameters, not 3'],
    ['exists(a, y -> y)', 'E_TYPE a condition is wanted here, and this is int'],
    [
      'aggregate(a, 0, (t, y) -> t + y / 2)',
      'E_TYPE the lambda gives double, and the start is int: they must be of one type',
    ],
    ['array_sort(a, (y, z) -> 1L)', 'E_TYPE a comparator gives an int: -1, 0 or 1, and this is bigint'],
    ['upper(y -> y)', 'E_TYPE a lambda stands only as an argument of a function that takes one'],
    ['transform(n, y -> y)', 'E_TYPE transform wants an array here, and this is int'],
  ])('are refused where they are wrong: %s', (source, expected) => {
    expect(mistake(source)).toBe(expected)
  })

  it('know whether their value depends on the batch', () => {
    expect(compileOver('transform(a, y -> y)', SCHEMA).boundary).toBe('independent')
    expect(compileOver('transform(a, y -> current_timestamp())', SCHEMA).boundary).toBe('dependent')
    expect(compileOver('aggregate(a, 0L, (t, y) -> t + y)', SCHEMA).type).toEqual(BIGINT)
  })
})
