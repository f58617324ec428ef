import { describe, expect, it } from 'vitest'
import { ExpressionError } from '../../../src/expressions/error.ts'
import { canonical } from '../../../src/expressions/syntax/canonical.ts'
import { parseExpression } from '../../../src/expressions/syntax/parser.ts'
import type { Syntax } from '../../../src/expressions/syntax/tree.ts'
import { asked } from '../golden-inputs.ts'
import { shape } from './shape.ts'

const golden = asked.map((line) => line.replace(/^aggregate /, ''))

function parsed(source: string): Syntax | undefined {
  try {
    return parseExpression(source)
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

describe('canonical', () => {
  it('reads as the same tree, for every expression that Spark was asked', () => {
    let compared = 0
    for (const source of golden) {
      const tree = parsed(source)
      if (tree === undefined) continue
      const again = parsed(canonical(tree))
      expect(shape(again), source).toEqual(shape(tree))
      expect(canonical(again as Syntax)).toBe(canonical(tree))
      compared++
    }
    expect(compared).toBeGreaterThan(900)
  })

  it.each([
    ["type='track'", "type = 'track'"],
    ['type = "track" -- the event', "type = 'track'"],
    ['`type`', 'type'],
    ['`odd name`.`a``b`', '`odd name`.`a``b`'],
    ['a . b', 'a.b'],
    ['SUM( amount )', 'sum(amount)'],
    ['count ( * )', 'count(*)'],
    ['a==1 and not b<>2', '(a = 1) AND (NOT (b <> 2))'],
    ['a + b + c', '(a + b) + c'],
    ['a + (b + c)', 'a + (b + c)'],
    ['x::decimal( 10 , 2 )', 'CAST(x AS decimal(10,2))'],
    ['cast(x as dec(10,2))', 'CAST(x AS decimal(10,2))'],
    ['a is NOT null', 'a IS NOT NULL'],
    ['a not in(1,2L,1.50,1e3)', 'a NOT IN (1, 2L, 1.50BD, 1000D)'],
    ["a LIKE 'x!_%' escape '!'", "a LIKE 'x!_%' ESCAPE '!'"],
    ['case a when 1 then 2 end', 'CASE a WHEN 1 THEN 2 END'],
    ["tags [ 0 ] [ 'k' ]", "tags[0]['k']"],
    ['`and` + `null`', '`and` + `null`'],
    ["date'2026-01-31'", "DATE '2026-01-31'"],
  ])('writes %s as %s', (source, expected) => {
    expect(canonical(parseExpression(source))).toBe(expected)
  })
})
