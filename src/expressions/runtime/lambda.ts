// Lambdas: the body is compiled over a frame of its own, whose rows are calls of the lambda.

import { allRows, type Column, type Evaluate, type Frame, type Reject } from '../../column.ts'
import { repeated } from '../../values/elements.ts'
import type { CallLambda, Lambda, Node } from '../typed.ts'

/** `compile` is that of expressions, handed in because it needs this. */
export function compileLambda({ parameters, body }: Lambda, compile: (node: Node) => Evaluate): CallLambda {
  // The frame's columns: the parameters, and behind them the columns that the body takes from the rows around it.
  const outer: number[] = []
  const inside = replaceLeaves(body, (leaf) => {
    if (leaf.kind === 'variable') {
      const column = parameters.indexOf(leaf.variable)
      // That of a lambda inside the body stays.
      return column < 0 ? leaf : { kind: 'column', column, type: leaf.type }
    }
    if (leaf.kind !== 'column') return leaf
    if (!outer.includes(leaf.column)) outer.push(leaf.column)
    return { ...leaf, column: parameters.length + outer.indexOf(leaf.column) }
  })
  const evaluate = compile(inside)
  return (values, origins, { columns: around, batch }) => {
    const columns = [
      ...values.slice(0, parameters.length),
      ...outer.map((column) => repeated(around[column] as Column, origins)),
    ]
    const { length } = origins
    const faults = new Map<number, Reject>()
    const reject = (call: number, why: Reject) => {
      if (!faults.has(call)) faults.set(call, why)
    }
    const frame: Frame = { length, columns, records: null, rejects: { reject }, batch }
    const results: Column =
      length === 0 ? { layout: 'constant', type: body.type, value: null } : evaluate(frame, allRows(length))
    return { results, faults }
  }
}

type Leaf = Extract<Node, { kind: 'column' | 'variable' | 'literal' | 'batch' }>

function replaceLeaves(node: Node, replace: (leaf: Leaf) => Node): Node {
  const inside = (child: Node) => replaceLeaves(child, replace)
  const within = (lambda: Lambda): Lambda => ({ ...lambda, body: inside(lambda.body) })
  switch (node.kind) {
    case 'column':
    case 'variable':
    case 'literal':
    case 'batch':
      return replace(node)
    case 'scalar':
    case 'coalesce':
      return { ...node, args: node.args.map(inside) }
    case 'logic':
      return { ...node, left: inside(node.left), right: inside(node.right) }
    case 'case':
      return {
        ...node,
        branches: node.branches.map(({ when, then }) => ({ when: inside(when), then: inside(then) })),
        otherwise: inside(node.otherwise),
      }
    case 'in':
      return { ...node, value: inside(node.value), items: node.items.map(inside) }
    case 'higher-order':
      return {
        ...node,
        args: node.args.map(inside),
        lambda: within(node.lambda),
        finish: node.finish && within(node.finish),
      }
    default:
      return node satisfies never
  }
}
