// explode and the other functions that make rows: each is an array whose elements the step flatMap makes rows of. They stand
// alone, as Spark's generators do in a SELECT.

import { INT, STRING, typeName, VOID } from '../../types.ts'
import { mismatch } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import { callOf, type Span, type Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import type { Call, Entry } from './definition.ts'

/** The array that stands for a call; its elements are structs where a generator of Spark has several columns. */
type Make = (call: Call, context: Context) => Syntax

export function generatorFunctions(): readonly Entry[] {
  return [
    generator('explode', 1, elements),
    generator('explode_outer', 1, (call, context) => outer(elements(call, context), call)),
    generator('posexplode', 1, numbered),
    generator('posexplode_outer', 1, (call, context) => outer(numbered(call, context), call)),
    generator('inline', 1, structs),
    generator('inline_outer', 1, (call, context) => outer(structs(call, context), call)),
    generator('stack', 2, stack, Number.POSITIVE_INFINITY),
    generator('json_tuple', 2, jsonTuple, Number.POSITIVE_INFINITY),
  ]
}

function generator(name: string, least: number, make: Make, most = least): Entry {
  const analyse = (call: Call, context: Context): Node => {
    if (context.generator === call) return context.analyse(make(call, context), context)
    const message = `${name} makes rows, and stands alone in the step flatMap`
    throw new ExpressionError('E_GENERATOR', message, call, `flatMap: {item: ${name}(…)}`)
  }
  return [name, { least, most, analyse }]
}

/** Those of an array, or the entries of a map. A variant is cast by flatMap. */
function elements(call: Call, context: Context): Syntax {
  const { node, syntax } = operand(call.args[0] as Syntax, context)
  switch (node.type.kind) {
    case 'map':
      return callOf('map_entries', [syntax], call)
    case 'array':
    case 'variant':
    case 'void':
      return syntax
    default:
      throw mismatch(`${call.name} wants array or map here, and this is ${typeName(node.type)}`, syntax)
  }
}

/** Structs of the place of an element, from 0 on, and the element. */
function numbered(call: Call, context: Context): Syntax {
  const array = elements(call, context)
  const isMap = operand(call.args[0] as Syntax, context).node.type.kind === 'map'
  const item = (name: string | null): Syntax => ({
    ...at(call),
    kind: 'name',
    parts: name === null ? ['x'] : ['x', name],
  })
  const place: Syntax = { ...at(call), kind: 'name', parts: ['i'] }
  const values = isMap ? { key: item('key'), value: item('value') } : { col: item(null) }
  const body = structOf({ pos: place, ...values }, call)
  return callOf('transform', [array, { ...at(call), kind: 'lambda', parameters: ['x', 'i'], body }], call)
}

function structs(call: Call, context: Context): Syntax {
  const { node, syntax } = operand(call.args[0] as Syntax, context)
  const { type } = node
  if (type.kind === 'void' || (type.kind === 'array' && type.element.kind === 'struct')) return syntax
  throw mismatch(`${call.name} wants an array of structs here, and this is ${typeName(type)}`, syntax)
}

/** One NULL where there is no element. */
function outer(array: Syntax, call: Call): Syntax {
  const none: Syntax = { ...at(call), kind: 'literal', type: VOID, value: null }
  const isEmpty = callOf('coalesce', [callOf('size', [array], call), number(0, call)], call)
  const condition: Syntax = { ...at(call), kind: 'binary', operator: '=', left: isEmpty, right: number(0, call) }
  return callOf('if', [condition, callOf('array', [none], call), array], call)
}

/** stack(n, values…): n structs, with NULLs where values are wanting. */
function stack(call: Call): Syntax {
  const [count, ...values] = call.args as [Syntax, ...Syntax[]]
  const rows = count.kind === 'literal' ? Number(count.value) : 0
  if (!Number.isInteger(rows) || rows < 1)
    throw mismatch('the number of rows of stack is a whole number from 1 on', count)
  const width = Math.ceil(values.length / rows)
  const none: Syntax = { ...at(call), kind: 'literal', type: VOID, value: null }
  const made = Array.from({ length: rows }, (_, row) =>
    structOf(
      Object.fromEntries(Array.from({ length: width }, (_, i) => [`col${i}`, values[row * width + i] ?? none])),
      call,
    ),
  )
  return callOf('array', made, call)
}

/** json_tuple(text, fields…): one struct of texts. */
function jsonTuple(call: Call): Syntax {
  const [text, ...fields] = call.args as [Syntax, ...Syntax[]]
  const values = fields.map((field, i) => {
    if (field.kind !== 'literal' || typeof field.value !== 'string')
      throw mismatch('json_tuple takes the names of fields as texts', field)
    const path: Syntax = { ...at(call), kind: 'literal', type: STRING, value: `$['${field.value}']` }
    return [`c${i}`, callOf('get_json_object', [text, path], call)] as const
  })
  return callOf('array', [structOf(Object.fromEntries(values), call)], call)
}

function structOf(fields: Readonly<Record<string, Syntax>>, call: Call): Syntax {
  const args = Object.entries(fields).flatMap(([name, value]): Syntax[] => [
    { ...at(call), kind: 'literal', type: STRING, value: name },
    value,
  ])
  return callOf('named_struct', args, call)
}

function number(value: number, call: Call): Syntax {
  return { ...at(call), kind: 'literal', type: INT, value }
}

function at({ start, end }: Call): Span {
  return { start, end }
}
