// Calls: arguments, lambdas among them, and the clauses behind the bracket.

import { ExpressionError } from '../error.ts'
import { meaning, takeSeparator } from './call-forms.ts'
import { notYet } from './explain.ts'
import type { Grammar } from './grammar.ts'
import type { Tokens } from './tokens.ts'
import { type CallSyntax, NO_CLAUSES, type SortItem, type Span, type Syntax, type SyntaxKind } from './tree.ts'

type NameToken = { readonly text: string } & Span
type Arguments = Pick<CallSyntax, 'name' | 'star' | 'distinct' | 'args' | 'aliases'> & {
  readonly ignoreNulls?: boolean
}

/** The call of a name; its opening bracket was taken. */
export function call(tokens: Tokens, nameToken: NameToken, grammar: Grammar): SyntaxKind {
  const name = nameToken.text.toLowerCase()
  const given = callArguments(tokens, name, grammar)
  tokens.expectSymbol(')')
  const nameSpan = { start: nameToken.start, end: nameToken.end }
  return { kind: 'call', nameSpan, ...NO_CLAUSES, ...given, ...clauses(tokens, given.ignoreNulls, grammar) }
}

function callArguments(tokens: Tokens, name: string, grammar: Grammar): Arguments {
  const star = tokens.isSymbol('*') && tokens.isSymbol(')', 1)
  if (star) tokens.next()
  if (star || tokens.isSymbol(')')) return { name, star, distinct: false, args: [], aliases: null }
  const distinct = takeQuantifier(tokens, name)
  const first = tokens.peek()
  const args: Syntax[] = []
  const names: (string | null)[] = []
  do {
    // `IN` would be a predicate.
    args.push(argument(tokens, grammar, name === 'position' && args.length === 0 ? grammar.value : grammar.expression))
    names.push(name === 'struct' ? takeAlias(tokens) : null)
  } while (takeSeparator(tokens, name, args.length))
  const aliases = names.some((alias) => alias !== null) ? names : null
  // Spark's grammar has it inside of the brackets for these.
  const ignoresNulls = ['first', 'last', 'any_value'].includes(name) && takeNulls(tokens, 'IGNORE')
  return { ...meaning(name, args, first), star, distinct, aliases, ...(ignoresNulls && { ignoreNulls: true }) }
}

/** `x -> e` and `(x, y) -> e`, or an expression. */
function argument(tokens: Tokens, grammar: Grammar, parse: Grammar['expression']): Syntax {
  const names = lambdaLength(tokens)
  if (names === 0) return parse(tokens)
  const { start } = tokens.peek()
  return tokens.nested(() => {
    const parameters: string[] = []
    for (let i = 0; i < names; i++) {
      const token = tokens.next()
      if (token.kind !== 'symbol') parameters.push(token.text)
    }
    tokens.expectSymbol('->')
    const repeated = parameters.find((name, i) => parameters.indexOf(name) !== i)
    if (repeated !== undefined)
      throw new ExpressionError('E_SYNTAX', `the lambda has two parameters ${repeated}`, { start, end: tokens.end })
    const body = grammar.expression(tokens)
    return { kind: 'lambda', parameters, body, start, end: tokens.end }
  })
}

/** How many tokens stand before the arrow of a lambda; 0 where there is none. */
function lambdaLength(tokens: Tokens): number {
  if (isName(tokens, 0)) return tokens.isSymbol('->', 1) ? 1 : 0
  if (!tokens.isSymbol('(')) return 0
  let ahead = 1
  while (isName(tokens, ahead) && tokens.isSymbol(',', ahead + 1)) ahead += 2
  return ahead > 1 && isName(tokens, ahead) && tokens.isSymbol(')', ahead + 1) && tokens.isSymbol('->', ahead + 2)
    ? ahead + 2
    : 0
}

function isName(tokens: Tokens, ahead: number): boolean {
  const { kind } = tokens.peek(ahead)
  return kind === 'word' || kind === 'quoted'
}

/** DISTINCT or ALL, which changes nothing; not where it is the name of a column. */
function takeQuantifier(tokens: Tokens, name: string): boolean {
  const isQuantifier = tokens.isWord('DISTINCT') || tokens.isWord('ALL')
  const next = tokens.peek(1)
  if (!isQuantifier || (name === 'struct' && tokens.isWord('AS', 1) && isName(tokens, 2))) return false
  if (next.kind === 'symbol' && ['.', ',', ')', '[', ':', '::', '->'].includes(next.text)) return false
  return tokens.next().text.toUpperCase() === 'DISTINCT'
}

/** AS may be left out. */
function takeAlias(tokens: Tokens): string | null {
  return tokens.takeWord('AS') || isName(tokens, 0) ? tokens.name('a field name') : null
}

function clauses(tokens: Tokens, inner: boolean | undefined, grammar: Grammar) {
  const orderBy = withinGroup(tokens, grammar)
  const filter = filterClause(tokens, grammar)
  const ignoreNulls = takeNulls(tokens, 'IGNORE') ? true : takeNulls(tokens, 'RESPECT') ? false : (inner ?? null)
  if (tokens.isWord('OVER') && (tokens.isSymbol('(', 1) || isName(tokens, 1)))
    throw notYet('OVER', tokens.peek(), 'a stream has no window of rows: the step reduceByKey aggregates by key')
  return { orderBy, filter, ignoreNulls }
}

function takeNulls(tokens: Tokens, word: 'IGNORE' | 'RESPECT'): boolean {
  if (!tokens.isWord(word) || !tokens.isWord('NULLS', 1)) return false
  tokens.next()
  tokens.next()
  return true
}

function withinGroup(tokens: Tokens, grammar: Grammar): readonly SortItem[] {
  if (!tokens.isWord('WITHIN') || !tokens.isWord('GROUP', 1)) return []
  tokens.next()
  tokens.next()
  tokens.expectSymbol('(')
  tokens.expectWord('ORDER')
  tokens.expectWord('BY')
  const items: SortItem[] = []
  do items.push(sortItem(tokens, grammar))
  while (tokens.takeSymbol(','))
  tokens.expectSymbol(')')
  return items
}

function sortItem(tokens: Tokens, grammar: Grammar): SortItem {
  const expression = grammar.expression(tokens)
  const descending = tokens.takeWord('DESC') || (tokens.takeWord('ASC') && false)
  if (!tokens.takeWord('NULLS')) return { expression, descending, nullsFirst: null }
  const nullsFirst = tokens.takeWord('FIRST')
  if (!nullsFirst) tokens.expectWord('LAST')
  return { expression, descending, nullsFirst }
}

function filterClause(tokens: Tokens, grammar: Grammar): Syntax | null {
  if (!tokens.isWord('FILTER') || !tokens.isSymbol('(', 1)) return null
  tokens.next()
  tokens.next()
  tokens.expectWord('WHERE')
  const condition = grammar.expression(tokens)
  tokens.expectSymbol(')')
  return condition
}
