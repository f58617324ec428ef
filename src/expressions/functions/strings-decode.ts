// decode: bytes in a character set, or Oracle's choice by equal values.

import { STRING } from '../../types.ts'
import { argument } from '../analysis/argument.ts'
import { implicitCast, scalarNode } from '../analysis/coerce.ts'
import { comparison } from '../analysis/compare.ts'
import type { Context, Operand } from '../analysis/context.ts'
import { common, operand } from '../analysis/operand.ts'
import { type Branch, literal, type Node, type Scalar } from '../typed.ts'
import { decoded } from './charset.ts'
import type { Call, Entry, SyntaxFunction } from './definition.ts'
import { binary, text } from './parameters.ts'

export function decodeFunctions(): readonly Entry[] {
  return [['decode', decode]]
}

/** decode(bytes, charset), or decode(value, search, result, …[, default]). */
const decode: SyntaxFunction = {
  least: 2,
  most: Number.POSITIVE_INFINITY,
  analyse: (call, context) => (call.args.length === 2 ? fromBytes(call, context) : choice(call, context)),
}

function fromBytes({ args, name }: Call, context: Context): Node {
  const nodes = args.map((arg, i) => argument(arg, i === 0 ? binary : text, context, name))
  const scalar: Scalar = { name, nulls: 'strict', apply: decoded as Scalar['apply'] }
  return scalarNode(scalar, nodes, STRING)
}

/** The result behind the first search that the value is equal to, NULL being equal to NULL; only that is evaluated. */
function choice(call: Call, context: Context): Node {
  const [value, ...others] = call.args.map((arg) => operand(arg, context)) as [Operand, ...Operand[]]
  const pairs: (readonly [search: Operand, result: Operand])[] = []
  for (let i = 0; i + 1 < others.length; i += 2) pairs.push([others[i] as Operand, others[i + 1] as Operand])
  const otherwise = others.length % 2 === 1 ? others.at(-1) : undefined
  const results = pairs.map(([, result]) => result)
  const type = common(otherwise === undefined ? results : [...results, otherwise])
  const branches = pairs.map(
    ([search, result]): Branch => ({
      when: comparison('<=>', value, search, call, context),
      then: implicitCast(result.node, type, context, result.syntax),
    }),
  )
  const last =
    otherwise === undefined ? literal(null, type) : implicitCast(otherwise.node, type, context, otherwise.syntax)
  return { kind: 'case', branches, otherwise: last, type }
}
