// Groups rows by key; numbers the groups in the order of their first rows.
//
// Keys are compared by value and type: NULL is a key like any other, -0 equals 0, NaN equals NaN (Spark's grouping).

import {
  type Column,
  type Dictionary,
  type NumberColumn,
  type Selection,
  type Spans,
  type StringColumn,
  stringAt,
  type Value,
  valueAt,
} from '../../column.ts'
import { keptBytes } from '../../kept-bytes.ts'
import type { DataType } from '../../types.ts'
import { canonicalKey } from '../../values/canonical-key.ts'
import { KeyCodes } from './key-codes.ts'
import { TextKeys, TOO_FAR } from './text-keys.ts'

const UNKNOWN = -1

/** Of an entry of a map, beside its key. */
const ENTRY_BYTES = 48

export class Groups {
  /** `keys[column][group]`, but for the groups in `#texts`. */
  readonly #keys: readonly Value[][]
  #count = 0
  #keptBytes = 0
  /** Group by key. A key of one plain value is its own map key, any other is a canonical text. */
  readonly #byKey = new Map<Value, number>()
  /** Keys of one text that came as bytes; null as long as none did. */
  #texts: TextKeys | null = null
  /** Whether each text that has a UTF-8 is in `#texts`, and none in `#byKey`. */
  #isByBytes = false
  /** Of keys of several columns. */
  readonly #codes = new KeyCodes()
  /** Group by dictionary id, for the dictionary of the last column. */
  #dictionary: Dictionary | null = null
  #groupOfId: Int32Array = new Int32Array(0)

  constructor(keyColumns: number) {
    this.#keys = Array.from({ length: keyColumns }, () => [])
  }

  get count(): number {
    return this.#count
  }

  /** Of memory, estimated. */
  get keptBytes(): number {
    return this.#keptBytes + ENTRY_BYTES * this.#codes.size + (this.#texts?.keptBytes ?? 0)
  }

  keyAt(column: number, group: number): Value {
    return column === 0 && this.#texts?.has(group) === true
      ? this.#texts.text(group)
      : ((this.#keys[column] as Value[])[group] as Value)
  }

  /** The keys of all groups in one column. */
  keysOf(column: number, type: DataType): Column {
    const values = this.#keys[column] as Value[]
    if (column > 0 || this.#texts === null) return { layout: 'values', type, values }
    return this.#texts.column(type, this.#count, (group) => values[group] as Value)
  }

  /** The group of each selected row: element i is that of `selection.rows[i]`. */
  groupsOf(columns: readonly Column[], selection: Selection): Int32Array {
    const [only] = columns
    if (columns.length === 1 && only?.layout === 'string' && only.ids !== null && only.dictionary !== null) {
      return this.#groupsOfIds(only, only.ids, only.dictionary, selection)
    }
    if (columns.length === 1 && only?.layout === 'string' && only.spans !== undefined && this.#openTexts()) {
      return this.#groupsOfSpans(only, only.spans, selection)
    }
    if (columns.length === 1 && only?.layout === 'number') return this.#groupsOfNumbers(only, selection)
    const key: Value[] = columns.map(() => null)
    const groupOfRow = (row: number): number => {
      for (let c = 0; c < key.length; c++) key[c] = valueAt(columns[c] as Column, row)
      return this.groupOf(key)
    }
    const byCodes = columns.length > 1 ? this.#codes.groupsOf(columns, selection, groupOfRow) : undefined
    if (byCodes !== undefined) return byCodes
    const groups = new Int32Array(selection.count)
    for (let i = 0; i < selection.count; i++) groups[i] = groupOfRow(selection.rows[i] as number)
    return groups
  }

  /** The group of a key, given as one value for each column. */
  groupOf(key: readonly Value[]): number {
    const [first = null] = key
    if (this.#isByBytes && typeof first === 'string') {
      const bytes = utf8Of(first)
      const group = bytes === null ? TOO_FAR : this.#groupOfText(bytes, 0, bytes.length)
      if (group !== TOO_FAR) return group
    }
    const mapKey = key.length === 1 && isPlain(first) ? first : canonicalKey(key)
    const found = this.#byKey.get(mapKey)
    if (found !== undefined) return found
    const group = this.#count++
    this.#byKey.set(mapKey, group)
    this.#keptBytes += ENTRY_BYTES + (mapKey === key[0] ? 0 : keptBytes(mapKey))
    key.forEach((value, column) => {
      this.#keptBytes += keptBytes(value)
      const values = this.#keys[column] as Value[]
      values[group] = value === 0 ? 0 : value
    })
    return group
  }

  /** A single text, given as bytes where it stands in some. */
  #groupsOfSpans(column: StringColumn, { bytes, starts, ends }: Spans, { rows, count }: Selection): Int32Array {
    const groups = new Int32Array(count)
    const { nulls } = column
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number
      const isNull = nulls !== null && nulls[row] === 1
      const end = ends[row] as number
      const group =
        isNull || end < 0 || !this.#isByBytes ? TOO_FAR : this.#groupOfText(bytes, starts[row] as number, end)
      groups[i] = group === TOO_FAR ? this.groupOf([isNull ? null : column.textAt(row)]) : group
    }
    return groups
  }

  /** `TOO_FAR`: from now on texts are looked for in the Map, this one too. */
  #groupOfText(bytes: Uint8Array, start: number, end: number): number {
    const group = (this.#texts as TextKeys).groupOf(bytes, start, end, this.#count)
    if (group === this.#count) this.#count++
    if (group === TOO_FAR) this.#closeTexts()
    return group
  }

  /** Moves the texts of the Map to the table of bytes, once. False: it was of no use for these texts. */
  #openTexts(): boolean {
    if (this.#texts !== null) return this.#isByBytes
    this.#texts = new TextKeys()
    this.#isByBytes = true
    for (const [text, group] of this.#byKey) {
      const bytes = typeof text === 'string' ? utf8Of(text) : null
      if (bytes === null) continue
      if (this.#texts.groupOf(bytes, 0, bytes.length, group) === TOO_FAR) {
        this.#closeTexts()
        return false
      }
      this.#byKey.delete(text)
    }
    return true
  }

  /** Moves all texts to the Map. */
  #closeTexts(): void {
    this.#isByBytes = false
    for (let group = 0; group < this.#count; group++) {
      if (this.#texts?.has(group) === true) this.#byKey.set(this.#texts.text(group), group)
    }
    this.#keptBytes += ENTRY_BYTES * this.#count
  }

  /** A single number; a row like the one before, as of times in order, costs one comparison. */
  #groupsOfNumbers({ values, nulls }: NumberColumn, { rows, count }: Selection): Int32Array {
    const groups = new Int32Array(count)
    const key: Value[] = [null]
    let last = Number.NaN
    let lastGroup = UNKNOWN
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number
      const isNull = nulls !== null && nulls[row] === 1
      const value = values[row] as number
      if (!isNull && value === last) groups[i] = lastGroup
      else {
        key[0] = isNull ? null : value
        const group = this.groupOf(key)
        groups[i] = group
        if (!isNull) {
          last = value
          lastGroup = group
        }
      }
    }
    return groups
  }

  /** Hot path: a single string key with dictionary ids costs one array access a row. */
  #groupsOfIds(column: StringColumn, ids: Int32Array, dictionary: Dictionary, { rows, count }: Selection): Int32Array {
    if (this.#dictionary !== dictionary) {
      this.#dictionary = dictionary
      this.#groupOfId = new Int32Array(0)
    }
    if (this.#groupOfId.length < dictionary.size) {
      const grown = new Int32Array(dictionary.size * 2).fill(UNKNOWN)
      grown.set(this.#groupOfId)
      this.#groupOfId = grown
    }
    const groupOfId = this.#groupOfId
    const groups = new Int32Array(count)
    const { nulls } = column
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number
      const id = ids[row] as number
      if (id >= 0 && (nulls === null || nulls[row] === 0)) {
        let group = groupOfId[id] as number
        if (group === UNKNOWN) {
          group = this.groupOf([dictionary.text(id)])
          groupOfId[id] = group
        }
        groups[i] = group
      } else {
        groups[i] = this.groupOf([nulls !== null && nulls[row] === 1 ? null : stringAt(column, row)])
      }
    }
    return groups
  }
}

/** Null: the text has none, since half a surrogate pair stands alone. */
function utf8Of(text: string): Buffer | null {
  const bytes = Buffer.from(text)
  return bytes.toString() === text ? bytes : null
}

/** Whether a Map compares the value as Spark groups it (SameValueZero). A column never mixes types. */
function isPlain(value: Value): boolean {
  return value === null || typeof value !== 'object'
}
