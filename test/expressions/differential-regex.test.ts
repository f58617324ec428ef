// What a pattern matches is what Java says, or the pattern is refused.

import { describe, expect, it } from 'vitest'
import { compileRegex } from '../../src/expressions/functions/regex.ts'
import { RowFault } from '../../src/values/row-fault.ts'
import { stored } from './differential.ts'

interface Answer {
  readonly p: string
  /** Why Java refuses it. */
  readonly x?: string
  /** The bounds of all matches, text by text. */
  readonly m?: string
}

const [header, ...answers] = stored<Answer | { readonly texts: readonly string[] }>('regex') as [
  { readonly texts: readonly string[] },
  ...Answer[],
]

/** Java 17 counts letters of all scripts as parts of words, Java 19 and sprk those of `\w`. */
const WORD_BOUNDARY = /\\b(?!\{)|\\B/i

function matchesOf(pattern: string): ((text: string) => string) | undefined {
  try {
    const regex = compileRegex(pattern)
    return (text) => {
      const matches = regex.matcher(text)
      const bounds: string[] = []
      while (matches.find()) bounds.push(`${matches.start()}-${matches.end()}`)
      return bounds.join(',')
    }
  } catch (fault) {
    if (!(fault instanceof RowFault)) throw fault
    expect(fault.reject.code).toBe('E_REGEX')
    return undefined
  }
}

describe('regular expressions beside Java', () => {
  it('match the same, or are refused, and few are', () => {
    const different: string[] = []
    const refused: string[] = []
    for (const { p, x, m } of answers) {
      const ours = matchesOf(p)
      if (ours === undefined) {
        if (x === undefined) refused.push(p)
        continue
      }
      if (x !== undefined) different.push(`${p}: Java says ${x}`)
      const theirs = m?.split(';') ?? []
      header.texts.forEach((text, i) => {
        if (x !== undefined || (WORD_BOUNDARY.test(p) && /[^\p{ASCII}]/u.test(text))) return
        const mine = ours(text)
        if (mine !== theirs[i]) different.push(`${p} in ${JSON.stringify(text)}: ${mine} and not ${theirs[i]}`)
      })
    }
    expect(different).toEqual([])
    expect(refused.length / answers.length).toBeLessThan(0.1)
  })
})
