import { describe, expect, it } from 'vitest'
import { allRows, type Reject } from '../../src/column.ts'
import { compileExpression } from '../../src/expressions/index.ts'
import type { Scope } from '../../src/scope.ts'
import { VARIANT } from '../../src/types.ts'
import { conditionOf } from '../../src/values/row-fault.ts'
import { frameOf, variants } from './support.ts'

const scope: Scope = {
  resolve: ([name]) => (name === 'v' ? { column: 0, type: VARIANT, used: 1 } : undefined),
  names: () => ['v'],
}

/** Of a row whose column `v` is the JSON value. */
function refusal(expression: string, json = 'null'): Reject {
  const frame = frameOf([variants(json)], 1)
  compileExpression(expression, scope, { timeZone: 'UTC' }).evaluate(frame, allRows(1))
  return frame.rejected.get(0) as Reject
}

describe("the condition of a row's fault is Spark's", () => {
  it.each([
    ['1 / 0', 'DIVIDE_BY_ZERO'],
    ['1.5 div 0', 'DIVIDE_BY_ZERO'],
    ['1 % 0', 'REMAINDER_BY_ZERO'],
    ['2147483647 + 1', 'ARITHMETIC_OVERFLOW'],
    ['cast(127 as tinyint) + cast(1 as tinyint)', 'BINARY_ARITHMETIC_OVERFLOW'],
    ['- cast(-128 as tinyint)', 'ARITHMETIC_OVERFLOW'],
    ["cast('x' as int)", 'CAST_INVALID_INPUT'],
    ['cast(128 as tinyint)', 'CAST_OVERFLOW'],
    ['cast(1000 as decimal(3,1))', 'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION'],
    ['cast(99999999999999999999999999999999999999 as decimal(38,0)) + 1', 'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION'],
    ["decode(unhex('FF'), 'utf-8')", 'MALFORMED_CHARACTER_CODING'],
  ])('%s: %s', (expression, condition) => {
    expect(conditionOf(refusal(expression))).toBe(condition)
  })

  it.each([
    ['cast(v as int)', '"x"'],
    ['cast(v as int)', '[1]'],
    ['cast(v as tinyint)', '1000'],
    ['cast(v as array<int>)', '["x"]'],
    ['v + 1', '"x"'],
  ])('%s of %s: the cast of a variant', (expression, json) => {
    expect(conditionOf(refusal(expression, json))).toBe('INVALID_VARIANT_CAST')
  })
})
