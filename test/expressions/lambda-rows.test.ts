// The column evaluators of lambdas equal an interpreter that takes a row at a time and an element at a time.

import { expect, it } from 'vitest'
import { allRows, type Column, type Value, valueAt } from '../../src/column.ts'
import { analyse } from '../../src/expressions/analysis/analyse.ts'
import { call } from '../../src/expressions/runtime/call.ts'
import { compile } from '../../src/expressions/runtime/compile.ts'
import { parseExpression } from '../../src/expressions/syntax/parser.ts'
import type { Lambda, Node, Variable } from '../../src/expressions/typed.ts'
import { type DataType, INT } from '../../src/types.ts'
import { RowFault } from '../../src/values/row-fault.ts'
import { UTC } from '../../src/values/zone.ts'
import { columnOf, frameOf, random, scopeOf } from './support.ts'

type Variables = ReadonlyMap<Variable, Value>
type Items = readonly Value[]

/** The value of a node for one row; throws RowFault. */
function interpret(node: Node, row: readonly Value[], variables: Variables): Value {
  const value = (inner: Node) => interpret(inner, row, variables)
  switch (node.kind) {
    case 'column':
      return row[node.column] ?? null
    case 'variable':
      return variables.get(node.variable) ?? null
    case 'literal':
      return node.value
    case 'scalar':
      return scalar(node, value)
    case 'coalesce':
      for (const arg of node.args) if (value(arg) !== null) return value(arg)
      return null
    case 'case': {
      const branch = node.branches.find(({ when }) => value(when) === true)
      return value(branch?.then ?? node.otherwise)
    }
    case 'higher-order':
      return higherOrder(node, value, (lambda, args) =>
        interpret(
          lambda.body,
          row,
          new Map([...variables, ...lambda.parameters.map((p, i) => [p, args[i] ?? null] as const)]),
        ),
      )
    default:
      throw new Error(`the generator makes no ${node.kind}`)
  }
}

function scalar({ scalar, args }: Extract<Node, { kind: 'scalar' }>, value: (node: Node) => Value): Value {
  const values: Value[] = []
  const order = [...args.keys()]
  if (scalar.lastFirst) order.unshift(order.pop() as number)
  for (const i of order) {
    values[i] = value(args[i] as Node)
    if (scalar.nulls === 'strict' && values[i] === null) return null
  }
  return call(scalar, values)
}

function higherOrder(
  { form, args, lambda }: Extract<Node, { kind: 'higher-order' }>,
  value: (node: Node) => Value,
  apply: (lambda: Lambda, args: Items) => Value,
): Value {
  const items = value(args[0] as Node) as Items | null
  if (items === null) return null
  switch (form.name) {
    case 'transform':
      return items.map((item, i) => apply(lambda, [item, i]))
    case 'filter':
      return items.filter((item, i) => apply(lambda, [item, i]) === true)
    case 'exists':
    case 'forall': {
      let result: Value = form.name === 'forall'
      for (const item of items) {
        const holds = apply(lambda, [item])
        if (holds === (form.name === 'exists')) return holds
        if (holds === null) result = null
      }
      return result
    }
    case 'aggregate':
      return items.reduce((state, item) => apply(lambda, [state, item]), value(args[1] as Node))
    case 'zip_with': {
      const others = value(args[1] as Node) as Items | null
      if (others === null) return null
      const length = Math.max(items.length, others.length)
      return Array.from({ length }, (_, i) => apply(lambda, [items[i] ?? null, others[i] ?? null]))
    }
    default:
      throw new Error(`the generator makes no ${form.name}`)
  }
}

const ARRAY: DataType = { kind: 'array', element: INT }
const SCHEMA = [
  { name: 'a', type: ARRAY },
  { name: 'b', type: ARRAY },
  { name: 'n', type: INT },
]

/** Expressions over the columns and the parameters that are in sight; `depth` bounds their size. */
function generator(below: (limit: number) => number) {
  let made = 0
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T
  const int = (names: readonly string[], depth: number): string => {
    if (depth === 0) return pick([...names, 'n', '0', '1', '7'])
    const inner = () => int(names, depth - 1)
    switch (below(7)) {
      case 0:
        return `CAST(${inner()} div ${inner()} AS int)`
      case 1:
        return `coalesce(${inner()}, ${inner()})`
      case 2:
        return `CASE WHEN ${truth(names, depth - 1)} THEN ${inner()} ELSE ${inner()} END`
      case 3: {
        const [state, item] = [`v${made++}`, `v${made++}`]
        return `aggregate(${array(names, depth - 1)}, ${inner()}, (${state}, ${item}) -> ${int([...names, state, item], depth - 1)})`
      }
      case 4:
        return `size(${array(names, depth - 1)})`
      default:
        return `(${inner()} - ${inner()})`
    }
  }
  const truth = (names: readonly string[], depth: number): string => {
    const item = `v${made++}`
    if (depth > 0 && below(2) === 0)
      return `${pick(['exists', 'forall'])}(${array(names, depth - 1)}, ${item} -> ${truth([...names, item], depth - 1)})`
    return `${int(names, depth)} ${pick(['<', '=', '<=>'])} ${int(names, depth)}`
  }
  const array = (names: readonly string[], depth: number): string => {
    if (depth === 0) return pick(['a', 'b'])
    const [item, other] = [`v${made++}`, `v${made++}`]
    const [of, inside] = [array(names, depth - 1), [...names, item, other]]
    switch (below(4)) {
      case 0:
        return `filter(${of}, (${item}, ${other}) -> ${truth(inside, depth - 1)})`
      case 1:
        return `zip_with(${of}, ${array(names, depth - 1)}, (${item}, ${other}) -> ${int(inside, depth - 1)})`
      case 2:
        return `array(${int(names, depth - 1)}, ${int(names, depth - 1)})`
      default:
        return `transform(${of}, (${item}, ${other}) -> ${int(inside, depth - 1)})`
    }
  }
  return () => (below(2) === 0 ? array([], 3) : int([], 3))
}

it('are evaluated over columns as row by row', () => {
  const below = random(20)
  const rows: readonly (readonly Value[])[] = Array.from({ length: 12 }, () => {
    const one = () => (below(5) === 0 ? null : below(6) - 1)
    const list = () => (below(6) === 0 ? null : Array.from({ length: below(5) }, one))
    return [list(), list(), one()]
  })
  const columns: readonly Column[] = SCHEMA.map(({ type }, i) =>
    columnOf(
      type,
      rows.map((row) => row[i] ?? null),
    ),
  )
  const next = generator(below)
  let [refused, nested] = [0, 0]
  for (let i = 0; i < 80; i++) {
    const source = next()
    const node = analyse(parseExpression(source), {
      analyse,
      scope: scopeOf(SCHEMA),
      zone: UTC,
      notes: new Set(),
      dependsOnBatch: () => undefined,
      variables: new Map(),
      generator: null,
      aggregate: null,
    })
    const frame = frameOf(columns, rows.length)
    const result = compile(node)(frame, allRows(rows.length))
    const found = rows.map((_, row) => frame.rejected.get(row)?.code ?? valueAt(result, row))
    expect(found, source).toEqual(rows.map((row) => expected(node, row)))
    refused += frame.rejected.size
    nested += source.split('->').length > 2 ? 1 : 0
  }
  // The generator is no use where nothing fails, or all does.
  expect(refused).toBeGreaterThan(40)
  expect(refused).toBeLessThan(500)
  expect(nested).toBeGreaterThan(20)
})

function expected(node: Node, row: readonly Value[]): Value {
  try {
    return interpret(node, row, new Map())
  } catch (fault) {
    if (fault instanceof RowFault) return fault.reject.code
    throw fault
  }
}
