// Operands are evaluated left to right, and evaluation stops at NULL or at a match, as in Spark.

import { describe, expect, it } from 'vitest'
import { type DataType, DOUBLE, INT, STRING, VARIANT } from '../../src/types.ts'
import { columnOf, compileOver, run, variant } from './support.ts'

const SCHEMA = [
  { name: 'n', type: INT as DataType },
  { name: 'zero', type: INT },
  { name: 'id', type: INT },
  { name: 's', type: STRING },
  { name: 'd', type: DOUBLE },
  { name: 'v', type: VARIANT },
  { name: 'bad', type: VARIANT },
]
/** Two rows: n, s, d and v are NULL in the first; zero is 0, id is 1 and bad is no number in both. */
const COLUMNS = [
  columnOf(INT, [null, 5]),
  columnOf(INT, [0, 0]),
  columnOf(INT, [1, 1]),
  columnOf(STRING, [null, 'abc']),
  columnOf(DOUBLE, [null, 2.5]),
  columnOf(VARIANT, [null, variant('1')]),
  columnOf(VARIANT, [variant('"x"'), variant('"x"')]),
]

/** The values of both rows; the code of the error where a record is refused. */
function both(source: string) {
  const { values, rejected } = run(compileOver(source, SCHEMA), COLUMNS, 2)
  return values.map((value, row) => rejected.get(row)?.code ?? value)
}

describe('evaluation', () => {
  it.each([
    ['n NOT IN (5, id)', [null, false]],
    ['n NOT IN (id, NULL)', [null, null]],
    ['n IN (5, id)', [null, true]],
    ['n IN (id, zero)', [null, false]],
    ['n <=> NULL', [true, false]],
    ['n IS NULL', [true, false]],
    ['(n > 0) IS NOT TRUE', [true, false]],
  ])('keeps NULL apart from a value: %s', (source, expected) => {
    expect(both(source)).toEqual(expected)
  })

  it.each([
    ['n + 1 div zero', [null, 'E_DIVIDE_BY_ZERO']],
    ['n * (1 / zero)', [null, 'E_DIVIDE_BY_ZERO']],
    ['n = 1 div zero', [null, 'E_DIVIDE_BY_ZERO']],
    ['n BETWEEN 1 div zero AND 10', [null, 'E_DIVIDE_BY_ZERO']],
    ["split(s, ',')[1 div zero]", [null, 'E_DIVIDE_BY_ZERO']],
    ["s = split(CAST(id AS string), ',')[1]", [null, 'E_ARRAY_INDEX']],
    ['s LIKE CAST(1 div zero AS string)', [null, 'E_DIVIDE_BY_ZERO']],
    ['substring(s, CAST(1 div zero AS int))', [null, 'E_DIVIDE_BY_ZERO']],
    ['substring(s, 1, CAST(1 div zero AS int))', [null, 'E_DIVIDE_BY_ZERO']],
    ['concat(s, CAST(1 div zero AS string))', [null, 'E_DIVIDE_BY_ZERO']],
    ['trim(CAST(1 div zero AS string) FROM s)', [null, 'E_DIVIDE_BY_ZERO']],
    ['trim(LEADING CAST(1 div zero AS string) FROM s)', [null, 'E_DIVIDE_BY_ZERO']],
    ['d * bad', [null, 'E_CAST']],
    ['v + bad', [null, 'E_CAST']],
    ['v > 0 AND v < bad', [null, 'E_TYPE']],
  ])('stops at an operand that is NULL: %s', (source, expected) => {
    expect(both(source)).toEqual(expected)
  })

  it.each([
    ['n / zero', [null, 'E_DIVIDE_BY_ZERO']],
    ['CAST(1 div zero AS int) / n', [null, 'E_DIVIDE_BY_ZERO']],
    ['CAST(1 div zero AS int) % n', [null, 'E_DIVIDE_BY_ZERO']],
    ['(1 div zero) div n', [null, 'E_DIVIDE_BY_ZERO']],
    ['(1 div zero) + n', ['E_DIVIDE_BY_ZERO', 'E_DIVIDE_BY_ZERO']],
  ])('looks at a divisor before the dividend: %s', (source, expected) => {
    expect(both(source)).toEqual(expected)
  })

  it.each([
    ['n + 1 div 0', [null, 'E_DIVIDE_BY_ZERO']],
    ["n IN (5, CAST('x' AS int))", [null, true]],
    ["n IN (1, CAST('x' AS int))", [null, 'E_CAST']],
    ['CASE WHEN n > 0 THEN 1 ELSE 1 div 0 END', ['E_DIVIDE_BY_ZERO', 1n]],
  ])('fails only for rows that need what is always wrong: %s', (source, expected) => {
    expect(both(source)).toEqual(expected)
  })

  it.each([
    ['n IN (1 div zero, 5)', [null, 'E_DIVIDE_BY_ZERO']],
    ['n IN (5, 1 div zero)', [null, true]],
    ['id IN (1, CAST(bad AS int))', [true, true]],
    ['id NOT IN (2, CAST(bad AS int))', ['E_CAST', 'E_CAST']],
  ])('ends a search at the first match: %s', (source, expected) => {
    expect(both(source)).toEqual(expected)
  })
})
