// The replacement of regexp_replace, as Java's `Matcher.appendReplacement` reads it.

import { RowFault } from '../../values/row-fault.ts'
import type { CompiledRegex } from './regex.ts'

/** A text, or the number of a group. */
export type Part = string | number

/**
 * The parts of a replacement: `$1` and `${name}` are groups, and a backslash makes the next character itself. A wrong one is
 * a fault where it is used, not before: without a match Java does not look at it.
 */
export function replacementOf(replacement: string, regex: CompiledRegex): () => readonly Part[] {
  let parts: readonly Part[] | RowFault
  try {
    parts = parse(replacement, regex)
  } catch (fault) {
    if (!(fault instanceof RowFault)) throw fault
    parts = fault
  }
  return () => {
    if (parts instanceof RowFault) throw parts
    return parts
  }
}

function parse(replacement: string, regex: CompiledRegex): readonly Part[] {
  const parts: Part[] = []
  const token = /\\([\s\S])|\$\{([^}]*)\}|\$(\d)(\d*)|[\\$]|[^\\$]+/gu
  for (const [all, escaped, name, digit, digits = ''] of replacement.matchAll(token)) {
    if (escaped !== undefined) parts.push(escaped)
    else if (name !== undefined) parts.push(named(name, regex))
    else if (digit !== undefined) parts.push(...numbered(digit, digits, regex))
    else if (all === '\\' || all === '$') throw wrong(`${all} at its end or before something else than a group`)
    else parts.push(all)
  }
  return parts
}

function named(name: string, { names }: CompiledRegex): number {
  const group = names.get(name)
  if (group === undefined) throw wrong(`the pattern has no group of the name ${JSON.stringify(name.slice(0, 30))}`)
  return group
}

/** As many digits as still give a group. */
function numbered(first: string, digits: string, { groups }: CompiledRegex): readonly Part[] {
  let group = Number(first)
  if (group > groups) throw wrong(`the pattern has no group ${group}`)
  let taken = 0
  for (; taken < digits.length; taken++) {
    const next = group * 10 + Number(digits[taken])
    if (next > groups) break
    group = next
  }
  const rest = digits.slice(taken)
  return rest === '' ? [group] : [group, rest]
}

function wrong(why: string): RowFault {
  return new RowFault('E_REGEX', `the replacement is none: ${why}`, 'INVALID_REGEXP_REPLACE')
}
