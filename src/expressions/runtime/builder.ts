// Builds a column row by row, in the layout that its type has.

import {
  type BigintColumn,
  type Column,
  type Dictionary,
  type NumberColumn,
  type Selection,
  Tag,
  type Value,
  type Variant,
} from '../../column.ts'
import type { DataType } from '../../types.ts'
import { wordsOf } from '../../values/int64.ts'

export interface Builder {
  set(row: number, value: Value): void
  /** Sets the selected rows to those of a column; false: not of such a column. */
  copy?(column: Column, selection: Selection): boolean
  finish(): Column
}

/** Rows that are never set are NULL. */
export function builder(type: DataType, length: number): Builder {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'float':
    case 'double':
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz':
      return numbers(type, length)
    case 'bigint':
      return bigints(type, length)
    case 'boolean':
      return booleans(type, length)
    case 'string':
      return strings(type, length)
    case 'variant':
      return variants(type, length)
    default:
      return boxed(type, length)
  }
}

function numbers(type: DataType, length: number): Builder {
  const values = new Float64Array(length)
  const nulls = new Uint8Array(length).fill(1)
  return {
    set(row, value) {
      nulls[row] = value === null ? 1 : 0
      values[row] = value as number
    },
    copy(column, selection) {
      if (column.layout !== 'number') return false
      copyNumbers(column, values, nulls, selection)
      return true
    },
    finish: () => ({ layout: 'number', type, values, nulls }),
  }
}

function copyNumbers(from: NumberColumn, to: Float64Array, toNulls: Uint8Array, { rows, count }: Selection): void {
  const { values, nulls } = from
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    to[row] = values[row] as number
    toNulls[row] = nulls === null ? 0 : (nulls[row] as number)
  }
}

/** Word by word: no bigint is made. */
function copyIntegers(from: BigintColumn, to: BigInt64Array, toNulls: Uint8Array, { rows, count }: Selection): void {
  const { nulls } = from
  const [source, target] = [wordsOf(from.values), wordsOf(to)]
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    target[2 * row] = source[2 * row] as number
    target[2 * row + 1] = source[2 * row + 1] as number
    toNulls[row] = nulls === null ? 0 : (nulls[row] as number)
  }
}

function bigints(type: DataType, length: number): Builder {
  const values = new BigInt64Array(length)
  const nulls = new Uint8Array(length).fill(1)
  return {
    set(row, value) {
      nulls[row] = value === null ? 1 : 0
      if (value !== null) values[row] = value as bigint
    },
    copy(column, selection) {
      if (column.layout !== 'bigint') return false
      copyIntegers(column, values, nulls, selection)
      return true
    },
    finish: () => ({ layout: 'bigint', type, values, nulls }),
  }
}

function booleans(type: DataType, length: number): Builder {
  const values = new Uint8Array(length)
  const nulls = new Uint8Array(length).fill(1)
  return {
    set(row, value) {
      nulls[row] = value === null ? 1 : 0
      values[row] = value === true ? 1 : 0
    },
    finish: () => ({ layout: 'boolean', type, values, nulls }),
  }
}

export interface StringBuilder extends Builder {
  /** The row's string is `dictionary.text(id)` of the dictionary that the builder was made with. */
  setId(row: number, id: number): void
}

export function strings(type: DataType, length: number, dictionary: Dictionary | null = null): StringBuilder {
  const texts: string[] = []
  const nulls = new Uint8Array(length).fill(1)
  const ids = dictionary === null ? null : new Int32Array(length).fill(-1)
  return {
    set(row, value) {
      nulls[row] = value === null ? 1 : 0
      texts[row] = value as string
    },
    setId(row, id) {
      nulls[row] = 0
      if (ids !== null) ids[row] = id
    },
    finish: () => ({ layout: 'string', type, nulls, ids, dictionary, textAt: (row) => texts[row] as string }),
  }
}

function variants(type: DataType, length: number): Builder {
  const texts: string[] = []
  const tags = new Uint8Array(length)
  return {
    set(row, value) {
      const variant = value as Variant | null
      tags[row] = variant === null ? Tag.NULL : variant.tag
      texts[row] = variant === null ? '' : variant.text
    },
    finish: () => ({
      layout: 'variant',
      type,
      tags,
      ids: null,
      dictionary: null,
      textAt: (row) => texts[row] as string,
    }),
  }
}

function boxed(type: DataType, length: number): Builder {
  const values = new Array<Value>(length).fill(null)
  return {
    set(row, value) {
      values[row] = value
    },
    finish: () => ({ layout: 'values', type, values }),
  }
}
