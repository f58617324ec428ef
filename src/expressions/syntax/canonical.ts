// The normal text of an expression: equal texts mean the same, however they were spaced, quoted and capitalised.
//
// State files keep these texts: what one version writes, the next must write too.

import { decimalText } from '../../values/decimal.ts'
import { quoteName, quoteString } from './escapes.ts'
import type { CallSyntax, IntervalText, SortItem, Syntax } from './tree.ts'
import { typeText } from './type-text.ts'
import { isUnitCall } from './units.ts'

/** Operators are bracketed, but for the outermost. */
export function canonical(syntax: Syntax): string {
  const text = inner(syntax)
  return OPERATORS.has(syntax.kind) ? text.slice(1, -1) : text
}

const OPERATORS: ReadonlySet<Syntax['kind']> = new Set<Syntax['kind']>([
  'binary',
  'negate',
  'invert',
  'not',
  'is',
  'in',
  'between',
  'like',
  'like-each',
  'rlike',
])

function inner(syntax: Syntax): string {
  switch (syntax.kind) {
    case 'name':
      return syntax.parts.map(quoteName).join('.')
    case 'literal':
      return literalText(syntax)
    case 'typed-literal':
      return `${syntax.type.kind.toUpperCase()} ${quoteString(syntax.text)}`
    case 'interval':
      return `INTERVAL ${intervalText(syntax.written)}`
    case 'field':
      return `${fieldOwner(syntax.of)}.${quoteName(syntax.name)}`
    case 'index':
      return `${inner(syntax.of)}[${canonical(syntax.index)}]`
    case 'plus':
      return inner(syntax.operand)
    case 'negate':
      return `(-${negated(syntax.operand)})`
    case 'invert':
      return `(~${inner(syntax.operand)})`
    case 'not':
      return `(NOT ${inner(syntax.operand)})`
    case 'binary':
      return `(${inner(syntax.left)} ${syntax.operator.toUpperCase()} ${inner(syntax.right)})`
    case 'is':
      return `(${inner(syntax.operand)} IS ${not(syntax)}${syntax.what.toUpperCase()})`
    case 'in':
      return `(${inner(syntax.operand)} ${not(syntax)}IN (${syntax.list.map(canonical).join(', ')}))`
    case 'between':
      return `(${inner(syntax.operand)} ${not(syntax)}BETWEEN ${inner(syntax.low)} AND ${inner(syntax.high)})`
    case 'like': {
      const escape = syntax.escape === '\\' ? '' : ` ESCAPE ${quoteString(syntax.escape)}`
      return `(${inner(syntax.operand)} ${not(syntax)}${like(syntax)} ${patternText(syntax.pattern)}${escape})`
    }
    case 'like-each': {
      const patterns = syntax.patterns.map(canonical).join(', ')
      const quantifier = syntax.quantifier.toUpperCase()
      return `(${inner(syntax.operand)} ${not(syntax)}${like(syntax)} ${quantifier} (${patterns}))`
    }
    case 'rlike':
      return `(${inner(syntax.operand)} ${not(syntax)}RLIKE ${inner(syntax.pattern)})`
    case 'case':
      return caseText(syntax)
    case 'cast':
      return `${syntax.lenient ? 'TRY_CAST' : 'CAST'}(${canonical(syntax.operand)} AS ${typeText(syntax.to)})`
    case 'lambda':
      return `${parametersText(syntax.parameters)} -> ${canonical(syntax.body)}`
    case 'call':
      return callText(syntax)
    default:
      return syntax satisfies never
  }
}

/** A number behind the minus would become one with it, and two minuses a comment. */
function negated(operand: Syntax): string {
  const text = inner(operand)
  return operand.kind === 'literal' || /^[-\d]/.test(text) ? `(${text})` : text
}

/** The point behind a number would be a part of it. */
function fieldOwner(of: Syntax): string {
  const text = inner(of)
  return of.kind === 'literal' && /\d$/.test(text) ? `(${text})` : text
}

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? 'NOT ' : ''
}

function like({ caseless }: { readonly caseless: boolean }): string {
  return caseless ? 'ILIKE' : 'LIKE'
}

/** LIKE any(x) would be LIKE ANY (x). */
function patternText(pattern: Syntax): string {
  const text = inner(pattern)
  return /^(?:any|some|all)\(/.test(text) ? `(${text})` : text
}

function parametersText(parameters: readonly string[]): string {
  const names = parameters.map(quoteName).join(', ')
  return parameters.length === 1 ? names : `(${names})`
}

function caseText({ operand, branches, otherwise }: Extract<Syntax, { kind: 'case' }>): string {
  const parts = branches.map(({ when, then }) => `WHEN ${canonical(when)} THEN ${canonical(then)}`)
  const head = operand === null ? 'CASE' : `CASE ${canonical(operand)}`
  const tail = otherwise === null ? 'END' : `ELSE ${canonical(otherwise)} END`
  return [head, ...parts, tail].join(' ')
}

function callText(call: CallSyntax): string {
  const distinct = call.distinct ? 'DISTINCT ' : ''
  const within = call.orderBy.length === 0 ? '' : ` WITHIN GROUP (ORDER BY ${call.orderBy.map(sortText).join(', ')})`
  const filter = call.filter === null ? '' : ` FILTER (WHERE ${canonical(call.filter)})`
  const nulls = call.ignoreNulls === null ? '' : ` ${call.ignoreNulls ? 'IGNORE' : 'RESPECT'} NULLS`
  // In backquotes it is a function; without them it is the cast.
  const name = call.name === 'try_cast' ? '`try_cast`' : quoteName(call.name)
  return `${name}(${distinct}${argumentsText(call)})${within}${filter}${nulls}`
}

function argumentsText(call: CallSyntax): string {
  if (call.star) return '*'
  return call.args.map((arg, i) => argumentText(call, arg, i)).join(', ')
}

function argumentText(call: CallSyntax, arg: Syntax, i: number): string {
  if (i === 0 && isUnitCall(call) && arg.kind === 'literal') return String(arg.value)
  const text = i === 0 ? firstArgument(call, arg) : canonical(arg)
  const alias = call.aliases?.[i] ?? null
  return alias === null ? text : `${text} AS ${quoteName(alias)}`
}

/** What begins with a word of the grammar, or has one inside, is bracketed: it is no such word. */
function firstArgument(call: CallSyntax, arg: Syntax): string {
  const text = canonical(arg)
  if (OPERATORS.has(arg.kind)) return call.name === 'position' || BEGINS_WITH_WORD.test(text) ? inner(arg) : text
  const isTaken = QUANTIFIER_CALL.test(text) || (call.distinct && call.aliases !== null && /^as$/i.test(text))
  return isTaken ? `(${text})` : text
}

const BEGINS_WITH_WORD = /^(?:distinct|all|both|leading|trailing|as)\b/i
const QUANTIFIER_CALL = /^(?:distinct|all|both|leading|trailing)\(/i

function sortText({ expression, descending, nullsFirst }: SortItem): string {
  const nulls = nullsFirst === null ? '' : nullsFirst ? ' NULLS FIRST' : ' NULLS LAST'
  return `${canonical(expression)}${descending ? ' DESC' : ''}${nulls}`
}

function intervalText(written: IntervalText): string {
  switch (written.form) {
    case 'units':
      return written.parts.map(({ value, unit }) => `${quoteString(value)} ${unit.toUpperCase()}`).join(' ')
    case 'range':
      return `${quoteString(written.value)} ${written.from.toUpperCase()} TO ${written.to.toUpperCase()}`
    case 'text':
      return quoteString(written.text)
    default:
      return written satisfies never
  }
}

const SUFFIX: Readonly<Record<string, string>> = { tinyint: 'Y', smallint: 'S', bigint: 'L', float: 'F', double: 'D' }

function literalText({ type, value }: Extract<Syntax, { kind: 'literal' }>): string {
  if (value === null) return 'NULL'
  if (type.kind === 'boolean') return String(value).toUpperCase()
  if (type.kind === 'string') return quoteString(value as string)
  if (type.kind === 'decimal') return `${decimalText(value as bigint, type.scale)}BD`
  if (type.kind === 'binary')
    return `X'${Buffer.from(value as Uint8Array)
      .toString('hex')
      .toUpperCase()}'`
  return `${Object.is(value, -0) ? '-0' : String(value)}${SUFFIX[type.kind] ?? ''}`
}
