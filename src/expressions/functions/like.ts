// LIKE: `%` any characters, `_` one, an escape before either.

import { RowFault } from '../../values/row-fault.ts'

type Part = { readonly literal: string } | 'any' | 'one'

/** The test that a pattern stands for; throws RowFault for a dangling escape. */
export function likeMatcher(pattern: string, escape: string): (text: string) => boolean {
  const parts = parse(pattern, escape)
  const shape = parts.map((part) => (typeof part === 'string' ? part : 'literal')).join(' ')
  const literal = parts.map((part) => (typeof part === 'string' ? '' : part.literal)).join('')
  switch (shape) {
    case '':
    case 'literal':
      return (text) => text === literal
    case 'literal any':
      return (text) => text.startsWith(literal)
    case 'any literal':
      return (text) => text.endsWith(literal)
    case 'any literal any':
      return (text) => text.includes(literal)
  }
  if (!parts.includes('one')) return inOrder(parts)
  const characters = parts.flatMap((part): Part[] =>
    typeof part === 'string' ? [part] : Array.from(part.literal, (character) => ({ literal: character })),
  )
  return (text) => matches([...text], characters)
}

/** Literals with `%` between: one behind the other, each as early as it can be, the last one at the end. */
function inOrder(parts: readonly Part[]): (text: string) => boolean {
  const literals = parts.flatMap((part) => (typeof part === 'string' ? [] : [part.literal]))
  const first = parts[0] === 'any' ? '' : (literals.shift() as string)
  const last = parts.at(-1) === 'any' ? '' : (literals.pop() as string)
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false
    let from = first.length
    for (const literal of literals) {
      const at = text.indexOf(literal, from)
      if (at < 0) return false
      from = at + literal.length
    }
    return from <= text.length - last.length
  }
}

function parse(pattern: string, escape: string): Part[] {
  const parts: Part[] = []
  let literal = ''
  const push = (part: 'any' | 'one') => {
    if (literal !== '') parts.push({ literal })
    literal = ''
    if (part === 'one' || parts.at(-1) !== 'any') parts.push(part)
  }
  const characters = [...pattern]
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string
    if (character === escape) literal += escaped(characters[++i], pattern, escape)
    else if (character === '%') push('any')
    else if (character === '_') push('one')
    else literal += character
  }
  if (literal !== '') parts.push({ literal })
  return parts
}

function escaped(next: string | undefined, pattern: string, escape: string): string {
  if (next === '%' || next === '_' || next === escape) return next
  const text = JSON.stringify(pattern)
  throw new RowFault('E_LIKE', `the escape ${escape} in the LIKE pattern ${text} is not followed by %, _ or ${escape}`)
}

/** Greedy with one point to return to, the last `%`: at worst text × pattern steps. */
function matches(text: readonly string[], parts: readonly Part[]): boolean {
  let t = 0
  let p = 0
  let afterAny = -1
  let retry = 0
  while (t < text.length) {
    const part = parts[p]
    if (part === 'any') {
      afterAny = ++p
      retry = t
    } else if (part === 'one' || (part !== undefined && part.literal === text[t])) {
      t++
      p++
    } else if (afterAny >= 0) {
      p = afterAny
      t = ++retry
    } else return false
  }
  while (parts[p] === 'any') p++
  return p === parts.length
}
