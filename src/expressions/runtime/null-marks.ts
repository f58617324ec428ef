// Where a column keeps its NULLs, for loops that would otherwise look at the column's layout in every row.

import { type Column, Tag } from '../../column.ts'

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
