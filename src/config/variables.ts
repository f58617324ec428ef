// `${VAR}` and `${VAR:-default}` in the scalars of a pipeline file, replaced after parsing: a value cannot change structure.

import type { Report } from './report.ts'
import { type ScalarNode, spanWithin } from './tree.ts'
import { plainValue } from './yaml.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g
const NAMED = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s

/**
 * A plain scalar is typed after replacement, a quoted one stays a string; `$${` stands for `${`. As in a shell, the
 * default is also taken for a variable that is empty. Undefined when a variable is missing: that was reported.
 */
export function replaceVariables(node: ScalarNode, env: Environment, report: Report): ScalarNode | undefined {
  if (!node.text.includes('${')) return node
  let isComplete = true
  const text = node.text.replace(REFERENCE, (reference: string, inner: string | undefined, closing, index: number) => {
    if (inner === undefined) return '${'
    const found =
      closing === '}'
        ? valueOf(inner, env)
        : { message: 'this `${` is not closed', hint: 'write `${NAME}`; `$${` stands for the characters `${`' }
    if (typeof found === 'string') return found
    report.add('E_VARIABLE', spanWithin(node, index, index + reference.length), found.message, found.hint)
    isComplete = false
    return ''
  })
  if (!isComplete) return undefined
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

function valueOf(inner: string, env: Environment): string | { readonly message: string; readonly hint: string } {
  const [, name, fallback] = NAMED.exec(inner) ?? []
  if (name === undefined)
    return { message: `\`\${${inner}}\` is no variable`, hint: 'write `${NAME}` or `${NAME:-default}`' }
  const value = env[name]
  if (fallback !== undefined) return value === undefined || value === '' ? fallback : value
  return (
    value ?? {
      message: `the environment variable ${name} is not set`,
      hint: `set it, or give a default: \`\${${name}:-…}\``,
    }
  )
}
