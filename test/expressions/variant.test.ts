import { describe, expect, it } from 'vitest'
import { BIGINT, type DataType, VARIANT } from '../../src/types.ts'
import { columnOf, compileOver, run, variants } from './support.ts'

const LARGE = '9007199254740993'

/** The expression over two variant columns v and w of one row, and n: a value or the reject's code. */
function over(source: string, v: string, w = 'null', n: bigint | null = null) {
  const schema = [
    { name: 'v', type: VARIANT as DataType },
    { name: 'w', type: VARIANT },
    { name: 'n', type: BIGINT },
  ]
  const { values, rejected } = run(compileOver(source, schema), [variants(v), variants(w), columnOf(BIGINT, [n])], 1)
  return rejected.get(0)?.code ?? values[0]
}

describe('variant', () => {
  it.each([
    ["v = 'track'", '"track"', true],
    ["v = '12'", '12', true],
    ["v = 'true'", 'true', true],
    ['v > 100', '150.5', true],
    ['v > 100', '"150.5"', true],
    ['v > 100', '"abc"', 'E_CAST'],
    ['v > 100', '{}', 'E_CAST'],
    ['v > 100', 'null', null],
    ['v = 0.1', '0.1', true],
    ['v BETWEEN 1 AND 2', '1.5', true],
    ['v IN (1, 1.5)', '1.5', true],
    ['v = TRUE', 'true', true],
    ['v', 'null', null],
    ['v IS NULL', 'null', true],
    ["v = DATE '2026-01-31'", '"2026-01-31"', true],
    ["v < TIMESTAMP '2026-01-31 00:00:00'", '"2026-01-30T23:00:00Z"', true],
    ['v AND TRUE', 'true', true],
    ['v AND TRUE', '"x"', 'E_CAST'],
  ])('%s with v = %s is %s', (source, v, expected) => {
    expect(over(source, v)).toBe(expected)
  })

  it('is a double in arithmetic, but never an integer that a double does not hold', () => {
    expect(over('v + 1', '1.5')).toBe(2.5)
    expect(over('v + 1', '9007199254740992')).toBe(9007199254740992)
    expect(over('v + 1', LARGE)).toBe('E_OVERFLOW')
    expect(over('v * 1', '1e300')).toBe(1e300)
    expect(over('-v', '3')).toBe(-3)
    expect(over('v / 0', '3')).toBe('E_DIVIDE_BY_ZERO')
    expect(over('coalesce(v, 0)', '1.5')).toBe(1.5)
    expect(over('coalesce(v, 0)', 'null')).toBe(0)
  })

  it('compares exactly beside bigints and long decimals', () => {
    expect(over('v = n', LARGE, 'null', 9007199254740993n)).toBe(true)
    expect(over('v = n', LARGE, 'null', 9007199254740992n)).toBe(false)
    expect(over('v > n', '9007199254740992.5', 'null', 9007199254740992n)).toBe(true)
    expect(over('n < v', '9007199254740992.5', 'null', 9007199254740992n)).toBe(true)
    expect(over('n > v', LARGE, 'null', 9007199254740992n)).toBe(false)
    expect(over('v > 10000000000', '1e300')).toBe(true)
    expect(over('v > n', '"12"', 'null', 11n)).toBe(true)
    expect(over('v = n', 'true', 'null', 1n)).toBe(true)
    expect(over('v > n', '"abc"', 'null', 11n)).toBe('E_CAST')
    expect(over('v > n', '[]', 'null', 11n)).toBe('E_CAST')
    expect(over('v > n', 'null', 'null', 11n)).toBe(null)
    expect(over('v <=> n', 'null')).toBe(true)
    expect(over(`v = ${LARGE}.00`, LARGE)).toBe(true)
    expect(over(`v = ${LARGE}.01`, LARGE)).toBe(false)
  })

  it('is cast exactly', () => {
    expect(over('CAST(v AS bigint)', LARGE)).toBe(9007199254740993n)
    expect(over('CAST(v AS decimal(38,2))', `${LARGE}.125`)).toBe(900719925474099313n)
    expect(over('CAST(v AS bigint)', '1e3')).toBe(1000n)
    expect(over('CAST(v AS int)', '1.9')).toBe(1)
    expect(over('CAST(v AS int)', '3000000000')).toBe('E_OVERFLOW')
    expect(over('CAST(v AS string)', '1.50')).toBe('1.50')
    expect(over('CAST(v AS string)', '{"a": 1}')).toBe('{"a": 1}')
    expect(over('CAST(v AS bigint)', '1e400')).toBe('E_OVERFLOW')
    expect(over('CAST(v AS bigint)', '1e-400')).toBe(0n)
    expect(over('CAST(v AS decimal(2,1))', `1.5${'0'.repeat(1000)}`)).toBe(15n)
    expect(over('CAST(v AS timestamp)', '1700000000.1234567')).toBe(1_700_000_000_123_456)
    expect(over('CAST(v AS timestamp)', '1e18')).toBe('E_OVERFLOW')
  })

  it('is no int parameter where it would be cut', () => {
    expect(over("substring('abc', v)", '2')).toBe('bc')
    expect(over("substring('abc', v)", '2.0')).toBe('bc')
    expect(over("substring('abc', v)", '1.5')).toBe('E_CAST')
  })

  it.each([
    ['1', '1.0', true],
    [LARGE, '9007199254740992', false],
    ['"a"', '"a"', true],
    ['true', 'false', false],
    ['null', '1', null],
    ['1', '"1"', 'E_TYPE'],
    ['true', '1', 'E_TYPE'],
    ['{}', '{}', 'E_TYPE'],
  ])('compares %s with %s by JSON type and value: %s', (v, w, expected) => {
    expect(over('v = w', v, w)).toBe(expected)
  })

  it('orders numbers exactly and strings by UTF-8', () => {
    expect(over('v > w', LARGE, '9007199254740992')).toBe(true)
    expect(over('v < w', '0.1', '1e-1')).toBe(false)
    expect(over('v > w', '"\u{1f600}"', '"\uffee"')).toBe(true)
  })

  it('reaches into its JSON text', () => {
    const json = '{"a": [1, {"b": "x\\"]}", "b": {"c": [9007199254740993]}}, null], "k": {"a":1, "a" : 2}, "": 5}'
    expect(over('CAST(v.a[0] AS int)', json)).toBe(1)
    expect(over('CAST(v.a[1].b.c[0] AS bigint)', json)).toBe(9007199254740993n)
    expect(over('v.a[2] IS NULL', json)).toBe(true)
    expect(over('v.a[9] IS NULL', json)).toBe(true)
    expect(over('v.x.y IS NULL', json)).toBe(true)
    expect(over('CAST(v.k.a AS int)', json)).toBe(2)
    expect(over("CAST(v['k']['a'] AS int)", json)).toBe(2)
    expect(over('CAST(v.`` AS int)', json)).toBe(5)
    expect(over('v.a.b IS NULL', json)).toBe(true)
    expect(over('CAST(v.a AS string)', '{"a":[ 1 , 2 ]}')).toBe('[ 1 , 2 ]')
  })
})
