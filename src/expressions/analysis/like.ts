// LIKE, ILIKE, their ANY and ALL forms, and RLIKE.

import { BOOLEAN, isNested, STRING, typeName } from '../../types.ts'
import { likeMatcher } from '../functions/like.ts'
import { testOf as regexTest } from '../functions/regex.ts'
import type { Span, Syntax } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import { implicitCast, mismatch, orMistake, scalarNode } from './coerce.ts'
import { negatedIf } from './conditions.ts'
import type { Context } from './context.ts'

type Of<Kind extends Syntax['kind']> = Extract<Syntax, { kind: Kind }>
type Test = (text: string) => boolean

export function like(syntax: Of<'like'>, context: Context): Node {
  const text = asString(syntax.operand, 'LIKE', context)
  const pattern = asString(syntax.pattern, 'LIKE', context)
  const make = testMaker(syntax.caseless, syntax.escape)
  return negatedIf(syntax.negated, patternNode('like', text, pattern, make, syntax.pattern))
}

/** Spark's LikeAny and LikeAll: NOT stands before each LIKE, so that `NOT LIKE ANY` is true where one does not match. */
export function likeEach(syntax: Of<'like-each'>, context: Context): Node {
  const text = asString(syntax.operand, 'LIKE', context)
  const patterns = syntax.patterns.map((pattern) => asString(pattern, 'LIKE', context))
  const make = testMaker(syntax.caseless, '\\')
  if (patterns.every((pattern) => pattern.kind === 'literal')) {
    const values = patterns.map(({ value }) => value as string | null)
    return scalarNode(eachScalar(syntax, values, make), [text], BOOLEAN)
  }
  const tests = patterns.map((pattern, i) =>
    negatedIf(syntax.negated, patternNode('like', text, pattern, make, syntax.patterns[i] as Syntax)),
  )
  return joined(tests, syntax.quantifier === 'any' ? 'or' : 'and')
}

/** All patterns are literals: the text is looked at once. */
function eachScalar(syntax: Of<'like-each'>, patterns: readonly (string | null)[], make: (pattern: string) => Test) {
  const tests = patterns.flatMap((pattern, i) =>
    pattern === null ? [] : [orMistake(() => make(pattern), syntax.patterns[i] as Syntax)],
  )
  const decides = syntax.quantifier === 'any'
  const otherwise = tests.length < patterns.length ? null : !decides
  const scalar: Scalar = {
    name: `like ${syntax.quantifier}`,
    nulls: 'strict',
    total: true,
    apply: (text) =>
      tests.some((test) => (test(text as string) !== syntax.negated) === decides) ? decides : otherwise,
  }
  return scalar
}

/** In halves: a chain of many would be as deep as it is long. */
function joined(nodes: readonly Node[], operator: 'and' | 'or'): Node {
  if (nodes.length === 1) return nodes[0] as Node
  const half = nodes.length >> 1
  const [left, right] = [joined(nodes.slice(0, half), operator), joined(nodes.slice(half), operator)]
  return { kind: 'logic', operator, left, right, type: BOOLEAN }
}

export function regexLike(syntax: Of<'rlike'>, context: Context): Node {
  const text = asString(syntax.operand, 'RLIKE', context)
  const pattern = asString(syntax.pattern, 'RLIKE', context)
  return negatedIf(syntax.negated, patternNode('rlike', text, pattern, regexTest, syntax.pattern))
}

function testMaker(caseless: boolean, escape: string): (pattern: string) => Test {
  if (!caseless) return (pattern) => likeMatcher(pattern, escape)
  return (pattern) => {
    const test = likeMatcher(pattern.toLowerCase(), escape)
    return (text) => test(text.toLowerCase())
  }
}

/** A literal pattern is compiled once, and is a mistake where it is none. */
function patternNode(
  name: 'like' | 'rlike',
  text: Node,
  pattern: Node,
  make: (pattern: string) => Test,
  at: Span,
): Node {
  const fixed = pattern.kind === 'literal' ? (pattern.value as string | null) : null
  const only = fixed === null ? undefined : orMistake(() => make(fixed), at)
  const testOf = remembered(make)
  const scalar: Scalar = {
    name,
    nulls: 'strict',
    total: only !== undefined,
    apply: (value, by) => (only ?? testOf(by as string))(value as string),
  }
  return scalarNode(scalar, [text, pattern], BOOLEAN)
}

/** Patterns that were used last. */
const REMEMBERED = 32

function remembered(make: (pattern: string) => Test): (pattern: string) => Test {
  const tests = new Map<string, Test>()
  return (pattern) => {
    const known = tests.get(pattern)
    if (known !== undefined) return known
    if (tests.size === REMEMBERED) tests.clear()
    const test = make(pattern)
    tests.set(pattern, test)
    return test
  }
}

function asString(syntax: Syntax, operator: string, context: Context): Node {
  const node = context.analyse(syntax, context)
  if (isNested(node.type)) throw mismatch(`${operator} takes strings, not ${typeName(node.type)}`, syntax)
  return implicitCast(node, STRING, context, syntax)
}
