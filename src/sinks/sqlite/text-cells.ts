// Cells of strings and variants. A text that stands in the bytes of its record, or in a dictionary, gets a string of its
// own only when it is written: until then the garbage collector would copy each of them.

import type { SqlValue } from '../../checkpoint.ts'
import {
  type Dictionary,
  isNull,
  type Selection,
  type Spans,
  type StringColumn,
  Tag,
  type VariantColumn,
  valueAt,
} from '../../column.ts'
import { keptBytes } from '../../kept-bytes.ts'
import { CELLS_BYTES, type Cells, encodeOr, type Refuse } from './cells.ts'
import { type Encode, isStorableText } from './value.ts'

/** What `refs` holds where it is no id of the dictionary. The first of the other values is `OTHERS`, the next one less. */
const NULL = -1
const IN_COMMON = -2
const OTHERS = -3

/** Longer texts get a string at once. */
const MAX_COMMON_BYTES = 1024

export function textCells(
  column: StringColumn | VariantColumn,
  encode: Encode,
  { rows, count }: Selection,
  refuse: Refuse,
): Cells {
  const { ids, dictionary } = column
  const isId = dictionary === null ? null : storableIds(dictionary)
  const common = column.spans === undefined ? null : new CommonText(column.spans, count)
  const refs = new Int32Array(count)
  const others: SqlValue[] = []
  let otherBytes = 0
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number
    if (isNull(column, row)) refs[i] = NULL
    else if (isId !== null && ids !== null && isId(ids[row] as number)) refs[i] = ids[row] as number
    else if (common !== null && isText(column, row) && common.take(row, i)) refs[i] = IN_COMMON
    else {
      const value = encodeOr(encode, valueAt(column, row), i, refuse)
      refs[i] = OTHERS - others.length
      others.push(value)
      otherBytes += keptBytes(value)
    }
  }
  const textAt = common?.finish()
  const at = (i: number) => {
    const ref = refs[i] as number
    if (ref >= 0) return (dictionary as Dictionary).text(ref)
    if (ref === NULL) return null
    return ref === IN_COMMON ? (textAt as TextAt)(i) : (others[OTHERS - ref] as SqlValue)
  }
  return { keptBytes: CELLS_BYTES + 4 * count + (common?.keptBytes ?? 0) + otherBytes, at, bound: at }
}

/** Whether the value is a string, not another JSON value with a source text. */
function isText(column: StringColumn | VariantColumn, row: number): boolean {
  return column.layout === 'string' || column.tags[row] === Tag.STRING
}

/** Looks at the text of each id once. Not those below 0. */
function storableIds(dictionary: Dictionary): (id: number) => boolean {
  const [UNKNOWN, YES, NO] = [0, 1, 2]
  const known = new Uint8Array(dictionary.size)
  return (id) => {
    if (id < 0) return false
    if (known[id] === UNKNOWN) known[id] = isStorableText(dictionary.text(id)) ? YES : NO
    return known[id] === YES
  }
}

type TextAt = (i: number) => string

/** Grows to what the texts of a chunk need. */
let scratch = Buffer.allocUnsafeSlow(65_536)

/** One string of all short ASCII texts of a column, one after the other. One at a time is filled. */
class CommonText {
  readonly #spans: Spans
  /** Cell i has the characters from the end of the cell before to its own. */
  readonly #ends: Int32Array
  #length = 0
  #cells = 0

  constructor(spans: Spans, count: number) {
    this.#spans = spans
    this.#ends = new Int32Array(count)
  }

  get keptBytes(): number {
    return this.#length + 4 * this.#ends.length
  }

  /** False where the row has no span, or one that belongs elsewhere. Cells are taken in their order. */
  take(row: number, i: number): boolean {
    const { bytes, starts, ends } = this.#spans
    const start = starts[row] as number
    const end = ends[row] as number
    if (end < start || end - start > MAX_COMMON_BYTES) return false
    if (this.#length + end - start > scratch.length) grow()
    const target = scratch
    let to = this.#length
    let bits = 0
    for (let p = start; p < end; p++, to++) {
      const byte = bytes[p] as number
      target[to] = byte
      bits |= byte
    }
    if (bits > 127) return false
    this.#ends.fill(this.#length, this.#cells, i)
    this.#ends[i] = to
    this.#cells = i + 1
    this.#length = to
    return true
  }

  finish(): TextAt {
    const text = scratch.toString('latin1', 0, this.#length)
    const ends = this.#ends
    return (i) => text.substring(i === 0 ? 0 : (ends[i - 1] as number), ends[i])
  }
}

function grow(): void {
  const larger = Buffer.allocUnsafeSlow(scratch.length * 2)
  larger.set(scratch)
  scratch = larger
}
