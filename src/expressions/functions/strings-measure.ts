// Functions that say something about a text: its first character, its size, its distance to another, how it sounds.

import type { Value } from '../../column.ts'
import { BOOLEAN, INT, STRING } from '../../types.ts'
import type { Scalar } from '../typed.ts'
import { type Entry, named, strict } from './definition.ts'
import { bigint, int, type Parameter, text, textOrBinary } from './parameters.ts'
import { hasPairs, utf8Length } from './strings-characters.ts'

export function measureFunctions(): readonly Entry[] {
  return [
    strict('ascii', [text], INT, (value: string) => value.codePointAt(0) ?? 0),
    ...named(['char', 'chr'], strict('char', [bigint], STRING, character)),
    octets('octet_length', 1),
    octets('bit_length', 8),
    strict('levenshtein', [text, text, int], INT, levenshtein, 1),
    strict('luhn_check', [text], BOOLEAN, luhnCheck),
    strict('soundex', [onlyText], STRING, soundex),
  ]
}

/** Spark casts nothing for soundex. */
const onlyText: Parameter = {
  wants: text.wants,
  accepts: ({ kind }) => (kind === 'string' || kind === 'variant' || kind === 'void' ? STRING : undefined),
}

/** Of the lowest eight bits; a number below 0 is no character. */
function character(code: bigint): string {
  return code < 0n ? '' : String.fromCharCode(Number(code & 0xffn))
}

/** The bytes of a binary or of a text's UTF-8, each counted as so many units. */
function octets(name: string, units: number): Entry {
  const apply = (value: Value) => units * (typeof value === 'string' ? utf8Length(value) : (value as Uint8Array).length)
  const scalar: Scalar = { name, nulls: 'strict', total: true, apply: apply as Scalar['apply'] }
  return [name, { parameters: [textOrBinary], resolve: () => ({ type: INT, scalar }) }]
}

/** How many characters are put in, left out or changed; -1 where it is more than `most`. */
function levenshtein(a: string, b: string, most?: number): number {
  if (most !== undefined && most < 0) return -1
  const [short, long] = a.length < b.length ? [codesOf(a), codesOf(b)] : [codesOf(b), codesOf(a)]
  const band = Math.min(most ?? long.length, long.length)
  if (long.length - short.length > band) return -1
  const distance = bandDistance(short, long, band)
  return most !== undefined && distance > most ? -1 : distance
}

function codesOf(value: string): Int32Array {
  if (!hasPairs(value)) return Int32Array.from({ length: value.length }, (_, i) => value.charCodeAt(i))
  return Int32Array.from([...value], (each) => each.codePointAt(0) as number)
}

/** Row by row of the table of distances, of which only cells count that lie at most `band` beside the diagonal. */
function bandDistance(short: Int32Array, long: Int32Array, band: number): number {
  const far = short.length + long.length
  let before = Int32Array.from({ length: short.length + 1 }, (_, i) => (i <= band ? i : far))
  let row = new Int32Array(short.length + 1)
  for (let j = 1; j <= long.length; j++) {
    const [from, to] = [Math.max(1, j - band), Math.min(short.length, j + band)]
    row[from - 1] = from === 1 && j <= band ? j : far
    for (let i = from; i <= to; i++) {
      const change = (before[i - 1] as number) + (short[i - 1] === long[j - 1] ? 0 : 1)
      row[i] = Math.min(change, (before[i] as number) + 1, (row[i - 1] as number) + 1)
    }
    if (to < short.length) row[to + 1] = far
    ;[before, row] = [row, before]
  }
  return before[short.length] as number
}

/** Whether the last digit of a number checks the others (Luhn's algorithm, ISO/IEC 7812-1). */
function luhnCheck(number: string): boolean {
  if (!/^[0-9]+$/.test(number)) return false
  let sum = 0
  for (let i = number.length - 1, doubles = false; i >= 0; i--, doubles = !doubles) {
    const digit = number.charCodeAt(i) - 0x30
    const value = doubles ? 2 * digit : digit
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** The classes of A to Z; 0 separates, 7 is as if it were not there (`UTF8String.soundex`). */
const SOUNDS = '01230127022455012623017202'

/** A text that does not begin with a letter of ASCII is its own. */
function soundex(value: string): string {
  const first = letterOf(value, 0)
  if (first < 0) return value
  let code = String.fromCharCode(first + 0x41)
  let last = SOUNDS[first]
  for (let i = 1; i < value.length && code.length < 4; i++) {
    const letter = letterOf(value, i)
    const sound = letter < 0 ? '0' : SOUNDS[letter]
    if (sound === '7') continue
    if (sound !== '0' && sound !== last) code += sound
    last = sound
  }
  return code.padEnd(4, '0')
}

/** 0 to 25; -1: no letter of ASCII. */
function letterOf(value: string, i: number): number {
  const letter = (value.charCodeAt(i) & ~0x20) - 0x41
  return value.charCodeAt(i) < 0x80 && letter >= 0 && letter < 26 ? letter : -1
}
