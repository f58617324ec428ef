// Evaluates typed trees row by row, with nothing but the functions of values: what column evaluators are compared with.

import type { Value } from '../../src/column.ts'
import { call } from '../../src/expressions/runtime/call.ts'
import type { Node } from '../../src/expressions/typed.ts'

export interface Row {
  /** By column. */
  readonly values: readonly Value[]
  readonly batchId: number
  readonly batchTime: number
}

/** The value of one row; throws RowFault where it has none. */
export function interpret(node: Node, row: Row): Value {
  switch (node.kind) {
    case 'column':
      return row.values[node.column] as Value
    case 'literal':
      return node.value
    case 'batch':
      return node.field === 'id' ? BigInt(row.batchId) : row.batchTime * 1000
    case 'scalar':
      return scalar(node, row)
    case 'logic':
      return logic(node, row)
    case 'case': {
      const branch = node.branches.find(({ when }) => interpret(when, row) === true)
      return interpret(branch?.then ?? node.otherwise, row)
    }
    case 'in':
      return among(node, row)
    case 'coalesce': {
      for (const arg of node.args) {
        const value = interpret(arg, row)
        if (value !== null) return value
      }
      return null
    }
    case 'higher-order':
    case 'variable':
      throw new LambdaMet()
    default:
      return node satisfies never
  }
}

/** lambda-rows.test.ts has an interpreter of those. */
export class LambdaMet extends Error {}

type Of<Kind extends Node['kind']> = Extract<Node, { kind: Kind }>

/** Arguments are evaluated in order, and of a strict function none behind a NULL. */
function scalar({ scalar, args }: Of<'scalar'>, row: Row): Value {
  const values: Value[] = []
  const order = [...args.keys()]
  if (scalar.lastFirst) order.unshift(order.pop() as number)
  for (const i of order) {
    const value = interpret(args[i] as Node, row)
    if (value === null && scalar.nulls === 'strict') return null
    values[i] = value
  }
  return call(scalar, values)
}

function logic({ operator, left, right }: Of<'logic'>, row: Row): Value {
  const decisive = operator === 'or'
  const first = interpret(left, row)
  if (first === decisive) return decisive
  const second = interpret(right, row)
  if (second === decisive) return decisive
  return first === null || second === null ? null : !decisive
}

function among({ value, items, equal }: Of<'in'>, row: Row): Value {
  const wanted = interpret(value, row)
  if (wanted === null) return null
  let isUnknown = false
  for (const item of items) {
    const candidate = interpret(item, row)
    if (candidate === null) isUnknown = true
    else if (equal(wanted, candidate)) return true
  }
  return isUnknown ? null : false
}
