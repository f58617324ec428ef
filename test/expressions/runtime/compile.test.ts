import { describe, expect, it } from 'vitest'
import { BOOLEAN, DOUBLE, INT, STRING, VARIANT } from '../../../src/types.ts'
import { columnOf, compileOver, frameOf, run, variants } from '../support.ts'

const SCHEMA = [
  { name: 'i', type: INT },
  { name: 's', type: STRING },
  { name: 'b', type: BOOLEAN },
  { name: 'v', type: VARIANT },
]
const columns = [
  columnOf(INT, [0, 1, 2, null]),
  columnOf(STRING, ['x', '1', '2', null]),
  columnOf(BOOLEAN, [true, false, null, null]),
  variants('"x"', '1', '2.5', 'null'),
]

function over(source: string, rows: readonly number[] = [0, 1, 2, 3]) {
  return run(compileOver(source, SCHEMA), columns, 4, { rows: Int32Array.from(rows), count: rows.length })
}

describe('compile', () => {
  it('looks only at the selected rows', () => {
    const { values, rejected } = over('CAST(s AS INT)', [1, 2])
    expect(values).toEqual([1, 2])
    expect(rejected.size).toBe(0)
    expect([...over('CAST(s AS INT)').rejected.keys()]).toEqual([0])
    expect(over('CAST(v AS DOUBLE)', [1, 2, 3]).values).toEqual([1, 2.5, null])
  })

  it('computes with doubles where either side is NULL', () => {
    const schema = [
      { name: 'x', type: DOUBLE },
      { name: 'y', type: DOUBLE },
    ]
    const doubles = [columnOf(DOUBLE, [1, null, 3]), columnOf(DOUBLE, [null, 2, 4])]
    expect(run(compileOver('x + y', schema), doubles, 3).values).toEqual([null, null, 7])
    expect(run(compileOver('2 * y', schema), doubles, 3).values).toEqual([null, 4, 8])
  })

  it('counts no errors where the left side of AND and OR decides', () => {
    expect(over("s <> 'x' AND CAST(s AS INT) > 1")).toEqual({ values: [false, false, true, null], rejected: new Map() })
    expect(over("s = 'x' OR CAST(s AS INT) > 1")).toEqual({ values: [true, false, true, null], rejected: new Map() })
    expect(over('i <> 0 AND 10 / i > 5').rejected.size).toBe(0)
    expect([...over('i >= 0 AND 10 / i > 5').rejected.keys()]).toEqual([0])
  })

  it('evaluates the branch of a CASE on the rows that reach it', () => {
    const source = "CASE WHEN i = 0 THEN -1 WHEN s = '1' THEN 10 div i ELSE CAST(s AS INT) END"
    expect(over(source)).toEqual({ values: [-1, 10n, 2, null].map((value) => toBigint(value)), rejected: new Map() })
  })

  it('evaluates an argument of COALESCE where those before it are NULL', () => {
    expect(over('coalesce(i, 1 div 0)').rejected.size).toBe(1)
    expect(over('coalesce(i, 1 div 0)', [0, 1, 2]).rejected.size).toBe(0)
  })

  it('fails a constant at the rows that reach it', () => {
    expect([...over('1 div 0').rejected.keys()]).toEqual([0, 1, 2, 3])
    expect(over('1 div 0', []).rejected.size).toBe(0)
    expect([...over('b AND 1 / 0 = 1').rejected.keys()]).toEqual([0, 2, 3])
  })

  it('refuses the record that a row came from', () => {
    const frame = { ...frameOf(columns, 4), records: Int32Array.of(7, 7, 8, 9) }
    compileOver('CAST(s AS INT)', SCHEMA).evaluate(frame, { rows: Int32Array.of(0, 1), count: 2 })
    expect(frame.rejected).toEqual(new Map([[7, { code: 'E_CAST', message: '"x" cannot be cast to int' }]]))
  })
})

function toBigint(value: number | bigint | null): bigint | null {
  return value === null ? null : BigInt(value)
}
