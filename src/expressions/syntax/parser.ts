// Tokens → syntax tree, with the precedences of Spark's grammar (SqlBaseParser.g4).

import { children } from './children.ts'
import type { Grammar } from './grammar.ts'
import { LEVELS, takeOperator } from './operators.ts'
import { predicate } from './predicate.ts'
import { primary } from './primary.ts'
import { MAX_DEPTH, Tokens, tooDeep } from './tokens.ts'
import type { BinaryOperator, Syntax } from './tree.ts'

/** The whole text as one expression; throws ExpressionError. */
export function parseExpression(source: string): Syntax {
  const tokens = new Tokens(source)
  const tree = expression(tokens)
  tokens.expectEnd()
  checkDepth(tree)
  return tree
}

function expression(tokens: Tokens): Syntax {
  return tokens.nested(() => disjunction(tokens))
}

function disjunction(tokens: Tokens): Syntax {
  let left = conjunction(tokens)
  while (tokens.takeWord('OR')) left = binary('or', left, conjunction(tokens))
  return left
}

function conjunction(tokens: Tokens): Syntax {
  let left = negation(tokens)
  while (tokens.takeWord('AND')) left = binary('and', left, negation(tokens))
  return left
}

function negation(tokens: Tokens): Syntax {
  const { start } = tokens.peek()
  if (!tokens.takeWord('NOT') && !tokens.takeSymbol('!')) return predicated(tokens)
  const operand = tokens.nested(() => negation(tokens))
  return { kind: 'not', operand, start, end: operand.end }
}

/** A value with at most one of IS, IN, BETWEEN, LIKE behind it; further ones apply to the result. */
function predicated(tokens: Tokens): Syntax {
  let operand = value(tokens)
  for (;;) {
    const next = predicate(tokens, operand, GRAMMAR)
    if (next === undefined) return operand
    operand = { ...next, start: operand.start, end: tokens.end }
  }
}

/** What stands between predicates: arithmetic and comparisons. */
function value(tokens: Tokens, level = 0): Syntax {
  const operators = LEVELS[level]
  if (operators === undefined) return unary(tokens)
  let left = value(tokens, level + 1)
  for (;;) {
    const operator = takeOperator(tokens, operators)
    if (operator === undefined) return left
    left = binary(operator, left, value(tokens, level + 1))
  }
}

const GRAMMAR: Grammar = { expression, value }

const SIGNS = { '-': 'negate', '+': 'plus', '~': 'invert' } as const

function unary(tokens: Tokens): Syntax {
  const token = tokens.peek()
  const kind = token.kind === 'symbol' ? SIGNS[token.text as keyof typeof SIGNS] : undefined
  // A minus belongs to its number: -2147483648 is an int.
  if (kind === undefined || (kind === 'negate' && tokens.peek(1).kind === 'number')) return primary(tokens, GRAMMAR)
  tokens.next()
  const operand = tokens.nested(() => unary(tokens))
  return { kind, operand, start: token.start, end: operand.end }
}

function binary(operator: BinaryOperator, left: Syntax, right: Syntax): Syntax {
  return { kind: 'binary', operator, left, right, start: left.start, end: right.end }
}

/** Chains like `a + b + …` are parsed in a loop but make a deep tree, and what follows walks it by recursion. */
function checkDepth(tree: Syntax): void {
  let level: readonly Syntax[] = [tree]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw tooDeep(level[0] as Syntax)
    level = level.flatMap(children)
  }
}
