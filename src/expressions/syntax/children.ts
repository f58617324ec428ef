// The expressions directly inside an expression.

import type { Syntax } from './tree.ts'

export function children(syntax: Syntax): readonly Syntax[] {
  switch (syntax.kind) {
    case 'name':
    case 'literal':
    case 'typed-literal':
      return []
    case 'field':
      return [syntax.of]
    case 'index':
      return [syntax.of, syntax.index]
    case 'negate':
    case 'plus':
    case 'not':
    case 'is':
    case 'cast':
      return [syntax.operand]
    case 'binary':
      return [syntax.left, syntax.right]
    case 'in':
      return [syntax.operand, ...syntax.list]
    case 'between':
      return [syntax.operand, syntax.low, syntax.high]
    case 'like':
      return [syntax.operand, syntax.pattern]
    case 'case': {
      const branches = syntax.branches.flatMap(({ when, then }) => [when, then])
      return [syntax.operand, ...branches, syntax.otherwise].filter((child) => child !== null)
    }
    case 'call':
      return syntax.args
    default:
      return syntax satisfies never
  }
}
