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
    ['cast(x as timestamp without time zone)', 'CAST(x AS timestamp_ntz)'],
    ['a is NOT null', 'a IS NOT NULL'],
    ['a not in(1,2L,1.50,1e3)', 'a NOT IN (1, 2L, 1.50BD, 1000D)'],
    ["a LIKE 'x!_%' escape '!'", "a LIKE 'x!_%' ESCAPE '!'"],
    ['case a when 1 then 2 end', 'CASE a WHEN 1 THEN 2 END'],
    ["tags [ 0 ] [ 'k' ]", "tags[0]['k']"],
    ['`and` + `null`', '`and` + `null`'],
    ["date'2026-01-31'", "DATE '2026-01-31'"],
    ['a | b & c ^ ~d', 'a | ((b & c) ^ (~d))'],
    ['a + 1 << 2 & 3 = 4', '(((a + 1) << 2) & 3) = 4'],
    ['a >>> b >> c', '(a >>> b) >> c'],
    ['a !> b or c !< d', '(a <= b) OR (c >= d)'],
    ['a is distinct from b', 'NOT (a <=> b)'],
    ['a is not distinct from b', 'a <=> b'],
    ["a ilike 'x' and b not rlike 'y'", "(a ILIKE 'x') AND (b NOT RLIKE 'y')"],
    ["a regexp 'x'", "a RLIKE 'x'"],
    ["a not like some ('x', b)", "a NOT LIKE ANY ('x', b)"],
    ['try_cast(a as varchar(3))', 'TRY_CAST(a AS string)'],
    ["x'1f' || X'f'", "X'1F' || X'0F'"],
    ["interval -'1' month +2 years", "INTERVAL '-1' MONTH '2' YEAR"],
    ["interval '1-2' year to month", "INTERVAL '1-2' YEAR TO MONTH"],
    ["interval - '-1' days", "INTERVAL '1' DAY"],
    ["interval '1 day 2 hours'", "INTERVAL '1 day 2 hours'"],
    ['interval + 1', 'interval + 1'],
    ['transform(a, x -> x + 1)', 'transform(a, x -> x + 1)'],
    ['reduce(a, 0, (x, `y z`)->x and y)', 'reduce(a, 0, (x, `y z`) -> x AND y)'],
    ['payload:items[0].id::int', 'CAST(payload.items[0].id AS int)'],
    ["a:['odd key'].b:c", "a['odd key'].b.c"],
    ['f(a):[0]', 'f(a)[0]'],
    ['count(distinct a, b) filter (where c > 1)', 'count(DISTINCT a, b) FILTER (WHERE c > 1)'],
    ['count(all a)', 'count(a)'],
    ['count(all) + sum(distinct.x)', 'count(all) + sum(distinct.x)'],
    [
      "listagg(a, ',') within group (order by b desc nulls last, c asc)",
      "listagg(a, ',') WITHIN GROUP (ORDER BY b DESC NULLS LAST, c)",
    ],
    ['first(a ignore nulls)', 'first(a) IGNORE NULLS'],
    ['last_value(a) respect nulls', 'last_value(a) RESPECT NULLS'],
    ['struct(a as x, b y, c)', 'struct(a AS x, b AS y, c)'],
    ['extract(year from t)', "date_part('YEAR', t)"],
    ['position(a in b)', 'position(a, b)'],
    ['overlay(a placing b from 2 for 3)', 'overlay(a, b, 2, 3)'],
    ['dateadd(day, 1, t)', 'timestampadd(DAY, 1, t)'],
    ['datediff(month, a, b)', 'timestampdiff(MONTH, a, b)'],
    ['date_add(day, 1)', 'date_add(day, 1)'],
    ['trim(a, b)', 'btrim(b, a)'],
    ['trim(both) || trim(both.a)', 'trim(both) || trim(both.a)'],
    ['`f g`(a)', '`f g`(a)'],
    ['cast(a as struct<`x y`: interval day to second>)', 'CAST(a AS struct<`x y`: interval day to second>)'],
    ['cast(a as array<array<int>>) >> 1', 'CAST(a AS array<array<int>>) >> 1'],
  ])('writes %s as %s', (source, expected) => {
    expect(canonical(parseExpression(source))).toBe(expected)
  })
})
