// Groups rows by key; numbers the groups in the order of their first rows.
//
// Keys are compared by value and type: NULL is a key like any other, -0 equals 0, NaN equals NaN (Spark's grouping).

import {
  type Column,
  type Dictionary,
  keptBytes,
  type NumberColumn,
  type Selection,
  type StringColumn,
  stringAt,
  type Value,
  valueAt,
} from '../../column.ts'
import { canonicalKey } from './canonical-key.ts'

const UNKNOWN = -1

/** Of an entry of a map, beside its key. */
const ENTRY_BYTES = 48

export class Groups {
  /** `keys[column][group]`. */
  readonly keys: readonly Value[][]
  #count = 0
  #keptBytes = 0
  /** Group by key. A key of one plain value is its own map key, any other is a canonical text. */
  readonly #byKey = new Map<Value, number>()
  /** Group by dictionary id, for the dictionary of the last column. */
  #dictionary: Dictionary | null = null
  #groupOfId: Int32Array = new Int32Array(0)

  constructor(keyColumns: number) {
    this.keys = Array.from({ length: keyColumns }, () => [])
  }

  get count(): number {
    return this.#count
  }

  /** Of memory, estimated. */
  get keptBytes(): number {
    return this.#keptBytes
  }

  /** The group of each selected row: element i is that of `selection.rows[i]`. */
  groupsOf(columns: readonly Column[], selection: Selection): Int32Array {
    const [only] = columns
    if (columns.length === 1 && only?.layout === 'string' && only.ids !== null && only.dictionary !== null) {
      return this.#groupsOfIds(only, only.ids, only.dictionary, selection)
    }
    if (columns.length === 1 && only?.layout === 'number') return this.#groupsOfNumbers(only, selection)
    const groups = new Int32Array(selection.count)
    const key: Value[] = columns.map(() => null)
    for (let i = 0; i < selection.count; i++) {
      const row = selection.rows[i] as number
      for (let c = 0; c < key.length; c++) key[c] = valueAt(columns[c] as Column, row)
      groups[i] = this.groupOf(key)
    }
    return groups
  }

  /** The group of a key, given as one value for each column. */
  groupOf(key: readonly Value[]): number {
    const mapKey = key.length === 1 && isPlain(key[0] as Value) ? (key[0] as Value) : canonicalKey(key)
    const found = this.#byKey.get(mapKey)
    if (found !== undefined) return found
    const group = this.#count++
    this.#byKey.set(mapKey, group)
    this.#keptBytes += ENTRY_BYTES + (mapKey === key[0] ? 0 : keptBytes(mapKey))
    key.forEach((value, column) => {
      this.#keptBytes += keptBytes(value)
      this.keys[column]?.push(value === 0 ? 0 : value)
    })
    return group
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

/** Whether a Map compares the value as Spark groups it (SameValueZero). A column never mixes types. */
function isPlain(value: Value): boolean {
  return value === null || typeof value !== 'object'
}
