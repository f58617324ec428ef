import { describe, expect, it } from 'vitest'
import { type CST, isScalar, parseDocument } from 'yaml'
import { scalarOffsets } from '../../src/config/scalar-text.ts'
import { randomFrom } from '../support/random.ts'

/** The value of `a:` in a file: its text as the parser reads it, and where each character stands. */
function read(source: string): { readonly text: string; readonly offsets: readonly number[] } {
  const found = scalarOf(source)
  if (found === undefined) throw new Error(`no scalar in ${JSON.stringify(source)}`)
  return found
}

function scalarOf(source: string): { readonly text: string; readonly offsets: readonly number[] } | undefined {
  const document = parseDocument(source, { keepSourceTokens: true, schema: 'core', logLevel: 'error' })
  const value = document.errors.length === 0 && document.contents?.toJSON() !== null && document.get('a', true)
  if (!isScalar(value) || value.srcToken === undefined || value.source === undefined) return undefined
  const token = value.srcToken as CST.FlowScalar | CST.BlockScalar
  return { text: value.source, offsets: scalarOffsets(token, value.source) }
}

/** Each character of the text with the character of the source that it comes from. */
function pairs(source: string): string[] {
  const { text, offsets } = read(source)
  return text.split('').map((character, i) => `${character}=${source[offsets[i] as number]}`)
}

describe('the place of a character in a scalar', () => {
  it('is the source of a plain scalar', () => {
    expect(read('a: x + 1.10 # why\n')).toMatchObject({ text: 'x + 1.10', offsets: [3, 4, 5, 6, 7, 8, 9, 10, 11] })
  })

  it('points at the first quote of a doubled one', () => {
    expect(read("a: 'x = ''y'''")).toMatchObject({ text: "x = 'y'", offsets: [4, 5, 6, 7, 8, 10, 11, 13] })
  })

  it('points at the backslash of an escape', () => {
    expect(read('a: "\\u00e9\\n\\"z"')).toMatchObject({ text: 'é\n"z', offsets: [4, 10, 12, 14, 15] })
  })

  it('points at the white space that was folded', () => {
    expect(read('a: one \n   two')).toMatchObject({ text: 'one two', offsets: [3, 4, 5, 6, 11, 12, 13, 14] })
  })

  it('points into the lines of a literal block', () => {
    expect(pairs('a: |\n    x\n      y\nb: 1\n')).toEqual(['x=x', '\n=\n', ' = ', ' = ', 'y=y', '\n=\n'])
  })

  it('points into the lines of a folded block', () => {
    expect(pairs('a: >-\n  x\n  y\n\n  z\n')).toEqual(['x=x', ' =\n', 'y=y', '\n=\n', 'z=z'])
  })

  it('ends after the last character of a block', () => {
    expect(read('a: |\n  x +\n\nb: 1\n')).toEqual({ text: 'x +\n', offsets: [7, 8, 9, 10, 10] })
  })

  it('is where the character or its escape stands, in 10,000 generated scalars', () => {
    const random = randomFrom(20261121)
    let compared = 0
    for (let i = 0; i < 20_000 && compared < 10_000; i++) {
      const source = generated(random)
      const found = scalarOf(source)
      if (found === undefined) continue
      compared++
      const { text, offsets } = found
      const rises = offsets.every((offset, at) => offset >= (offsets[at - 1] ?? 0) && offset <= source.length)
      const stands = text.split('').every((unit, at) => /\s/.test(unit) || isAt(offsets[at] as number, unit, source))
      if (offsets.length === text.length + 1 && rises && stands) continue
      expect.fail(`${JSON.stringify(source)}: ${JSON.stringify({ text, offsets })}`)
    }
    expect(compared).toBe(10_000)
  })
})

/** Only between double quotes a backslash stands for another character. */
function isAt(offset: number, unit: string, source: string): boolean {
  if (source[offset] === '\\' && source.startsWith('a: "')) return escapeAt(source.slice(offset)).includes(unit)
  return source[offset] === unit
}

/** By JSON's rules, which are YAML's for the escapes generated here; `\x41` and `\U0001F600` are YAML's own. */
function escapeAt(source: string): string {
  const escape = /^\\(?:x..|u.{4}|U.{8}|.)/.exec(source)?.[0] ?? ''
  if (escape === '\\x41') return 'A'
  return escape === '\\U0001F600' ? '😀' : (JSON.parse(`"${escape}"`) as string)
}

const PIECES = [
  'x',
  'yz',
  ' ',
  '  ',
  '\t',
  '\n',
  '\n',
  '\r\n',
  '\n  ',
  '\n    ',
  '\n\n  ',
  "''",
  '\\n',
  '\\"',
  '\\\n',
  '\\ ',
  '\\x41',
  '\\u0020',
  '\\U0001F600',
  '\\\r\n',
  '#',
  ': ',
  'é',
  '😀',
  '\\\\',
  "'",
  '"',
]
const WRAPS: readonly (readonly [string, string])[] = [
  ['a: ', '\n'],
  ["a: '", "'\n"],
  ['a: "', '"\n'],
  ['a: |\n  ', '\n'],
  ['a: >\n  ', '\n'],
  ['a: |-\n  ', '\nb: 1\n'],
  ['a: >+\n  ', '\n\nb: 1\n'],
  ['a: |+\n  ', '\n \n\n'],
  ['a: >2-  # why\n  ', ''],
]

function generated(random: () => number): string {
  const [before, after] = pick(WRAPS, random)
  const length = Math.floor(random() * 12)
  return before + Array.from({ length }, () => pick(PIECES, random)).join('') + after
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T
}
