// Keys of several columns of strings with ids, as one number each: no text of the key is made but for a new one.

import type { Column, Dictionary, Selection, StringColumn } from '../../column.ts'

type Coded = StringColumn & { readonly ids: Int32Array; readonly dictionary: Dictionary }

/** Ids and codes below it make one exact number. */
const SPAN = 2 ** 26

const NONE = -1

export class KeyCodes {
  #dictionaries: readonly Dictionary[] = []
  /** For each column but the first: the code of the columns so far and this one's id → the code of both. */
  #codes: Map<number, number>[] = []
  #groupOfCode: number[] = []

  /** The number of codes that are kept. */
  get size(): number {
    return this.#codes.reduce((sum, codes) => sum + codes.size, 0)
  }

  /**
   * The group of each selected row, as `groupOf` gives it for a row whose key has no known code. Undefined where a column
   * has no ids.
   */
  groupsOf(columns: readonly Column[], selection: Selection, groupOf: (row: number) => number): Int32Array | undefined {
    if (!columns.every(isCoded)) return undefined
    this.#begin(columns.map(({ dictionary }) => dictionary))
    const codes = idsOf(columns[0] as Coded, selection)
    columns.slice(1).forEach((column, i) => {
      combine(codes, idsOf(column, selection), this.#codes[i] as Map<number, number>)
    })
    const groupOfCode = this.#groupOfCode
    for (let i = 0; i < selection.count; i++) {
      const code = codes[i] as number
      let group = code === NONE ? undefined : groupOfCode[code]
      if (group === undefined) {
        group = groupOf(selection.rows[i] as number)
        if (code !== NONE) groupOfCode[code] = group
      }
      codes[i] = group
    }
    return codes
  }

  /** Ids mean something only within their dictionaries. */
  #begin(dictionaries: readonly Dictionary[]): void {
    if (this.#dictionaries.length > 0 && dictionaries.every((each, i) => each === this.#dictionaries[i])) return
    this.#dictionaries = dictionaries
    this.#codes = dictionaries.slice(1).map(() => new Map())
    this.#groupOfCode = []
  }
}

function isCoded(column: Column): column is Coded {
  return (
    column.layout === 'string' && column.ids !== null && column.dictionary !== null && column.dictionary.size < SPAN
  )
}

/** By place in the selection; `NONE` where a row is NULL or has no id. */
function idsOf({ ids, nulls }: Coded, { rows, count }: Selection): Int32Array {
  const found = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number
    found[i] = nulls !== null && nulls[row] === 1 ? NONE : (ids[row] as number)
  }
  return found
}

function combine(codes: Int32Array, ids: Int32Array, known: Map<number, number>): void {
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    const id = ids[i] as number
    if (code < 0 || id < 0) {
      codes[i] = NONE
      continue
    }
    const both = code * SPAN + id
    let combined = known.get(both)
    if (combined === undefined) {
      combined = known.size
      known.set(both, combined)
    }
    codes[i] = combined
  }
}
