// from_json, to_json and schema_of_json: JSON texts and values of declared types.

import type { Value } from '../../column.ts'
import { STRING, typeName } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { argument } from '../analysis/argument.ts'
import { mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import { jsonReader, type Mode } from '../runtime/json-read.ts'
import { ddl, jsonType } from '../runtime/json-schema.ts'
import { readLenientJson } from '../runtime/json-text.ts'
import { jsonWriter } from '../runtime/json-write.ts'
import { notYet } from '../syntax/explain.ts'
import type { Syntax } from '../syntax/tree.ts'
import { literal, type Node, type Scalar } from '../typed.ts'
import type { Call, Entry } from './definition.ts'
import { exactText } from './parameters.ts'
import { typeOf } from './variant.ts'

export function typedJsonFunctions(): readonly Entry[] {
  return [
    ['from_json', { least: 2, most: 3, analyse: fromJson }],
    ['to_json', { least: 1, most: 2, analyse: toJson }],
    ['schema_of_json', { least: 1, most: 2, analyse: schemaOfJson }],
  ]
}

/** from_json(text, schema[, options]). */
function fromJson(call: Call, context: Context): Node {
  const [first, second, third] = call.args as [Syntax, Syntax, Syntax | undefined]
  const text = argument(first, exactText, context, call.name)
  const type = typeOf(second, call, context)
  const isNested = ['struct', 'array', 'map', 'variant'].includes(type.kind)
  const mode = modeOf(optionsOf(third, ['mode'], call, context), third ?? call)
  const read = isNested ? jsonReader(type, context.zone, mode) : undefined
  if (read === undefined)
    throw mismatch(`from_json reads a struct, an array, a map or a variant, and this is ${typeName(type)}`, second)
  return scalarNode({ name: call.name, nulls: 'strict', apply: read as Scalar['apply'] }, [text], type)
}

/** That of a call's options. */
export function modeOf(options: ReadonlyMap<string, string>, at: Syntax): Mode {
  const mode = (options.get('mode') ?? 'PERMISSIVE').toUpperCase()
  if (mode === 'PERMISSIVE' || mode === 'FAILFAST') return mode
  throw new ExpressionError(
    'E_TYPE',
    `the mode is PERMISSIVE or FAILFAST, not ${mode}`,
    at,
    undefined,
    'PARSE_MODE_UNSUPPORTED',
  )
}

/** The options of a literal map, by name in lower case; a name that is not among `known` is refused. */
export function optionsOf(
  syntax: Syntax | undefined,
  known: readonly string[],
  call: Call,
  context: Context,
): ReadonlyMap<string, string> {
  if (syntax === undefined) return new Map()
  const { node } = operand(syntax, context)
  if (node.kind !== 'literal' || !(node.value instanceof Map))
    throw mismatch(`the options of ${call.name} are a map of literals: \`map('mode', 'FAILFAST')\``, syntax)
  const options = new Map<string, string>()
  for (const [name, value] of node.value as ReadonlyMap<Value, Value>) {
    const option = String(name).toLowerCase()
    if (!known.includes(option)) throw notYet(`the option ${String(name)}`, syntax, `there are: ${known.join(', ')}`)
    options.set(option, String(value))
  }
  return options
}

/** to_json(value[, options]). */
function toJson(call: Call, context: Context): Node {
  const [first, second] = call.args as [Syntax, Syntax | undefined]
  const { node } = operand(first, context)
  const options = optionsOf(second, ['ignorenullfields'], call, context)
  const keepsNulls = options.get('ignorenullfields')?.toLowerCase() === 'false'
  if (node.type.kind === 'void') return literal(null, STRING)
  const isNested = ['struct', 'array', 'map', 'variant'].includes(node.type.kind)
  const write = isNested ? jsonWriter(node.type, context.zone, { keepsNulls }) : undefined
  if (write === undefined)
    throw mismatch(
      `to_json writes a struct, an array, a map or a variant, and this is ${typeName(node.type)}`,
      first,
      "write `to_json(named_struct('a', a))`",
    )
  const apply: Scalar['apply'] = (value = null) => write(value)
  return scalarNode({ name: call.name, nulls: 'strict', apply }, [node], STRING)
}

/** Of a literal text: a schema that from_json takes. */
function schemaOfJson(call: Call, context: Context): Node {
  const [first] = call.args as [Syntax]
  const { node } = operand(first, context)
  if (node.kind !== 'literal' || typeof node.value !== 'string')
    throw mismatch('schema_of_json wants a string that stands there as it is', first)
  const json = readLenientJson(node.value)
  if (json === undefined)
    throw new RowFault('E_CAST', 'this is no JSON', 'MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION')
  return literal(ddl(jsonType(json)), STRING)
}
