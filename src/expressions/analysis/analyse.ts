// Syntax tree → typed tree: names are resolved, types checked, implicit casts put in.

import { BOOLEAN, TIMESTAMP, typeName } from '../../types.ts'
import { MAX_MICROS, MIN_MICROS, parseDate, parseTimestamp } from '../../values/parse-time.ts'
import { callOf, type Syntax } from '../syntax/tree.ts'
import { literal, type Node } from '../typed.ts'
import { arithmetic, identity, negation } from './arithmetic.ts'
import { bitwise, inverted, shifted } from './bits.ts'
import { analyseCall } from './call.ts'
import { explicitCast, lenientCast, mismatch } from './coerce.ts'
import { comparison } from './compare.ts'
import { between, caseWhen, inList, isPredicate, negated } from './conditions.ts'
import type { Context } from './context.ts'
import { intervalLiteral } from './interval.ts'
import { like, likeEach, regexLike } from './like.ts'
import { condition, operand } from './operand.ts'
import { path } from './path.ts'

export function analyse(syntax: Syntax, context: Context): Node {
  switch (syntax.kind) {
    case 'name':
    case 'field':
    case 'index':
      return path(syntax, context)
    case 'literal':
      return literal(syntax.value, syntax.type)
    case 'typed-literal':
      return timeLiteral(syntax, context)
    case 'interval':
      return intervalLiteral(syntax)
    case 'negate':
      return negation(operand(syntax.operand, context), syntax, context)
    case 'plus':
      return identity(operand(syntax.operand, context), syntax, context)
    case 'invert':
      return inverted(operand(syntax.operand, context), syntax, context)
    case 'not':
      return negated(condition(syntax.operand, context))
    case 'binary':
      return binary(syntax, context)
    case 'is':
      return isPredicate(syntax, context)
    case 'in':
      return inList(syntax, context)
    case 'between':
      return between(syntax, context)
    case 'like':
      return like(syntax, context)
    case 'like-each':
      return likeEach(syntax, context)
    case 'rlike':
      return regexLike(syntax, context)
    case 'case':
      return caseWhen(syntax, context)
    case 'cast':
      return cast(syntax, context)
    case 'lambda':
      throw mismatch('a lambda stands only as an argument of a function that takes one', syntax)
    case 'call':
      return analyseCall(syntax, context)
    default:
      return syntax satisfies never
  }
}

function binary(syntax: Extract<Syntax, { kind: 'binary' }>, context: Context): Node {
  const { operator, left, right } = syntax
  switch (operator) {
    case 'and':
    case 'or':
      return {
        kind: 'logic',
        operator,
        left: condition(left, context),
        right: condition(right, context),
        type: BOOLEAN,
      }
    case '||':
      return analyseCall(callOf('concat', [left, right], syntax), context)
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case 'div':
      return arithmetic(operator, operand(left, context), operand(right, context), syntax, context)
    case '&':
    case '|':
    case '^':
      return bitwise(operator, operand(left, context), operand(right, context), syntax, context)
    case '<<':
    case '>>':
    case '>>>':
      return shifted(operator, operand(left, context), operand(right, context), syntax, context)
    default:
      return comparison(operator, operand(left, context), operand(right, context), syntax, context)
  }
}

function cast(syntax: Extract<Syntax, { kind: 'cast' }>, context: Context): Node {
  const node = analyse(syntax.operand, context)
  const result = syntax.lenient ? lenientCast(node, syntax.to, context) : explicitCast(node, syntax.to, context)
  if (result === undefined) throw mismatch(`${typeName(node.type)} cannot be cast to ${typeName(syntax.to)}`, syntax)
  return result
}

function timeLiteral(syntax: Extract<Syntax, { kind: 'typed-literal' }>, context: Context): Node {
  const { type, text } = syntax
  const zone = type.kind === TIMESTAMP.kind ? context.zone : null
  const value = type.kind === 'date' ? parseDate(text) : parseTimestamp(text, zone)
  if (value === undefined) throw mismatch(`'${text}' is no ${typeName(type)}`, syntax)
  if (type.kind !== 'date' && !(value >= MIN_MICROS && value <= MAX_MICROS))
    throw mismatch(`'${text}' is out of range for ${typeName(type)}: the years 1685 to 2255`, syntax)
  return literal(value, type)
}
