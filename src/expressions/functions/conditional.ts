// Functions that choose among their arguments: an argument that is not chosen is not evaluated.

import { implicitCast } from '../analysis/coerce.ts'
import { common, operand } from '../analysis/operand.ts'
import type { Entry, SyntaxFunction } from './definition.ts'

export function conditionalFunctions(): readonly Entry[] {
  return [['coalesce', coalesce]]
}

const coalesce: SyntaxFunction = {
  least: 1,
  most: Number.POSITIVE_INFINITY,
  analyse(call, context) {
    const args = call.args.map((arg) => operand(arg, context))
    const type = common(args)
    return { kind: 'coalesce', args: args.map((arg) => implicitCast(arg.node, type, context, arg.syntax)), type }
  },
}
