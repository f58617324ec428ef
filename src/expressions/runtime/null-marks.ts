// Where a column keeps its NULLs, for loops that would otherwise look at the column's layout in every row.

import { type Column, type Nulls, type Selection, Tag, valueAt } from '../../column.ts'
import { builder } from './builder.ts'
import { narrow } from './selection.ts'

/** Row `r` is NULL where `marks[r] === mark`; without marks no row is. */
export interface NullMarks {
  readonly marks: Uint8Array | null
  readonly mark: number
}

/** Undefined for columns of boxed values and constants. */
export function nullMarks(column: Column): NullMarks | undefined {
  switch (column.layout) {
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'string':
    case 'list':
      return { marks: column.nulls, mark: 1 }
    case 'variant':
      return { marks: column.tags, mark: Tag.NULL }
    case 'values':
    case 'constant':
      return undefined
    default:
      return column satisfies never
  }
}

/** The rows of a selection where the column is not NULL; the selection itself where none is. */
export function withoutNulls(column: Column, selection: Selection): Selection {
  if (column.layout === 'constant') return column.value === null ? { ...selection, count: 0 } : selection
  if (column.layout === 'values') return narrow(selection, (row) => column.values[row] !== null)
  const { marks, mark } = nullMarks(column) as NullMarks
  return marks === null ? selection : narrow(selection, (row) => marks[row] !== mark)
}

/** `column`, which is defined at the rows of `within`, with NULL at the other rows of the selection. */
export function nullElsewhere(column: Column, length: number, within: Selection): Column {
  switch (column.layout) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return { ...column, nulls: nullsWithin(column.nulls, length, within) }
    case 'string':
      return { ...column, nulls: nullsWithin(column.nulls, length, within), ids: idsWithin(column.ids, length, within) }
    default: {
      const out = builder(column.type, length)
      for (let k = 0; k < within.count; k++) {
        const row = within.rows[k] as number
        out.set(row, valueAt(column, row))
      }
      return out.finish()
    }
  }
}

function nullsWithin(known: Nulls, length: number, { rows, count }: Selection): Uint8Array {
  const nulls = new Uint8Array(length).fill(1)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    nulls[row] = known === null ? 0 : (known[row] as number)
  }
  return nulls
}

function idsWithin(known: Int32Array | null, length: number, { rows, count }: Selection): Int32Array | null {
  if (known === null) return null
  const ids = new Int32Array(length).fill(-1)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    ids[row] = known[row] as number
  }
  return ids
}
