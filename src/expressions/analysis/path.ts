// Columns and what is inside them: `a.b`, `a['k']`, `a[0]`.

import { METADATA_TYPES } from '../../metadata.ts'
import { BINARY, type DataType, INT, STRING, sameType, typeName } from '../../types.ts'
import { didYouMean, shortList } from '../../words.ts'
import { ExpressionError } from '../error.ts'
import {
  arrayItem,
  fieldOfEach,
  lastHeader,
  mapItem,
  structField,
  variantField,
  variantItem,
} from '../runtime/access.ts'
import { quoteName } from '../syntax/escapes.ts'
import { callOf, type Span, type Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { BATCH, batchField } from './batch.ts'
import { implicitCast, mismatch, scalarNode } from './coerce.ts'
import type { Context } from './context.ts'
import type { ArrayType } from './elements.ts'
import { variableNode } from './lambda.ts'
import { isIntegral } from './numeric.ts'

type Access = Extract<Syntax, { kind: 'name' | 'field' | 'index' }>

export function path(syntax: Access, context: Context): Node {
  const names = namesOf(syntax)
  if (names !== undefined) return column(names, syntax, context)
  if (syntax.kind === 'index') return item(context.analyse(syntax.of, context), syntax.index, syntax, context)
  if (syntax.kind === 'field') return member(context.analyse(syntax.of, context), syntax.name, syntax)
  throw new Error('a name always has names')
}

/** The parts where only names and string keys follow a name; such a path the scope may know as one column. */
function namesOf(syntax: Syntax): readonly string[] | undefined {
  if (syntax.kind === 'name') return syntax.parts
  if (syntax.kind === 'field') {
    const parts = namesOf(syntax.of)
    return parts && [...parts, syntax.name]
  }
  if (syntax.kind !== 'index' || syntax.index.kind !== 'literal' || typeof syntax.index.value !== 'string')
    return undefined
  const parts = namesOf(syntax.of)
  return parts && [...parts, syntax.index.value]
}

function column(names: readonly string[], at: Span, context: Context): Node {
  const variable = variableNode(names[0] as string, context)
  if (variable !== undefined) return inside(variable, names.slice(1), at)
  const found = context.scope.resolve(names)
  if (found === undefined && names[0] === BATCH && names.length <= 2) return batchField(names[1], at, context)
  if (found === undefined) {
    const name = (names[0] as string).toLowerCase()
    if (names.length === 1 && LITERAL_FUNCTIONS.has(name)) return context.analyse(callOf(name, [], at), context)
    throw unknownColumn(names, at, context)
  }
  const node: Node = { kind: 'column', column: found.column, type: found.type }
  return inside(node, names.slice(found.used), at)
}

function inside(node: Node, names: readonly string[], at: Span): Node {
  return names.reduce((inner, name) => member(inner, name, at), node)
}

/** Those that Spark calls without brackets where no column has the name (its LiteralFunctionResolution). */
const LITERAL_FUNCTIONS: ReadonlySet<string> = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'current_user',
  'session_user',
  'user',
])

function unknownColumn(names: readonly string[], at: Span, context: Context): ExpressionError {
  const known = context.scope.names()
  const written = names.map(quoteName).join('.')
  const near = metadataOf(names, known) ?? didYouMean(names.join('.'), known) ?? didYouMean(names[0] as string, known)
  return new ExpressionError('E_UNKNOWN_COLUMN', `unknown column ${written}`, at, columnHint(near, known))
}

const LISTED = 20

/** Spark's source has the columns `key`, `topic`, `offset`, …. */
function metadataOf([name = '', ...inner]: readonly string[], known: readonly string[]): string | undefined {
  if (inner.length > 0) return undefined
  return known.find((column) => column.toLowerCase() === `${METADATA}${name.toLowerCase()}`)
}

/** All records have the same metadata: it is listed only for a name that is like none. */
function columnHint(near: string | undefined, known: readonly string[]): string {
  if (known.length === 0) return 'there are no columns'
  if (near === undefined) return `the columns are ${listed(known)}`
  const own = known.filter((column) => !column.startsWith(METADATA))
  const others = near.startsWith(METADATA) || own.length === 0 ? '' : ` (the columns are ${listed(own)})`
  return `did you mean ${quoteDotted(near)}?${others}`
}

const METADATA = '_metadata.'

function listed(names: readonly string[]): string {
  return shortList(names.map(quoteDotted), LISTED)
}

function quoteDotted(name: string): string {
  return name.split('.').map(quoteName).join('.')
}

function member(inner: Node, name: string, at: Span): Node {
  const { type } = inner
  switch (type.kind) {
    case 'struct': {
      const index = type.fields.findIndex((field) => field.name === name)
      const field = type.fields[index]
      if (field === undefined) throw unknownField(name, type, at)
      return scalarNode(structField(index), [inner], field.type)
    }
    case 'map':
      if (type.key.kind !== 'string') break
      return scalarNode(mapItem(type.key), [inner, { kind: 'literal', value: name, type: STRING }], type.value)
    case 'variant':
      return scalarNode(variantField(name), [inner], type)
    case 'array':
      return memberOfArray(inner, type, name, at)
  }
  const hint =
    type.kind === 'string' ? 'JSON in a string has fields once it is read: `parse_json(text):a.b`' : undefined
  throw mismatch(`${typeName(type)} has no field ${quoteName(name)}`, at, hint)
}

/** Of structs the field of each, as Spark has it; of the headers of a record the value of the last one of the name. */
function memberOfArray(inner: Node, type: ArrayType, name: string, at: Span & { readonly kind?: string }): Node {
  const { element } = type
  const index = element.kind === 'struct' ? element.fields.findIndex((field) => field.name === name) : -1
  if (sameType(type, METADATA_TYPES.headers) && (index < 0 || at.kind === 'index'))
    return scalarNode(lastHeader(name), [inner], BINARY)
  const field = element.kind === 'struct' ? element.fields[index] : undefined
  if (field !== undefined) return scalarNode(fieldOfEach(index), [inner], { kind: 'array', element: field.type })
  const hint = 'an element has a number, from 0 on: `tags[0]`; the step flatMap makes a row of each'
  throw mismatch(`${typeName(type)} has no field ${quoteName(name)}`, at, hint)
}

function unknownField(name: string, type: Extract<DataType, { kind: 'struct' }>, at: Span): ExpressionError {
  const known = type.fields.map((field) => field.name)
  const near = didYouMean(name, known)
  const hint =
    near === undefined
      ? `the fields are ${listed(known)}`
      : `did you mean ${quoteName(near)}? (the fields are ${listed(known)})`
  return new ExpressionError('E_UNKNOWN_COLUMN', `unknown field ${quoteName(name)}`, at, hint)
}

function item(inner: Node, index: Syntax, at: Span, context: Context): Node {
  const { type } = inner
  const key = context.analyse(index, context)
  switch (type.kind) {
    case 'array':
      if (!isIntegral(key.type) && key.type.kind !== 'variant' && key.type.kind !== 'void') break
      return scalarNode(
        arrayItem(),
        [inner, implicitCast(key, isIntegral(key.type) ? key.type : INT, context, index)],
        type.element,
      )
    case 'map':
      return scalarNode(mapItem(type.key), [inner, implicitCast(key, type.key, context, index)], type.value)
    case 'variant':
      if (key.kind === 'literal' && typeof key.value === 'number')
        return scalarNode(variantItem(key.value), [inner], type)
      if (key.kind === 'literal' && typeof key.value === 'string') return member(inner, key.value, at)
      break
    case 'struct':
      if (key.kind === 'literal' && typeof key.value === 'string') return member(inner, key.value, at)
  }
  throw mismatch(`${typeName(type)} cannot be indexed by ${typeName(key.type)}`, at)
}
