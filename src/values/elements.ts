// The elements of a column of arrays, one a row, and the other columns beside them.

import {
  type Column,
  type ListColumn,
  type Nulls,
  type Selection,
  type StringColumn,
  type Value,
  type VariantColumn,
  valueAt,
} from '../column.ts'
import type { DataType } from '../types.ts'

export interface Elements {
  readonly elements: Column
  /** For each element the row of its array. */
  readonly origins: Int32Array
}

/** The elements, of type `type`, of the arrays in the selected rows. */
export function elementsOf(arrays: Column, type: DataType, selection: Selection): Elements {
  return (arrays.layout === 'list' ? listed(arrays, selection) : undefined) ?? collected(arrays, type, selection)
}

/** Undefined where the selected lists are not the whole column of elements in its order: it is then no new column. */
function listed({ starts, ends, elements }: ListColumn, { rows, count }: Selection): Elements | undefined {
  let length = 0
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    if (starts[row] !== length) return undefined
    length = ends[row] as number
  }
  const origins = new Int32Array(length)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    const end = ends[row] as number
    for (let i = starts[row] as number; i < end; i++) origins[i] = row
  }
  return { elements, origins }
}

function collected(arrays: Column, type: DataType, { rows, count }: Selection): Elements {
  const values: Value[] = []
  let origins = new Int32Array(count)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    const array = valueAt(arrays, row)
    if (!Array.isArray(array)) continue
    const from = values.length
    for (const element of array as readonly Value[]) values.push(element)
    if (values.length > origins.length) origins = longer(origins, values.length)
    origins.fill(row, from, values.length)
  }
  return { elements: { layout: 'values', type, values }, origins: origins.subarray(0, values.length) }
}

function longer(array: Int32Array<ArrayBuffer>, atLeast: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(Math.max(atLeast, array.length * 2))
  copy.set(array)
  return copy
}

/** A column whose row i is that of `origins[i]`. */
export function repeated(column: Column, origins: Int32Array): Column {
  switch (column.layout) {
    case 'constant':
      return column
    case 'number':
      return { ...column, values: picked(column.values, origins), nulls: pickedNulls(column.nulls, origins) }
    case 'bigint':
      return { ...column, values: picked(column.values, origins), nulls: pickedNulls(column.nulls, origins) }
    case 'boolean':
      return { ...column, values: picked(column.values, origins), nulls: pickedNulls(column.nulls, origins) }
    case 'string':
      return { ...column, nulls: pickedNulls(column.nulls, origins), ...repeatedText(column, origins) }
    case 'variant':
      return { ...column, tags: picked(column.tags, origins), ...repeatedText(column, origins) }
    case 'list':
    case 'values':
      return { layout: 'values', type: column.type, values: repeatedValues(column, origins) }
    default:
      return column satisfies never
  }
}

function pickedNulls(nulls: Nulls, origins: Int32Array): Nulls {
  return nulls === null ? null : picked(nulls, origins)
}

type Typed = Uint8Array | Int32Array | Float64Array | BigInt64Array

function picked<T extends Typed>(from: T, origins: Int32Array): T {
  // A typed array's constructor makes one of its own kind.
  const to = new (from.constructor as new (length: number) => T)(origins.length)
  for (let i = 0; i < origins.length; i++) to[i] = from[origins[i] as number] as T[number]
  return to
}

/** Rows of one origin, which stand side by side, share its text: it may be a long one. */
function repeatedText(column: StringColumn | VariantColumn, origins: Int32Array) {
  const { ids, spans } = column
  let last = -1
  let text = ''
  return {
    ids: ids === null ? null : picked(ids, origins),
    spans: spans && {
      bytes: spans.bytes,
      starts: picked(spans.starts, origins),
      ends: picked(spans.ends, origins),
    },
    textAt(row: number): string {
      const origin = origins[row] as number
      if (origin !== last) {
        text = column.textAt(origin)
        last = origin
      }
      return text
    },
  }
}

function repeatedValues(column: Column, origins: Int32Array): readonly Value[] {
  const values: Value[] = []
  let last = -1
  let value: Value = null
  for (const row of origins) {
    if (row !== last) value = valueAt(column, row)
    last = row
    values.push(value)
  }
  return values
}
