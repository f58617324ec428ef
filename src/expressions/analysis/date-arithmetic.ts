// date + days, days + date, date - days.

import { DATE } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { ExpressionError } from '../error.ts'
import { numberKernel } from '../runtime/number-kernel.ts'
import type { ArithmeticOperator, Span } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import { implicitCast, scalarNode } from './coerce.ts'
import type { Context, Operand } from './context.ts'

/** Undefined where no operand is a date or a timestamp. */
export function dateArithmetic(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  at: Span,
  context: Context,
): Node | undefined {
  if (isTime(left) && operator === '-' && (isTime(right) || right.node.type.kind === 'string'))
    throw new ExpressionError('E_NOT_YET', 'the interval between two times is not available in this version', at)
  if (isDate(left) && isDays(right) && (operator === '+' || operator === '-'))
    return shifted(left, right, operator === '-' ? -1 : 1, context)
  if (isDays(left) && isDate(right) && operator === '+') return shifted(right, left, 1, context)
  return undefined
}

function shifted(date: Operand, days: Operand, sign: number, context: Context): Node {
  const shift = (day: number, by: number): number => {
    const result = day + sign * by
    return result === (result | 0) ? result : Number.NaN
  }
  const scalar: Scalar = {
    name: 'date',
    nulls: 'strict',
    apply(day, by) {
      const result = shift(day as number, by as number)
      if (Number.isNaN(result)) throw new RowFault('E_OVERFLOW', 'the result is out of range for date')
      return result
    },
    kernel: (args, frame, selection) => numberKernel(shift, DATE, args, frame, selection),
  }
  return scalarNode(scalar, [date.node, implicitCast(days.node, { kind: 'int' }, context, days.syntax)], DATE)
}

function isDate({ node }: Operand): boolean {
  return node.type.kind === 'date'
}

function isTime({ node }: Operand): boolean {
  return node.type.kind === 'date' || node.type.kind === 'timestamp' || node.type.kind === 'timestamp_ntz'
}

function isDays({ node }: Operand): boolean {
  return ['tinyint', 'smallint', 'int'].includes(node.type.kind)
}
