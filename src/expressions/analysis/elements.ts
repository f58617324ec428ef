// Arrays and maps beside values that are compared with their elements or put among them: the types that they have in
// common. Spark is stricter here than elsewhere: a string never becomes a number.

import { type DataType, isNested, STRING, sameType, typeName, VARIANT } from '../../types.ts'
import type { Call } from '../functions/definition.ts'
import { orderOf } from '../runtime/order.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { commonParts, commonType, implicitCast, mismatch } from './coerce.ts'
import type { Context, Operand } from './context.ts'
import { decimalForIntegral, isIntegral, isNumeric, widerNumeric } from './numeric.ts'
import { operand } from './operand.ts'

export type ArrayType = Extract<DataType, { kind: 'array' }>
export type MapType = Extract<DataType, { kind: 'map' }>

/** An argument that is an array, or a variant that is read as one. */
export function arrayOperand(syntax: Syntax, context: Context, name: string): ArrayOperand {
  return asArray(operand(syntax, context), context, name)
}

export interface ArrayOperand extends Operand {
  readonly element: DataType
}

/** The same for one that is analysed already. */
export function asArray({ node, syntax }: Operand, context: Context, name: string): ArrayOperand {
  const cast =
    node.type.kind === 'variant' ? implicitCast(node, { kind: 'array', element: VARIANT }, context, syntax) : node
  const { type } = cast
  if (type.kind !== 'array') throw mismatch(`${name} wants an array here, and this is ${typeName(type)}`, syntax)
  return { node: cast, syntax, element: type.element }
}

export interface MapOperand extends Operand {
  readonly map: MapType
}

/** An argument that is a map, or a variant that is read as one. */
export function mapOperand(syntax: Syntax, context: Context, name: string): MapOperand {
  return asMap(operand(syntax, context), context, name)
}

export function asMap({ node, syntax }: Operand, context: Context, name: string): MapOperand {
  const ofVariant: MapType = { kind: 'map', key: STRING, value: VARIANT }
  const cast = node.type.kind === 'variant' ? implicitCast(node, ofVariant, context, syntax) : node
  const { type } = cast
  if (type.kind !== 'map') throw mismatch(`${name} wants a map here, and this is ${typeName(type)}`, syntax)
  return { node: cast, syntax, map: type }
}

/** The type of the elements of an argument that a parameter has made an array. */
export function elementType(array: Node | undefined): DataType {
  if (array?.type.kind !== 'array') throw new Error('the argument is no array')
  return array.type.element
}

type Common = (a: DataType, b: DataType) => DataType | undefined

export interface ArrayAndValue {
  readonly array: Node
  readonly value: Node
  readonly element: DataType
  /** Whether the value is the literal NULL. */
  readonly isNull: boolean
}

/** The first argument is an array, the one at `at` a value of its elements' type; both as `common` has it. */
export function arrayAndValue(call: Call, context: Context, at = 1, common: Common = tightestType): ArrayAndValue {
  const array = arrayOperand(call.args[0] as Syntax, context, call.name)
  const value = operand(call.args[at] as Syntax, context)
  const element = common(array.element, value.node.type)
  if (element === undefined) {
    const types = `${typeName(array.node.type)} and ${typeName(value.node.type)}`
    throw mismatch(`${call.name} wants an array and a value of its elements' type, not ${types}`, value.syntax)
  }
  return {
    array: implicitCast(array.node, { kind: 'array', element }, context, array.syntax),
    value: implicitCast(value.node, element, context, value.syntax),
    element,
    isNull: value.node.type.kind === 'void',
  }
}

/** Two arrays, with the type of element that they have in common. */
export function twoArrays(call: Call, context: Context): readonly [Node, Node, DataType] {
  const [left, right] = call.args.map((arg) => arrayOperand(arg, context, call.name)) as [ArrayOperand, ArrayOperand]
  const element = tightestType(left.element, right.element)
  if (element === undefined) {
    const types = `${typeName(left.node.type)} and ${typeName(right.node.type)}`
    throw mismatch(`${call.name} wants two arrays of one type, not ${types}`, call)
  }
  const [a, b] = [left, right].map(({ node, syntax }) =>
    implicitCast(node, { kind: 'array', element }, context, syntax),
  )
  return [a as Node, b as Node, element]
}

/** Refuses elements that have no order, or of which no two are equal: maps. */
export function comparable(type: DataType, call: Call): void {
  if (orderOf(type) === undefined)
    throw mismatch(`${call.name} compares its elements, and a ${typeName(type)} cannot be compared`, call)
}

/** The type that both can become without losing anything (Spark's `AnsiTypeCoercion.findTightestCommonType`). */
export function tightestType(a: DataType, b: DataType): DataType | undefined {
  if (sameType(a, b) || b.kind === 'void') return a
  if (a.kind === 'void') return b
  if (isNumeric(a) && isNumeric(b)) return tightestNumber(a, b)
  if (isNested(a) && a.kind === b.kind) return commonParts(a, b, tightestType)
  return withoutStrings(a, b)
}

function tightestNumber(a: DataType, b: DataType): DataType | undefined {
  if (a.kind !== 'decimal' && b.kind !== 'decimal') return widerNumeric(a, b)
  const [decimal, other] = a.kind === 'decimal' ? [a, b] : [b, a]
  if (decimal.kind !== 'decimal' || !isIntegral(other)) return undefined
  return decimal.precision - decimal.scale >= decimalForIntegral(other).precision ? decimal : undefined
}

/** What comparisons bring both to, but no string to another type (`findWiderTypeWithoutStringPromotion`). */
export function withoutStrings(a: DataType, b: DataType): DataType | undefined {
  const isMixed = (a.kind === 'string') !== (b.kind === 'string')
  const isTold = [a, b].some(({ kind }) => kind === 'variant' || kind === 'void')
  return isMixed && !isTold ? undefined : commonType(a, b)
}
