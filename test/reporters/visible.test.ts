import { describe, expect, it } from 'vitest'
import { painted, plain, STYLES, styled } from '../../src/reporters/style.ts'
import { jsonText, visible, visibleLines } from '../../src/reporters/visible.ts'

/** Each moves a cursor, turns the direction of writing, or hides. */
const HOSTILE = [
  ...Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)),
  ...Array.from({ length: 0x21 }, (_, code) => String.fromCharCode(0x7f + code)),
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e'],
  ...['\u2066', '\u2067', '\u2068', '\u2069', '\ufeff', '\u2028', '\u2029'],
  ...STYLES.flatMap((style) => [...styled(style, 'x').replace('x', '')]),
]

describe('text from outside', () => {
  it.each(HOSTILE)('has %j escaped', (character) => {
    expect(visible(`a${character}b`)).toMatch(/^a\\(?:[nrt]|u[0-9a-f]{4})b$/)
  })

  it('keeps the lines and tabs of a whole output, and nothing else', () => {
    const kept = HOSTILE.filter((character) => visibleLines(character) === character)
    expect(kept.filter((character) => plain(`${character}x`) === `${character}x`).slice(0, 2)).toEqual(['\t', '\n'])
    expect(kept).toHaveLength(2 + STYLES.length * 2)
  })

  it('stays what it is in JSON, and is safe there', () => {
    const value = { [HOSTILE.join('')]: `é 日本 ${HOSTILE.join('x')}` }
    const text = jsonText(value)
    expect(JSON.parse(text)).toEqual(value)
    expect(visible(text)).toBe(text)
  })

  it('is left alone where it is plain', () => {
    const text = 'é 日本 😀 e\u0301 orders-1.events_2/3'
    expect(visible(text)).toBe(text)
  })
})

describe('a styled text', () => {
  it('is painted once, and has no marks without paint', () => {
    const text = `a ${styled('error', 'b')} ${styled('quiet', 'c')}${styled('warning', '')}`
    expect(painted(text, (style, inner) => `<${style}:${inner}>`)).toBe('a <error:b> <quiet:c>')
    expect(plain(text)).toBe('a b c')
  })
})
