// `${VAR}` and `${VAR:-default}` in the scalars of a pipeline file, replaced after parsing: a value cannot change structure.

import type { Report } from './report.ts'
import { type ScalarNode, spanWithin } from './tree.ts'
import { plainValue } from './yaml.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A part of a scalar: text as it is, or a reference. Indexes are those of the scalar's text. */
type Part = string | Reference

interface Reference {
  readonly name: string
  /** Undefined where there is none. */
  readonly fallback: readonly Part[] | undefined
  readonly start: number
  readonly end: number
}

interface Mistake {
  readonly message: string
  readonly hint: string
  readonly start: number
  readonly end: number
}

/**
 * A plain scalar is typed after replacement, a quoted one stays a string; `$${` stands for `${`. As in a shell, the
 * default is also taken for a variable that is empty, and may hold references itself, which count only where it is taken.
 * Undefined when a variable is missing: that was reported.
 */
export function replaceVariables(node: ScalarNode, env: Environment, report: Report): ScalarNode | undefined {
  if (!node.text.includes('${')) return node
  const mistakes: Mistake[] = []
  const { parts } = partsOf(node.text, 0, mistakes)
  const text = mistakes.length === 0 ? textOf(parts, env, mistakes) : ''
  for (const { message, hint, start, end } of mistakes)
    report.add('E_VARIABLE', spanWithin(node, start, end), message, hint)
  if (mistakes.length > 0) return undefined
  return {
    ...node,
    text,
    value: node.style === 'plain' ? plainValue(text) : text,
    offsets: text
      .split('')
      .map(() => node.start)
      .concat(node.end),
  }
}

const OPENING = /\$?\$\{/y
const HEAD = /([A-Za-z_][A-Za-z0-9_]*)(:-|\})/y

/** The parts from `start` to the end of the text, or of a default: to the brace that closes it. */
function partsOf(text: string, start: number, mistakes: Mistake[], isDefault = false) {
  const parts: Part[] = []
  let at = start
  while (at < text.length && !(isDefault && text[at] === '}')) {
    OPENING.lastIndex = at
    const opening = OPENING.exec(text)?.[0]
    if (opening === '${') {
      const reference = referenceAt(text, at, mistakes)
      if (reference === undefined) return { parts, end: text.length }
      parts.push(reference)
      at = reference.end
      continue
    }
    if (isDefault && opening === undefined && text[at] === '{') {
      const message = 'a default in `${…}` has no braces of its own'
      mistakes.push({ message, hint: 'put the value into the variable', start: at, end: at + 1 })
      return { parts, end: text.length }
    }
    parts.push(opening === undefined ? (text[at] as string) : '${')
    at += opening === undefined ? 1 : opening.length
  }
  return { parts, end: at }
}

function referenceAt(text: string, start: number, mistakes: Mistake[]): Reference | undefined {
  HEAD.lastIndex = start + 2
  const [head, name, sign] = HEAD.exec(text) ?? []
  const afterHead = start + 2 + (head?.length ?? 0)
  if (name !== undefined && sign === '}') return { name, fallback: undefined, start, end: afterHead }
  const closing = text.indexOf('}', start)
  if (name === undefined && closing !== -1) {
    const message = `\`${text.slice(start, closing + 1)}\` is no variable`
    mistakes.push({ message, hint: 'write `${NAME}` or `${NAME:-default}`', start, end: closing + 1 })
    return undefined
  }
  const known = mistakes.length
  const fallback = name === undefined ? undefined : partsOf(text, afterHead, mistakes, true)
  if (mistakes.length > known) return undefined
  if (name === undefined || fallback === undefined || fallback.end === text.length) {
    const hint = 'write `${NAME}`; `$${` stands for the characters `${`'
    mistakes.push({ message: 'this `${` is not closed', hint, start, end: text.length })
    return undefined
  }
  return { name, fallback: fallback.parts, start, end: fallback.end + 1 }
}

function textOf(parts: readonly Part[], env: Environment, mistakes: Mistake[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : valueOf(part, env, mistakes))).join('')
}

function valueOf({ name, fallback, start, end }: Reference, env: Environment, mistakes: Mistake[]): string {
  const value = variable(env, name)
  if (fallback !== undefined) return value === undefined || value === '' ? textOf(fallback, env, mistakes) : value
  if (value !== undefined) return value
  const hint = `set it, or give a default: \`\${${name}:-…}\``
  mistakes.push({ message: `the environment variable ${name} is not set`, hint, start, end })
  return ''
}

/** Undefined where it is not set: an object has other properties too. */
export function variable(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined
}
