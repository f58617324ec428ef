// The normal text of an expression: equal texts mean the same, however they were spaced, quoted and capitalised.

import { typeName } from '../../types.ts'
import { decimalText } from '../../values/decimal.ts'
import { quoteName, quoteString } from './escapes.ts'
import type { Syntax } from './tree.ts'

/** Operators are bracketed, but for the outermost. */
export function canonical(syntax: Syntax): string {
  const text = inner(syntax)
  return text.startsWith('(') && isBracketed(syntax) ? text.slice(1, -1) : text
}

function isBracketed(syntax: Syntax): boolean {
  return ['binary', 'negate', 'not', 'is', 'in', 'between', 'like'].includes(syntax.kind)
}

function inner(syntax: Syntax): string {
  switch (syntax.kind) {
    case 'name':
      return syntax.parts.map(quoteName).join('.')
    case 'literal':
      return literalText(syntax)
    case 'typed-literal':
      return `${syntax.type.kind.toUpperCase()} ${quoteString(syntax.text)}`
    case 'field':
      return `${inner(syntax.of)}.${quoteName(syntax.name)}`
    case 'index':
      return `${inner(syntax.of)}[${canonical(syntax.index)}]`
    case 'plus':
      return inner(syntax.operand)
    case 'negate':
      return `(-${negated(syntax.operand)})`
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
      return `(${inner(syntax.operand)} ${not(syntax)}LIKE ${inner(syntax.pattern)}${escape})`
    }
    case 'case':
      return caseText(syntax)
    case 'cast':
      return `CAST(${canonical(syntax.operand)} AS ${typeName(syntax.to)})`
    case 'call': {
      const args = syntax.star ? '*' : syntax.args.map(canonical).join(', ')
      return `${quoteName(syntax.name)}(${syntax.distinct ? 'DISTINCT ' : ''}${args})`
    }
    default:
      return syntax satisfies never
  }
}

/** A number behind the minus would become one with it, and two minuses a comment. */
function negated(operand: Syntax): string {
  const text = inner(operand)
  return operand.kind === 'literal' ? `(${text})` : text
}

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? 'NOT ' : ''
}

function caseText({ operand, branches, otherwise }: Extract<Syntax, { kind: 'case' }>): string {
  const parts = branches.map(({ when, then }) => `WHEN ${canonical(when)} THEN ${canonical(then)}`)
  const head = operand === null ? 'CASE' : `CASE ${canonical(operand)}`
  const tail = otherwise === null ? 'END' : `ELSE ${canonical(otherwise)} END`
  return [head, ...parts, tail].join(' ')
}

const SUFFIX: Readonly<Record<string, string>> = { tinyint: 'Y', smallint: 'S', bigint: 'L', float: 'F', double: 'D' }

function literalText({ type, value }: Extract<Syntax, { kind: 'literal' }>): string {
  if (value === null) return 'NULL'
  if (type.kind === 'boolean') return String(value).toUpperCase()
  if (type.kind === 'string') return quoteString(value as string)
  if (type.kind === 'decimal') return `${decimalText(value as bigint, type.scale)}BD`
  return `${Object.is(value, -0) ? '-0' : String(value)}${SUFFIX[type.kind] ?? ''}`
}
