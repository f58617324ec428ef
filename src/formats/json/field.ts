// One requested field of JSON records: the variant column that a scan fills. Strings are made when they are asked for.

import { type Dictionary, Tag, type VariantColumn } from '../../column.ts'
import { VARIANT } from '../../types.ts'
import { createDictionary, type InterningDictionary, MAX_INTERNED_BYTES, mixByte } from '../../values/interning.ts'
import { BACKSLASH, loneSurrogateAt, QUOTE, SPECIAL, skipString } from './grammar.ts'

/** Size of the sample that decides about the dictionary: it stays if at least half of these strings were repeated. */
const SAMPLE = 65_536

/** How the text of a row is made of its span. */
const Text = { ASCII: 0, UTF8: 1, ESCAPED: 2 } as const

/** For each chunk: `begin`, the scan, then `column`. Row numbers are those of the chunk. */
export class JsonField {
  #bytes: Buffer = Buffer.alloc(0)
  #tags = new Uint8Array(0)
  #ids = new Int32Array(0)
  #starts = new Int32Array(0)
  /** `~end` where the text has escapes: such a span is no text. */
  #ends = new Int32Array(0)
  #texts = new Uint8Array(0)
  /** Null: the sample has switched it off for good. */
  #dictionary: InterningDictionary | null = createDictionary()
  /** Strings of the sample, and those of them that were new to the dictionary. */
  #lookups = 0
  #misses = 0

  /** Begins a chunk: every row is NULL until it is set. */
  begin(bytes: Buffer, rows: number): void {
    this.#bytes = bytes
    this.#judgeDictionary()
    if (rows > this.#tags.length) this.#grow(rows)
    this.#tags.fill(Tag.NULL, 0, rows)
    this.#ids.fill(-1, 0, rows)
  }

  get column(): VariantColumn {
    const dictionary: Dictionary | null = this.#dictionary
    return {
      layout: 'variant',
      type: VARIANT,
      tags: this.#tags,
      ids: dictionary === null ? null : this.#ids,
      dictionary,
      spans: { bytes: this.#bytes, starts: this.#starts, ends: this.#ends },
      textAt: (row) => this.#textAt(row),
    }
  }

  setNull(row: number): void {
    this.#tags[row] = Tag.NULL
    this.#ids[row] = -1
  }

  /** Sets a value that is no string; its text is its JSON source. */
  setSource(row: number, tag: Tag, start: number, end: number): void {
    this.#tags[row] = tag
    this.#ids[row] = -1
    this.#starts[row] = start
    this.#ends[row] = end
    this.#texts[row] = Text.UTF8
  }

  /** Scans a string from behind its opening quote. Returns the position after it, or `~position` of a fault. */
  scanString(row: number, bytes: Uint8Array, start: number): number {
    let p = start
    let hash = 0
    let c = bytes[p] as number
    while (SPECIAL[c] === 0) {
      hash = mixByte(hash, c)
      c = bytes[++p] as number
    }
    if (c !== QUOTE) return this.#scanSpecial(row, bytes, start, p, hash)
    this.#setString(row, bytes, start, p, hash, Text.ASCII)
    return p + 1
  }

  /** Goes on from `special`, the first byte of the string that is escaped, not ASCII or wrong. */
  #scanSpecial(row: number, bytes: Uint8Array, start: number, special: number, asciiHash: number): number {
    const after = skipString(bytes, special)
    if (after < 0) return after
    const end = after - 1
    let hash = asciiHash
    for (let p = special; p < end; p++) {
      if (bytes[p] === BACKSLASH) return this.#setEscaped(row, bytes, start, end)
      hash = mixByte(hash, bytes[p] as number)
    }
    this.#setString(row, bytes, start, end, hash, Text.UTF8)
    return after
  }

  #setEscaped(row: number, bytes: Uint8Array, start: number, end: number): number {
    const lone = loneSurrogateAt(bytes, start, end)
    if (lone >= 0) return ~lone
    this.#set(row, start, ~end, Text.ESCAPED)
    this.#ids[row] = -1
    return end + 1
  }

  #setString(row: number, bytes: Uint8Array, start: number, end: number, hash: number, text: number): void {
    this.#set(row, start, end, text)
    const dictionary = this.#dictionary
    if (dictionary === null) return
    this.#lookups++
    if (end - start > MAX_INTERNED_BYTES) {
      this.#misses++
      this.#ids[row] = -1
      return
    }
    const size = dictionary.size
    const id = dictionary.intern(hash, bytes, start, end)
    if (id < 0 || id === size) this.#misses++
    this.#ids[row] = id
  }

  #set(row: number, start: number, end: number, text: number): void {
    this.#tags[row] = Tag.STRING
    this.#starts[row] = start
    this.#ends[row] = end
    this.#texts[row] = text
  }

  #textAt(row: number): string {
    const bytes = this.#bytes
    const start = this.#starts[row] as number
    const end = this.#ends[row] as number
    switch (this.#texts[row]) {
      case Text.ASCII:
        return bytes.toString('latin1', start, end)
      case Text.ESCAPED:
        return JSON.parse(bytes.toString('utf8', start - 1, ~end + 1))
      default:
        return bytes.toString('utf8', start, end)
    }
  }

  #judgeDictionary(): void {
    if (this.#lookups >= SAMPLE) {
      if (this.#misses * 2 > this.#lookups) this.#dictionary = null
      this.#lookups = 0
      this.#misses = 0
    }
    if (this.#dictionary?.full) this.#dictionary = createDictionary()
  }

  #grow(rows: number): void {
    const capacity = Math.max(rows, this.#tags.length * 2)
    this.#tags = new Uint8Array(capacity)
    this.#ids = new Int32Array(capacity)
    this.#starts = new Int32Array(capacity)
    this.#ends = new Int32Array(capacity)
    this.#texts = new Uint8Array(capacity)
  }
}
