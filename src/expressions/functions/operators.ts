// Functions that are other names of operators: shiftleft(a, n) is a << n, ilike(a, b) is a ILIKE b.

import { shifted } from '../analysis/bits.ts'
import type { Context } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import type { BitOperator, Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import type { Call, Entry } from './definition.ts'

export function operatorFunctions(): readonly Entry[] {
  return [
    shift('shiftleft', '<<'),
    shift('shiftright', '>>'),
    shift('shiftrightunsigned', '>>>'),
    ['like', { least: 2, most: 3, analyse: (call, context) => like(call, false, context) }],
    ['ilike', { least: 2, most: 3, analyse: (call, context) => like(call, true, context) }],
  ]
}

function shift(name: string, operator: Extract<BitOperator, '<<' | '>>' | '>>>'>): Entry {
  const analyse = (call: Call, context: Context): Node => {
    const [value, by] = call.args.map((arg) => operand(arg, context))
    if (value === undefined || by === undefined) throw new Error(`${name} without two arguments`)
    return shifted(operator, value, by, call, context)
  }
  return [name, { least: 2, most: 2, analyse }]
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
