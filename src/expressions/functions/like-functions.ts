// like and ilike as functions: ilike(a, b) is a ILIKE b.

import type { Context } from '../analysis/context.ts'
import { ExpressionError } from '../error.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import type { Call, Entry } from './definition.ts'

export function likeFunctions(): readonly Entry[] {
  return [
    ['like', { least: 2, most: 3, analyse: (call, context) => like(call, false, context) }],
    ['ilike', { least: 2, most: 3, analyse: (call, context) => like(call, true, context) }],
  ]
}

/** The third argument is the escape: a literal, as behind ESCAPE. */
function like({ args, start, end }: Call, caseless: boolean, context: Context): Node {
  const [text, pattern, third] = args as readonly [Syntax, Syntax, Syntax?]
  const escape = third === undefined ? '\\' : third.kind === 'literal' ? third.value : undefined
  if (typeof escape !== 'string' || escape.length !== 1)
    throw new ExpressionError('E_TYPE', 'the escape is a string of one character', third ?? { start, end })
  return context.analyse(
    { kind: 'like', caseless, negated: false, operand: text, pattern, escape, start, end },
    context,
  )
}
