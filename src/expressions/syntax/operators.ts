// The operators between two values, by precedence, as Spark's grammar has them (SqlBaseParser.g4, valueExpression).

import type { Tokens } from './tokens.ts'
import type { BinaryOperator } from './tree.ts'

const COMPARISONS = level({
  '=': '=',
  '==': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '!>': '<=',
  '>': '>',
  '>=': '>=',
  '!<': '>=',
  '<=>': '<=>',
})
const SHIFTS = level({ '<<': '<<', '>>': '>>', '>>>': '>>>' })
const SUMS = level({ '+': '+', '-': '-', '||': '||' })
const PRODUCTS = level({ '*': '*', '/': '/', '%': '%', DIV: 'div' })

/** The loosest first; all associate to the left. */
export const LEVELS: readonly ReadonlyMap<string, BinaryOperator>[] = [
  COMPARISONS,
  level({ '|': '|' }),
  level({ '^': '^' }),
  level({ '&': '&' }),
  SHIFTS,
  SUMS,
  PRODUCTS,
]

function level(operators: Readonly<Record<string, BinaryOperator>>): ReadonlyMap<string, BinaryOperator> {
  return new Map(Object.entries(operators))
}

/** Takes the next operator if it is of this level. */
export function takeOperator(
  tokens: Tokens,
  operators: ReadonlyMap<string, BinaryOperator>,
): BinaryOperator | undefined {
  const token = tokens.peek()
  if (token.kind !== 'symbol' && token.kind !== 'word') return undefined
  const joined = token.kind === 'symbol' ? joinedSymbols(tokens) : 1
  const text = token.kind === 'word' ? token.upper : joined === 1 ? token.text : joinedText(tokens, joined)
  const operator = operators.get(text)
  if (operator === undefined) return undefined
  for (let i = 0; i < joined; i++) tokens.next()
  return operator
}

/**
 * How many tokens make the operator: `<<`, `>>`, `>>>`, `!<` and `!>` are several, for the brackets of a type such as
 * `array<array<int>>` are symbols of their own.
 */
function joinedSymbols(tokens: Tokens): number {
  const [first, second] = [tokens.peek().text, tokens.peek(1).text]
  if (!'<>!'.includes(first) || !'<>'.includes(second) || second === '' || !tokens.isAdjacent(1)) return 1
  if (first === '!' || (first === '<' && second === '<')) return 2
  if (first !== '>' || second !== '>') return 1
  return tokens.isSymbol('>', 2) && tokens.isAdjacent(2) ? 3 : 2
}

function joinedText(tokens: Tokens, count: number): string {
  return Array.from({ length: count }, (_, i) => tokens.peek(i).text).join('')
}
