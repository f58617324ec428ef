// One requested field of JSON records: the variant column that a scan fills. Strings are made when they are asked for.

import { type Dictionary, Tag, type VariantColumn } from '../../column.ts'
import { VARIANT } from '../../types.ts'
import { type Counts, createDictionary, type InterningDictionary, mixByte } from '../../values/interning.ts'
import { BACKSLASH, loneSurrogateAt, QUOTE, SPECIAL, skipString } from './grammar.ts'

/** Size of the sample that decides about the dictionary: it stays if at least half of these strings were repeated. */
const SAMPLE = 65_536

/** How the text of a row is made of its span. assembly/scan.ts has the same numbers. */
const Text = { ASCII: 0, UTF8: 1, ESCAPED: 2 } as const

/** Each an array by row; they may be longer than the chunk. */
export interface FieldColumns {
  readonly tags: Uint8Array
  /** -1: the string is not in the dictionary, or the value is no string. */
  readonly ids: Int32Array
  /** Spans in the chunk's bytes: of strings without their quotes. */
  readonly starts: Int32Array
  /** `~end` where the text has escapes: such a span is no text. */
  readonly ends: Int32Array
  /** `Text`. */
  readonly texts: Uint8Array
}

/** Where a field keeps its columns and its dictionary: by default in arrays of JavaScript. */
export interface FieldStore {
  /**
   * Columns for at least so many rows: those of the call before, unless they were shorter; then of any content. Columns
   * of earlier calls may be gone.
   */
  columns(rows: number): FieldColumns
  /** Begins a generation. That of an earlier call keeps its texts, but cannot be added to. */
  createDictionary(): InterningDictionary
  /** No generation will follow. */
  dropDictionary(): void
}

/** For each chunk: `begin`, the scan, then `column`. Row numbers are those of the chunk. */
export class JsonField {
  readonly #store: FieldStore
  #bytes: Buffer = Buffer.alloc(0)
  #tags: Uint8Array = new Uint8Array(0)
  #ids: Int32Array = new Int32Array(0)
  #starts: Int32Array = new Int32Array(0)
  #ends: Int32Array = new Int32Array(0)
  #texts: Uint8Array = new Uint8Array(0)
  /** Null: the sample has switched it off for good. */
  #dictionary: InterningDictionary | null
  /** Of the sample so far. */
  #counts: Counts = { lookups: 0, misses: 0 }

  constructor(store: FieldStore = arrays()) {
    this.#store = store
    this.#dictionary = store.createDictionary()
  }

  /** Begins a chunk: every row is NULL until it is set. */
  begin(bytes: Buffer, rows: number): void {
    this.#bytes = bytes
    this.#judgeDictionary()
    this.#take(this.#store.columns(rows))
    this.#tags.fill(Tag.NULL, 0, rows)
    this.#ids.fill(-1, 0, rows)
  }

  /** Takes the columns anew, with the content that they have: their store has moved. */
  refresh(): void {
    this.#take(this.#store.columns(0))
  }

  #take({ tags, ids, starts, ends, texts }: FieldColumns): void {
    this.#tags = tags
    this.#ids = ids
    this.#starts = starts
    this.#ends = ends
    this.#texts = texts
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
    // Interning may move the columns.
    const id = this.#dictionary === null ? -1 : this.#dictionary.intern(hash, bytes, start, end)
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
    const dictionary = this.#dictionary
    if (dictionary === null) return
    const { lookups, misses } = sum(this.#counts, dictionary.takeCounts())
    const isJudged = lookups >= SAMPLE
    this.#counts = isJudged ? { lookups: 0, misses: 0 } : { lookups, misses }
    if (isJudged && misses * 2 > lookups) {
      this.#store.dropDictionary()
      this.#dictionary = null
    } else if (dictionary.full) this.#dictionary = this.#store.createDictionary()
  }
}

function sum(a: Counts, b: Counts): Counts {
  return { lookups: a.lookups + b.lookups, misses: a.misses + b.misses }
}

function arrays(): FieldStore {
  let capacity = 0
  let columns = columnsOf(0)
  return {
    columns(rows) {
      if (rows > capacity) {
        capacity = Math.max(rows, capacity * 2)
        columns = columnsOf(capacity)
      }
      return columns
    },
    createDictionary,
    dropDictionary: () => {},
  }
}

function columnsOf(capacity: number): FieldColumns {
  return {
    tags: new Uint8Array(capacity),
    ids: new Int32Array(capacity),
    starts: new Int32Array(capacity),
    ends: new Int32Array(capacity),
    texts: new Uint8Array(capacity),
  }
}
