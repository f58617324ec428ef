// Implicit casts: what two operands have in common, and what a parameter takes (Spark's AnsiTypeCoercion).

import type { Value } from '../../column.ts'
import {
  BIGINT,
  DATE,
  type DataType,
  type DayTimeUnit,
  DOUBLE,
  dayTimeInterval,
  type Field,
  isNested,
  sameType,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  typeName,
  yearMonthInterval,
} from '../../types.ts'
import { DAY_TIME_UNITS } from '../../values/interval-text.ts'
import { RowFault } from '../../values/row-fault.ts'
import { castScalar, tryCastScalar } from '../casts/cast.ts'
import { implicitVariantScalar } from '../casts/variant-implicit.ts'
import { ExpressionError } from '../error.ts'
import { call } from '../runtime/call.ts'
import { canonical } from '../syntax/canonical.ts'
import type { Span, Syntax } from '../syntax/tree.ts'
import { literal, type Node, type Scalar } from '../typed.ts'
import type { Context } from './context.ts'
import { isFractional, isIntegral, isNumeric, widerNumeric } from './numeric.ts'

/** The type that CASE, COALESCE, IN and comparisons bring both sides to; undefined where there is none. */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (sameType(a, b) || b.kind === 'void') return a
  if (a.kind === 'void') return b
  if (isNumeric(a) && isNumeric(b)) return widerNumeric(a, b)
  if (a.kind === 'variant') return isNumeric(b) ? DOUBLE : isNested(b) ? undefined : b
  if (b.kind === 'variant') return commonType(b, a)
  if (a.kind === 'string') return withString(b)
  if (b.kind === 'string') return withString(a)
  if (isTime(a) && isTime(b)) {
    if (a.kind === 'date') return b
    return b.kind === 'date' ? a : TIMESTAMP
  }
  return commonInterval(a, b) ?? commonParts(a, b, commonType)
}

/** A string beside another type is read as that type; beside an interval nobody knows which one it is. */
function withString(other: DataType): DataType | undefined {
  if (isIntegral(other)) return BIGINT
  if (isFractional(other)) return DOUBLE
  const { kind } = other
  const isUnread = kind === 'interval' || kind === 'year_month_interval' || kind === 'day_time_interval'
  return isUnread || isNested(other) ? undefined : other
}

/** From the larger of the first units to the smaller of the last. */
function commonInterval(a: DataType, b: DataType): DataType | undefined {
  if (a.kind === 'year_month_interval' && b.kind === a.kind)
    return yearMonthInterval(a.from === 'year' ? a.from : b.from, a.to === 'month' ? a.to : b.to)
  if (a.kind !== 'day_time_interval' || b.kind !== a.kind) return undefined
  const rank = (unit: DayTimeUnit) => DAY_TIME_UNITS.indexOf(unit)
  return dayTimeInterval(rank(a.from) < rank(b.from) ? a.from : b.from, rank(a.to) > rank(b.to) ? a.to : b.to)
}

/** Brings two types to one. */
type Common = (a: DataType, b: DataType) => DataType | undefined

/** Element by element; the fields of structs by position, where they have the same names. */
export function commonParts(a: DataType, b: DataType, common: Common): DataType | undefined {
  if (a.kind === 'array' && b.kind === 'array') {
    const element = common(a.element, b.element)
    return element && { kind: 'array', element }
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const [key, value] = [common(a.key, b.key), common(a.value, b.value)]
    return key && value && { kind: 'map', key, value }
  }
  if (a.kind !== 'struct' || b.kind !== 'struct' || a.fields.length !== b.fields.length) return undefined
  const fields: Field[] = []
  for (const [i, { name, type }] of a.fields.entries()) {
    const other = b.fields[i] as Field
    const both = name === other.name ? common(type, other.type) : undefined
    if (both === undefined) return undefined
    fields.push({ name, type: both })
  }
  return { kind: 'struct', fields }
}

function isTime(type: DataType): boolean {
  return type.kind === DATE.kind || type.kind === TIMESTAMP.kind || type.kind === TIMESTAMP_NTZ.kind
}

/** `node` as `to` by an explicit cast; undefined where there is none. */
export function explicitCast(node: Node, to: DataType, context: Context): Node | undefined {
  if (sameType(node.type, to)) return node
  const scalar = castScalar(node.type, to, context.zone)
  return scalar && scalarNode(scalar, [node], to)
}

/** The same by TRY_CAST: NULL for what the cast cannot take. A fault in `node` itself is none of the cast's. */
export function lenientCast(node: Node, to: DataType, context: Context): Node | undefined {
  if (sameType(node.type, to)) return node
  const scalar = tryCastScalar(node.type, to, context.zone)
  return scalar && scalarNode(scalar, [node], to)
}

/**
 * `node` as `to` where nobody wrote a cast: as the explicit one, but a variant's number is never cut. `commonType`
 * or the parameter has settled that the cast is allowed.
 */
export function implicitCast(node: Node, to: DataType, context: Context, syntax: Syntax): Node {
  if (node.type.kind === 'variant' && isNumeric(to)) {
    context.notes.add(`${canonical(syntax)} is read as ${typeName(to)}`)
    return scalarNode(implicitVariantScalar(to, context.zone), [node], to)
  }
  const cast = explicitCast(node, to, context)
  if (cast === undefined) throw mismatch(`${typeName(node.type)} cannot be read as ${typeName(to)}`, syntax)
  return cast
}

/** A call whose arguments are all literals is a literal, unless it fails: then it fails at the rows that reach it. */
export function scalarNode(scalar: Scalar, args: readonly Node[], type: DataType): Node {
  const node: Node = { kind: 'scalar', scalar, args, type }
  const values: Value[] = []
  for (const arg of args) {
    if (arg.kind !== 'literal') return node
    values.push(arg.value)
  }
  try {
    return literal(call(scalar, values), type)
  } catch (fault) {
    if (fault instanceof RowFault) return node
    throw fault
  }
}

/** What literals alone make wrong is a mistake in the expression, not in a row. */
export function orMistake<T>(make: () => T, at: Span): T {
  try {
    return make()
  } catch (fault) {
    if (!(fault instanceof RowFault)) throw fault
    const { code, message, condition } = fault.reject
    throw new ExpressionError(code, message, at, undefined, condition)
  }
}

export function mismatch(message: string, at: Span, hint?: string): ExpressionError {
  return new ExpressionError('E_TYPE', message, at, hint)
}
