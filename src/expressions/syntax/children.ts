// The expressions directly inside an expression.

import type { SortItem, Syntax } from './tree.ts'

export function children(syntax: Syntax): readonly Syntax[] {
  switch (syntax.kind) {
    case 'name':
    case 'literal':
    case 'typed-literal':
    case 'interval':
      return []
    case 'field':
      return [syntax.of]
    case 'index':
      return [syntax.of, syntax.index]
    case 'negate':
    case 'plus':
    case 'not':
    case 'invert':
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
    case 'rlike':
      return [syntax.operand, syntax.pattern]
    case 'like-each':
      return [syntax.operand, ...syntax.patterns]
    case 'case': {
      const branches = syntax.branches.flatMap(({ when, then }) => [when, then])
      return [syntax.operand, ...branches, syntax.otherwise].filter((child) => child !== null)
    }
    case 'call':
      return [...syntax.args, ...(syntax.filter ? [syntax.filter] : []), ...syntax.orderBy.map(sortExpression)]
    case 'lambda':
      return [syntax.body]
    default:
      return syntax satisfies never
  }
}

function sortExpression({ expression }: SortItem): Syntax {
  return expression
}
