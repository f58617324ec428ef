// Functions of variants: JSON values without a declared type.

import { Tag, type Value, type Variant } from '../../column.ts'
import { BOOLEAN, type DataType, STRING, typeName, VARIANT } from '../../types.ts'
import { orNull, RowFault } from '../../values/row-fault.ts'
import type { Zone } from '../../values/zone.ts'
import { argument } from '../analysis/argument.ts'
import { mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import { converter } from '../casts/cast.ts'
import { ExpressionError } from '../error.ts'
import { jsonItem, jsonMember } from '../runtime/json-access.ts'
import { jsonWriter } from '../runtime/json-write.ts'
import { normal, parseJson } from '../runtime/variant-make.ts'
import { schemaOfVariant } from '../runtime/variant-schema.ts'
import type { Syntax } from '../syntax/tree.ts'
import { parseDataType } from '../syntax/type-parser.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Call, type Entry, strict } from './definition.ts'
import { exactText, text, variant } from './parameters.ts'

export function variantFunctions(): readonly Entry[] {
  return [
    strict('parse_json', [exactText], VARIANT, parseJson),
    strict('try_parse_json', [exactText], VARIANT, (json: string) => orNull(() => parseJson(json))),
    ['variant_get', { least: 2, most: 3, analyse: (call, context) => variantGet(call, context, false) }],
    ['try_variant_get', { least: 2, most: 3, analyse: (call, context) => variantGet(call, context, true) }],
    isVariantNullEntry(),
    schemaOfVariantEntry(),
    ['to_variant_object', { least: 1, most: 1, analyse: toVariantObject }],
  ]
}

/** A field that is missing and JSON's null are one: true for both. */
function isVariantNullEntry(): Entry {
  const scalar: Scalar = { name: 'is_variant_null', nulls: 'called', total: true, apply: (value) => value === null }
  return ['is_variant_null', { parameters: [variant], resolve: () => ({ type: BOOLEAN, scalar }) }]
}

/** Of JSON's null, and of what is missing, VOID. */
function schemaOfVariantEntry(): Entry {
  const apply: Scalar['apply'] = (value = null) => schemaOfVariant(value as Variant | null)
  const scalar: Scalar = { name: 'schema_of_variant', nulls: 'called', apply }
  return ['schema_of_variant', { parameters: [variant], resolve: () => ({ type: STRING, scalar }) }]
}

type Step = string | number

const STEP = /\.([^.[]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/y

/** The steps of `$.a[0]['b']`; undefined where the text is no path (Spark's `VariantPathParser`). */
function variantPath(path: string): readonly Step[] | undefined {
  if (!path.startsWith('$')) return undefined
  const steps: Step[] = []
  for (let at = 1; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at
    const found = STEP.exec(path)
    if (found === null) return undefined
    const [, name, single, double, index] = found
    steps.push(index === undefined ? ((name ?? single ?? double) as string) : Number(index))
  }
  return steps
}

/** variant_get(variant, path[, type]): the part as a variant or as the type, NULL where there is none. */
function variantGet(call: Call, context: Context, lenient: boolean): Node {
  const [first, second, third] = call.args as [Syntax, Syntax, Syntax | undefined]
  const value = argument(first, variant, context, call.name)
  const path = argument(second, text, context, call.name)
  const type = third === undefined ? VARIANT : typeOf(third, call, context)
  const cast = partCast(type, lenient, third ?? call, context.zone)
  const literal = path.kind === 'literal' && typeof path.value === 'string' ? stepsOf(path.value, call.name) : undefined
  const apply = (of: Variant, written: string): Value => {
    let part: Variant | null = of
    for (const step of literal ?? stepsOf(written, call.name)) {
      if (part === null) return null
      part = typeof step === 'number' ? jsonItem(part, step) : jsonMember(part, step)
    }
    return part === null ? null : cast(part)
  }
  return scalarNode({ name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }, [value, path], type)
}

function stepsOf(path: string, name: string): readonly Step[] {
  const steps = variantPath(path)
  if (steps !== undefined) return steps
  throw new RowFault('E_PATH', `${path} is no path for ${name}; one is $.a[0]['b']`, 'INVALID_VARIANT_GET_PATH')
}

/** The type that a literal string names. */
export function typeOf(syntax: Syntax, call: Call, context: Context): DataType {
  const { node } = operand(syntax, context)
  if (node.kind !== 'literal' || typeof node.value !== 'string')
    throw mismatch(`the type that ${call.name} gives is a string that stands there as it is`, syntax)
  try {
    return parseDataType(node.value)
  } catch (error) {
    // Its place is one in the string, not in the expression.
    if (!(error instanceof ExpressionError)) throw error
    throw new ExpressionError(error.code, `${node.value}: ${error.message}`, syntax, error.hint)
  }
}

function partCast(type: DataType, lenient: boolean, at: Syntax, zone: Zone): (part: Variant) => Value {
  if (type.kind === 'variant') return (part) => part
  const convert = converter(VARIANT, type, zone)
  if (convert === undefined) throw mismatch(`a variant cannot be cast to ${typeName(type)}`, at)
  if (lenient) return (part) => orNull(() => convert(part))
  return (part) => {
    try {
      return convert(part)
    } catch (fault) {
      if (!(fault instanceof RowFault)) throw fault
      throw new RowFault(fault.reject.code, fault.reject.message, 'INVALID_VARIANT_CAST')
    }
  }
}

/** Whether a variant can hold it: the keys of maps are strings. */
function isObject(type: DataType): boolean {
  switch (type.kind) {
    case 'void':
      return false
    case 'array':
      return isObject(type.element)
    case 'map':
      return type.key.kind === 'string' && isObject(type.value)
    case 'struct':
      return type.fields.every((field) => isObject(field.type))
    default:
      return true
  }
}

/** Structs and maps become objects, arrays stay arrays. */
function toVariantObject(call: Call, context: Context): Node {
  const [first] = call.args as [Syntax]
  const { node } = operand(first, context)
  const write = isObject(node.type)
    ? jsonWriter(node.type, context.zone, { keepsNulls: true, isVariant: true })
    : undefined
  const isNested = node.type.kind === 'struct' || node.type.kind === 'map' || node.type.kind === 'array'
  if (!isNested || write === undefined)
    throw mismatch(`to_variant_object wants a struct, a map or an array, and this is ${typeName(node.type)}`, first)
  const tag = node.type.kind === 'array' ? Tag.ARRAY : Tag.OBJECT
  const apply: Scalar['apply'] = (value = null) => normal({ tag, text: write(value) })
  return scalarNode({ name: call.name, nulls: 'strict', apply }, [node], VARIANT)
}
