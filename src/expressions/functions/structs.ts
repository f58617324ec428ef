// struct and named_struct: several values as one.

import type { Value } from '../../column.ts'
import type { DataType, Field } from '../../types.ts'
import { mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Call, Entry } from './definition.ts'

const MANY = Number.POSITIVE_INFINITY

export function structFunctions(): readonly Entry[] {
  return [
    ['struct', { least: 0, most: MANY, analyse: struct }],
    ['named_struct', { least: 0, most: MANY, analyse: namedStruct }],
  ]
}

const made: Scalar = { name: 'struct', nulls: 'called', total: true, apply: (...values: Value[]) => values }

/** Fields are named as the columns that they are, else `col1`, `col2`, …. */
function struct(call: Call, context: Context): Node {
  const nodes = call.args.map((arg) => operand(arg, context).node)
  const fields = nodes.map(({ type }, i): Field => {
    const name = call.aliases?.[i] ?? nameOf(call.args[i] as Syntax) ?? `col${i + 1}`
    return { name, type }
  })
  return structNode(nodes, fields)
}

function structNode(nodes: readonly Node[], fields: readonly Field[]): Node {
  const type: DataType = { kind: 'struct', fields }
  return scalarNode(made, nodes, type)
}

/** named_struct(name, value, …): the names are literals. */
function namedStruct(call: Call, context: Context): Node {
  if (call.args.length % 2 === 1)
    throw new ExpressionError('E_ARITY', 'named_struct takes a name and a value for each field', call)
  const nodes: Node[] = []
  const fields: Field[] = []
  for (let i = 0; i < call.args.length; i += 2) {
    const name = operand(call.args[i] as Syntax, context)
    if (name.node.kind !== 'literal' || typeof name.node.value !== 'string')
      throw mismatch('the name of a field is a string that stands there as it is', name.syntax)
    const value = operand(call.args[i + 1] as Syntax, context).node
    fields.push({ name: name.node.value, type: value.type })
    nodes.push(value)
  }
  return structNode(nodes, fields)
}

/** The name that Spark gives a column or a part of one; undefined for everything else. */
export function nameOf(syntax: Syntax): string | undefined {
  switch (syntax.kind) {
    case 'name':
      return syntax.parts.at(-1)
    case 'field':
      return syntax.name
    case 'index':
      return syntax.index.kind === 'literal' && typeof syntax.index.value === 'string' ? syntax.index.value : undefined
    default:
      return undefined
  }
}
