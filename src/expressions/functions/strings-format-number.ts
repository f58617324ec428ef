// format_number: numbers with thousands separators, or by a pattern.

import type { Value } from '../../column.ts'
import { type DataType, STRING, typeName } from '../../types.ts'
import { castArgument } from '../analysis/argument.ts'
import { mismatch, scalarNode } from '../analysis/coerce.ts'
import { isNumeric } from '../analysis/numeric.ts'
import { operand } from '../analysis/operand.ts'
import type { Node, Scalar } from '../typed.ts'
import { formatDecimal, type Pattern, parsePattern, plainPattern } from './decimal-format.ts'
import type { Entry, SyntaxFunction } from './definition.ts'
import { remembering } from './last-made.ts'
import { double, int, text } from './parameters.ts'
import { type Decimal, shortestDigits } from './shortest-digits.ts'

export function formatNumberFunctions(): readonly Entry[] {
  return [['format_number', formatNumber]]
}

/** format_number(number, digits) or format_number(number, pattern). Spark casts nothing to a number here. */
const formatNumber: SyntaxFunction = {
  least: 2,
  most: 2,
  analyse(call, context) {
    const [value, format] = call.args.map((arg) => operand(arg, context)) as [Operand, Operand]
    const { kind } = value.node.type
    if (!isNumeric(value.node.type) && kind !== 'variant' && kind !== 'void')
      throw mismatch(`format_number takes a number, not ${typeName(value.node.type)}`, value.syntax)
    const number = isNumeric(value.node.type) ? value.node : castArgument(value, double, context, call.name)
    const isText = format.node.type.kind === 'string'
    const by = castArgument(format, isText ? text : int, context, call.name)
    return scalarNode(isText ? byPattern(number.type, by) : byDigits(number.type), [number, by], STRING)
  },
}

type Operand = ReturnType<typeof operand>

function byDigits(type: DataType): Scalar {
  const write = writer(type)
  // Of all but decimals, java.text.DecimalFormat has no more digits behind the point.
  const most = type.kind === 'decimal' ? Number.MAX_SAFE_INTEGER : 340
  const apply = (value: Value, digits: Value) =>
    (digits as number) < 0 ? null : write(value, plainPattern(Math.min(digits as number, most)))
  return { name: 'format_number', nulls: 'strict', apply: apply as Scalar['apply'] }
}

function byPattern(type: DataType, by: Node): Scalar {
  const write = writer(type)
  const patternOf = remembering((pattern) => (pattern === '' ? plainPattern(0) : parsePattern(pattern)))
  if (by.kind === 'literal' && by.value !== null) patternOf(by.value as string)
  const apply = (value: Value, pattern: Value) => write(value, patternOf(pattern as string))
  return { name: 'format_number', nulls: 'strict', apply: apply as Scalar['apply'] }
}

function writer(type: DataType): (value: Value, pattern: Pattern) => string {
  if (type.kind === 'float' || type.kind === 'double') return (value, pattern) => formatDouble(value as number, pattern)
  const scale = type.kind === 'decimal' ? type.scale : 0
  return (value, pattern) => formatDecimal(decimalOf(BigInt(value as number | bigint), scale), pattern)
}

function decimalOf(value: bigint, scale: number): Decimal {
  return { isNegative: value < 0n, unscaled: value < 0n ? -value : value, scale }
}

function formatDouble(value: number, pattern: Pattern): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return formatDecimal(shortestDigits(value), pattern, value)
  return value > 0
    ? `${pattern.prefix}\u221e${pattern.suffix}`
    : `${pattern.negativePrefix}\u221e${pattern.negativeSuffix}`
}
