// split over texts whose bytes are at hand: the parts are spans of the same bytes, and repeated parts share an id.
//
// Measured on lines of ten words of 5,000 different ones: 30 ns a word; strings and arrays of them take 120.

import type { Nulls, Selection, Spans, StringColumn } from '../../column.ts'
import { type DataType, STRING } from '../../types.ts'
import { createDictionary, type InterningDictionary, MAX_INTERNED_BYTES, mixByte } from '../../values/interning.ts'
import type { Kernel } from '../typed.ts'

export const TEXTS: DataType = { kind: 'array', element: STRING }

/** Separators of one ASCII character. */
export interface ByteSeparator {
  /** By byte: 1 where it separates. */
  readonly separates: Uint8Array
  /** Whether several side by side are one separator. */
  readonly repeats: boolean
}

/** What `\s` matches: Java's, without UNICODE_CHARACTER_CLASS. */
const WHITE_SPACE = ' \t\n\x0b\f\r'

/** Undefined for a pattern that is neither one plain ASCII character nor white space, once or repeated. */
export function byteSeparator(pattern: string, literal: string | undefined): ByteSeparator | undefined {
  if (literal !== undefined && literal.length === 1 && literal < '\x80') return separatorOf(literal, false)
  if (pattern === '\\s') return separatorOf(WHITE_SPACE, false)
  if (pattern === '\\s+') return separatorOf(WHITE_SPACE, true)
  return undefined
}

function separatorOf(characters: string, repeats: boolean): ByteSeparator {
  const separates = new Uint8Array(256)
  for (const character of characters) separates[character.charCodeAt(0)] = 1
  return { separates, repeats }
}

/** For texts of which all have spans, split into all of their parts; undefined for others. */
export function splitKernel(separator: ByteSeparator): Kernel {
  const interner = new Interner()
  let expected = 1024
  return ([text, , limit], frame, selection) => {
    if (text?.layout !== 'string' || text.spans === undefined) return undefined
    if (limit !== undefined && !(limit.layout === 'constant' && (limit.value as number) <= 0)) return undefined
    const { nulls, spans } = text
    const parts = new Parts(expected)
    const lists = parts.split(separator, spans, nulls, frame.length, selection)
    if (lists === undefined) return undefined
    expected = parts.count
    return { layout: 'list', type: TEXTS, nulls, ...lists, elements: textsOf(parts, spans.bytes, interner) }
  }
}

function textsOf({ starts, ends, hashes, count }: Parts, bytes: Buffer, interner: Interner): StringColumn {
  const dictionary = interner.begin()
  if (dictionary !== null) interner.intern(dictionary, bytes, starts, ends, hashes, count)
  return {
    layout: 'string',
    type: STRING,
    nulls: null,
    ids: dictionary === null ? null : hashes,
    dictionary,
    spans: { bytes, starts, ends },
    textAt: (row) => bytes.toString('utf8', starts[row], ends[row]),
  }
}

/** The parts of a chunk's texts: where they stand, and the hashes of their bytes. */
class Parts {
  count = 0
  starts: Int32Array
  ends: Int32Array
  hashes: Int32Array

  constructor(capacity: number) {
    this.starts = new Int32Array(capacity)
    this.ends = new Int32Array(capacity)
    this.hashes = new Int32Array(capacity)
  }

  /** By row, the numbers of its first part and of that behind its last; undefined where a text has no span. */
  split(separator: ByteSeparator, spans: Spans, nulls: Nulls, length: number, { rows, count }: Selection) {
    const starts = new Int32Array(length)
    const ends = new Int32Array(length)
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      starts[row] = this.count
      if (nulls === null || nulls[row] === 0) {
        const end = spans.ends[row] as number
        if (end < 0) return undefined
        this.#splitText(separator, spans.bytes, spans.starts[row] as number, end)
      }
      ends[row] = this.count
    }
    return { starts, ends }
  }

  #splitText({ separates, repeats }: ByteSeparator, bytes: Buffer, start: number, end: number): void {
    // A text has at most one part more than bytes.
    this.#reserve(this.count + end - start + 1)
    const { starts, ends, hashes } = this
    let part = this.count
    let hash = 0
    starts[part] = start
    for (let p = start; p < end; p++) {
      const byte = bytes[p] as number
      if (separates[byte] === 0) {
        hash = mixByte(hash, byte)
        continue
      }
      ends[part] = p
      hashes[part++] = hash
      if (repeats) while (p + 1 < end && separates[bytes[p + 1] as number] === 1) p++
      starts[part] = p + 1
      hash = 0
    }
    ends[part] = end
    hashes[part++] = hash
    this.count = part
  }

  #reserve(parts: number): void {
    if (parts <= this.starts.length) return
    const capacity = Math.max(parts, this.starts.length * 2)
    this.starts = longer(this.starts, capacity)
    this.ends = longer(this.ends, capacity)
    this.hashes = longer(this.hashes, capacity)
  }
}

function longer(array: Int32Array, length: number): Int32Array {
  const copy = new Int32Array(length)
  copy.set(array)
  return copy
}

/** Size of the sample that decides about the dictionary: it stays if at least half of these parts were repeated. */
const SAMPLE = 65_536

/** Dictionaries of the parts, one generation after the other. */
class Interner {
  /** Null: the sample has switched it off for good. */
  #dictionary: InterningDictionary | null = createDictionary()
  #lookups = 0
  #misses = 0

  /** The dictionary for the next chunk; null: none. */
  begin(): InterningDictionary | null {
    if (this.#lookups >= SAMPLE) {
      if (this.#misses * 2 > this.#lookups) this.#dictionary = null
      this.#lookups = 0
      this.#misses = 0
    }
    if (this.#dictionary?.full) this.#dictionary = createDictionary()
    return this.#dictionary
  }

  /** Replaces each hash by the part's id; -1: none. */
  intern(
    dictionary: InterningDictionary,
    bytes: Buffer,
    starts: Int32Array,
    ends: Int32Array,
    hashes: Int32Array,
    count: number,
  ): void {
    let misses = 0
    for (let part = 0; part < count; part++) {
      const start = starts[part] as number
      const end = ends[part] as number
      const size = dictionary.size
      const id = end - start > MAX_INTERNED_BYTES ? -1 : dictionary.intern(hashes[part] as number, bytes, start, end)
      if (id < 0 || id === size) misses++
      hashes[part] = id
    }
    this.#lookups += count
    this.#misses += misses
  }
}
