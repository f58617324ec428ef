import { describe, expect, it } from 'vitest'
import { type CST, isScalar, parseDocument } from 'yaml'
import { scalarText } from '../../src/config/scalar-text.ts'
import { randomFrom } from '../support/random.ts'

/** Of the value of `a:` in a file. */
function read(source: string): {
  readonly text: string
  readonly offsets: readonly number[]
  readonly expected: unknown
} {
  const document = parseDocument(source, { keepSourceTokens: true, schema: 'failsafe' })
  expect(document.errors).toEqual([])
  const value = document.get('a', true)
  if (!isScalar(value)) throw new Error(`no scalar in ${JSON.stringify(source)}`)
  return { ...scalarText(value.srcToken as CST.FlowScalar | CST.BlockScalar), expected: value.value }
}

/** Each character of the text with the character of the source that it comes from. */
function pairs(source: string): string[] {
  const { text, offsets } = read(source)
  return text.split('').map((character, i) => `${character}=${source[offsets[i] as number]}`)
}

describe('the text of a scalar', () => {
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

  it('is what YAML makes of 10,000 generated scalars, with rising positions', () => {
    const random = randomFrom(20261121)
    let compared = 0
    for (let i = 0; i < 20_000 && compared < 10_000; i++) {
      const source = generated(random)
      const document = parseDocument(source, { keepSourceTokens: true, schema: 'failsafe', logLevel: 'error' })
      const value = document.errors.length === 0 && document.contents?.toJSON() !== null && document.get('a', true)
      if (!isScalar(value) || value.srcToken === undefined) continue
      compared++
      const { text, offsets } = scalarText(value.srcToken as CST.FlowScalar | CST.BlockScalar)
      const rises = offsets.every((offset, at) => at === 0 || offset >= (offsets[at - 1] as number))
      if (text === value.value && offsets.length === text.length + 1 && rises) continue
      expect.fail(`${JSON.stringify(source)}: ${JSON.stringify({ text, offsets, expected: value.value })}`)
    }
    expect(compared).toBe(10_000)
  })
})

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
