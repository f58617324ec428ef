import { describe, expect, it } from 'vitest'
import { BIGINT, type DataType, INT, STRING, TINYINT, typeName } from '../../src/types.ts'
import { columnOf, compileOver, constant, run } from './support.ts'

describe('operators', () => {
  // The answers of a real Spark.
  it.each([
    ['1 | 2 & 3 ^ 4', 'int', '7'],
    ['1 + 2 << 3', 'int', '24'],
    ['1 << 2 + 1', 'int', '8'],
    ['1 << 2 & 7', 'int', '4'],
    ['8 >> 1 >>> 1', 'int', '2'],
    ['~1 + 1', 'int', '-1'],
    ['-1 >>> 28', 'int', '15'],
    ['1 < 2 << 3', 'boolean', 'true'],
    ['1 | 2 = 3', 'boolean', 'true'],
    ['1L << 33', 'bigint', '8589934592'],
    ['1 << 33', 'int', '2'],
    ['1Y << 10', 'int', '1024'],
    ['-1Y >>> 1', 'int', '2147483647'],
    ['-128Y >> 1', 'int', '-64'],
    ['1 << -1', 'int', '-2147483648'],
    ['-1L >>> 65', 'bigint', '9223372036854775807'],
    ['1S << 1L', 'int', '2'],
    ['1.5 << 1', 'int', '2'],
    ["'1' << '1'", 'int', '2'],
    ['1S | 1L', 'bigint', '1'],
    ['1Y & 2S', 'smallint', '0'],
    ["'1' & 1", 'bigint', '1'],
    ['~1Y', 'tinyint', '-2'],
    ['9223372036854775807 | -9223372036854775808', 'bigint', '-1'],
    ['NULL & NULL', 'int', null],
    ['~NULL', 'int', null],
    ['1 !> 2', 'boolean', 'true'],
    ['1 !< 2', 'boolean', 'false'],
    ['1 IS DISTINCT FROM NULL', 'boolean', 'true'],
    ['NULL IS NOT DISTINCT FROM NULL', 'boolean', 'true'],
    ["'a' ILIKE 'A'", 'boolean', 'true'],
    ["'b' LIKE ANY ('a', NULL)", 'boolean', null],
    ["'a' LIKE ANY ('a', NULL)", 'boolean', 'true'],
    ["'b' NOT LIKE ANY ('a', NULL)", 'boolean', 'true'],
    ["'b' NOT LIKE ALL ('a', NULL)", 'boolean', null],
    ["'a' LIKE ALL ('a', NULL)", 'boolean', null],
    ["'a' LIKE ALL ('b', NULL)", 'boolean', 'false'],
    ["'a' NOT ILIKE ALL ('A', 'B')", 'boolean', 'false'],
    ["'a' LIKE SOME ('a%', 1)", 'boolean', 'true'],
    ["'ab' RLIKE 'b'", 'boolean', 'true'],
    ["'ab' NOT REGEXP 'b'", 'boolean', 'false'],
    ["'a' RLIKE NULL", 'boolean', null],
    ['1 RLIKE "1"', 'boolean', 'true'],
    ["try_cast('x' AS int)", 'int', null],
    ["'5'::int + 1", 'int', '6'],
    ['-1::string', 'string', '-1'],
    ["X'1'", 'binary', '\u0001'],
    ["trim('x', 'axx')", 'string', 'a'],
    ['/* a /* b */ c */ 1', 'int', '1'],
  ])('computes %s as a %s', (source, type, expected) => {
    expect(typeName(compileOver(source, []).type)).toBe(type)
    expect(constant(`CAST(${source} AS string)`)).toBe(expected)
  })

  it('fails where the distance of a shift is no int, and where the operand of TRY_CAST fails', () => {
    expect(() => constant('1 << 5000000000')).toThrow()
    expect(() => constant('try_cast(1 / 0 AS int)')).toThrow()
  })

  const ROWS = 4
  const COLUMNS: readonly (readonly [string, DataType, Parameters<typeof columnOf>[1]])[] = [
    ['a', INT, [12, -1, null, 0]],
    ['b', INT, [10, 33, 3, null]],
    ['t', TINYINT, [-128, 127, 1, 0]],
    ['l', BIGINT, [2n ** 62n, -1n, null, 5n]],
    ['s', STRING, ['Abc', 'x1', null, 'a+']],
    ['p', STRING, ['a%', 'x_', 'a', null]],
  ]
  const schema = COLUMNS.map(([name, type]) => ({ name, type }))
  const columns = COLUMNS.map(([, type, values]) => columnOf(type, values))

  it.each([
    ['a & b', [8, 33, null, null]],
    ['a | b', [14, -1, null, null]],
    ['a ^ t', [-116, -128, null, 0]],
    ['a << b', [12288, -2, null, null]],
    ['a >>> 28', [0, 15, null, 0]],
    ['l >> t', [2n ** 62n, -1n, null, 5n]],
    ['l >>> 62', [1n, 3n, null, 0n]],
    ['~t', [127, -128, -2, -1]],
    ['s ILIKE p', [true, true, null, null]],
    ['s LIKE ANY (p, "A%")', [true, true, null, null]],
    ["s NOT LIKE ALL ('%c', p)", [false, false, null, null]],
    ["s RLIKE '[b+]'", [true, false, null, true]],
    ['s RLIKE p', [false, false, null, null]],
    ['a IS DISTINCT FROM b', [true, true, true, true]],
    ['try_cast(concat(a, s) AS int) IS NULL', [true, true, true, true]],
    ['try_cast(substring(s, 2) AS int)', [null, 1, null, null]],
  ])('computes %s over columns', (source, expected) => {
    const { values, rejected } = run(compileOver(source, schema), columns, ROWS)
    expect(values).toEqual(expected)
    expect(rejected.size).toBe(0)
  })

  it('refuses the records whose pattern is none', () => {
    const { rejected } = run(
      compileOver("'x' RLIKE s", schema),
      [...columns.slice(0, 4), columnOf(STRING, ['x', '(', null, 'a+'])],
      ROWS,
    )
    expect([...rejected.keys()]).toEqual([1])
  })

  it('takes many patterns', () => {
    const patterns = Array.from({ length: 3000 }, (_, i) => (i === 2999 ? 'p' : `'${i}%'`)).join(', ')
    expect(run(compileOver(`s LIKE ANY (${patterns})`, schema), columns, ROWS).values).toEqual([
      false,
      true,
      null,
      null,
    ])
  })
})
