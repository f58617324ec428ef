import { describe, expect, it } from 'vitest'
import { compileExpression } from '../../src/expressions/index.ts'
import { DOUBLE, INT, STRING } from '../../src/types.ts'
import { columnOf, compileOver, constant, OPTIONS, openScope, run, variants } from './support.ts'

describe('compileExpression', () => {
  it('computes literals with Spark types', () => {
    expect(constant('1 + 2 * 3')).toBe(7)
    expect(constant('1.5 * 2.25')).toBe(3375n)
    expect(constant('7 / 2')).toBe(3.5)
    expect(constant("'it''s'")).toBe("it's")
    expect(() => constant('2147483647 + 1')).toThrow('E_OVERFLOW')
    expect(() => constant('1 / 0')).toThrow('E_DIVIDE_BY_ZERO')
  })

  it('gives a path on an open payload to the scope as one column', () => {
    const paths: string[] = []
    const compiled = compileExpression("properties.city = 'Berlin' AND `a`['b'].c IS NULL", openScope(paths), OPTIONS)
    expect(paths).toEqual(['properties.city', 'a.b.c'])
    expect(compiled.canonical).toBe("(properties.city = 'Berlin') AND (a['b'].c IS NULL)")
    const columns = [variants('"Berlin"', '"Rome"', 'null'), variants('null', 'null', '1')]
    expect(run(compiled, columns, 3).values).toEqual([true, false, false])
  })

  it('has the name of a path and none for other expressions', () => {
    expect(compileExpression('properties.city', openScope(), OPTIONS).name).toBe('city')
    expect(compileExpression('a + 1', openScope(), OPTIONS).name).toBeNull()
  })

  it('rejects the rows whose variant cannot be compared', () => {
    const compiled = compileExpression('amount > 100', openScope(), OPTIONS)
    const { values, rejected } = run(compiled, [variants('150.5', '"abc"', 'null', '99')], 4)
    expect(values).toEqual([true, null, null, false])
    expect([...rejected.entries()]).toEqual([
      [1, { code: 'E_CAST', condition: 'INVALID_VARIANT_CAST', message: '"abc" cannot be cast to double' }],
    ])
  })

  it('compares typed columns', () => {
    const schema = [
      { name: 'a', type: INT },
      { name: 'b', type: DOUBLE },
      { name: 'c', type: STRING },
    ]
    const columns = [
      columnOf(INT, [1, 2, null]),
      columnOf(DOUBLE, [1.5, Number.NaN, 0]),
      columnOf(STRING, ['1', 'x', 'y']),
    ]
    expect(run(compileOver('a < b', schema), columns, 3).values).toEqual([true, true, null])
    expect(run(compileOver('b > 1e9', schema), columns, 3).values).toEqual([false, true, false])
    expect(run(compileOver('a <=> NULL', schema), columns, 3).values).toEqual([false, false, true])
  })
})
