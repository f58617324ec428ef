// Tokens → syntax tree, with the precedences of Spark's grammar (SqlBaseParser.g4).

import { children } from './children.ts'
import { notYet } from './explain.ts'
import { primary } from './primary.ts'
import { MAX_DEPTH, Tokens, tooDeep } from './tokens.ts'
import type { BinaryOperator, Syntax, SyntaxKind } from './tree.ts'

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
  if (!tokens.takeWord('NOT') && !tokens.takeSymbol('!')) return predicate(tokens)
  const operand = tokens.nested(() => negation(tokens))
  return { kind: 'not', operand, start, end: operand.end }
}

/** A value with at most one of IS, IN, BETWEEN, LIKE behind it; further ones apply to the result. */
function predicate(tokens: Tokens): Syntax {
  let operand = comparison(tokens)
  for (;;) {
    const next = predicateAfter(tokens, operand)
    if (next === undefined) return operand
    operand = next
  }
}

function predicateAfter(tokens: Tokens, operand: Syntax): Syntax | undefined {
  if (tokens.takeWord('IS')) return finish(tokens, operand, isPredicate(tokens, operand))
  const negated = tokens.isWord('NOT') && tokens.peek(1).kind === 'word'
  if (negated) tokens.next()
  if (tokens.takeWord('BETWEEN')) {
    const low = comparison(tokens)
    tokens.expectWord('AND')
    return finish(tokens, operand, { kind: 'between', negated, operand, low, high: comparison(tokens) })
  }
  if (tokens.takeWord('IN')) return finish(tokens, operand, { kind: 'in', negated, operand, list: list(tokens) })
  if (tokens.takeWord('LIKE')) {
    for (const word of ['ANY', 'SOME', 'ALL'])
      if (tokens.isWord(word) && tokens.isSymbol('(', 1))
        throw notYet(`the operator LIKE ${word}`, tokens.peek(), 'join LIKEs with OR or AND')
    const pattern = comparison(tokens)
    const escape = tokens.takeWord('ESCAPE') ? escapeCharacter(tokens) : '\\'
    return finish(tokens, operand, { kind: 'like', negated, operand, pattern, escape })
  }
  if (tokens.isWord('ILIKE')) throw notYet('the operator ILIKE', tokens.peek(), "write `lower(a) LIKE 'b%'`")
  for (const word of ['RLIKE', 'REGEXP'])
    if (tokens.isWord(word)) throw notYet(`the operator ${word}`, tokens.peek(), 'LIKE has % and _')
  if (negated) throw tokens.unexpected('BETWEEN, IN or LIKE')
  return undefined
}

function isPredicate(tokens: Tokens, operand: Syntax): SyntaxKind {
  const negated = tokens.takeWord('NOT')
  if (tokens.isWord('DISTINCT'))
    throw notYet('the operator IS DISTINCT FROM', tokens.peek(), `write \`${negated ? 'a <=> b' : 'NOT a <=> b'}\``)
  for (const what of ['null', 'true', 'false', 'unknown'] as const)
    if (tokens.takeWord(what.toUpperCase())) return { kind: 'is', what, negated, operand }
  throw tokens.unexpected('NULL, TRUE, FALSE or UNKNOWN')
}

function escapeCharacter(tokens: Tokens): string {
  const token = tokens.peek()
  if (token.kind !== 'string' || token.text.length !== 1) throw tokens.unexpected('a string of one character')
  tokens.next()
  return token.text
}

/** `(a, b, …)`, at least one. */
function list(tokens: Tokens): readonly Syntax[] {
  tokens.expectSymbol('(')
  const items: Syntax[] = []
  do items.push(expression(tokens))
  while (tokens.takeSymbol(','))
  tokens.expectSymbol(')')
  return items
}

const COMPARISONS: ReadonlyMap<string, BinaryOperator> = new Map<string, BinaryOperator>([
  ['=', '='],
  ['==', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['<=>', '<=>'],
])
const SUMS: ReadonlyMap<string, BinaryOperator> = new Map([
  ['+', '+'],
  ['-', '-'],
  ['||', '||'],
])
const PRODUCTS: ReadonlyMap<string, BinaryOperator> = new Map([
  ['*', '*'],
  ['/', '/'],
  ['%', '%'],
  ['DIV', 'div'],
])

function comparison(tokens: Tokens): Syntax {
  return leftAssociative(tokens, COMPARISONS, sum)
}

function sum(tokens: Tokens): Syntax {
  return leftAssociative(tokens, SUMS, product)
}

function product(tokens: Tokens): Syntax {
  return leftAssociative(tokens, PRODUCTS, unary)
}

function leftAssociative(
  tokens: Tokens,
  operators: ReadonlyMap<string, BinaryOperator>,
  operand: (tokens: Tokens) => Syntax,
): Syntax {
  let left = operand(tokens)
  for (;;) {
    const token = tokens.peek()
    const text = token.kind === 'word' ? token.upper : token.kind === 'symbol' ? token.text : ''
    const operator = operators.get(text)
    if (operator === undefined) return left
    tokens.next()
    left = binary(operator, left, operand(tokens))
  }
}

function unary(tokens: Tokens): Syntax {
  const { start } = tokens.peek()
  const negative = tokens.isSymbol('-')
  if (!negative && !tokens.isSymbol('+')) return primary(tokens, expression)
  // A minus belongs to its number: -2147483648 is an int.
  if (negative && tokens.peek(1).kind === 'number') return primary(tokens, expression)
  tokens.next()
  const operand = tokens.nested(() => unary(tokens))
  return { kind: negative ? 'negate' : 'plus', operand, start, end: operand.end }
}

function binary(operator: BinaryOperator, left: Syntax, right: Syntax): Syntax {
  return { kind: 'binary', operator, left, right, start: left.start, end: right.end }
}

function finish(tokens: Tokens, first: Syntax, syntax: SyntaxKind): Syntax {
  return { ...syntax, start: first.start, end: tokens.end }
}

/** Chains like `a + b + …` are parsed in a loop but make a deep tree, and what follows walks it by recursion. */
function checkDepth(tree: Syntax): void {
  let level: readonly Syntax[] = [tree]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw tooDeep(level[0] as Syntax)
    level = level.flatMap(children)
  }
}
