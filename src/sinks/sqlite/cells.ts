// The values of one column of staged rows, as they are kept until the batch is written.

import type { SqlValue } from '../../checkpoint.ts'
import type { Value } from '../../column.ts'
import { type Encode, Unstorable } from './value.ts'

/** Needs nothing of the frame that the values came from. */
export interface Cells {
  /** About how many bytes of memory they take. */
  readonly keptBytes: number
  /** What SQLite stores: a bigint in an INTEGER column, a number in a REAL one. */
  at(i: number): SqlValue
  /**
   * What a statement binds for an INSERT: the same, but maybe a number for an INTEGER column, which makes the integer of it.
   * A bigint takes longer to make and to bind.
   */
  bound(i: number): SqlValue
}

/** Called for a value that cannot be stored; its cell is NULL then. */
export type Refuse = (i: number, error: Unstorable) => void

/** Of the objects that hold the values of a column. */
export const CELLS_BYTES = 128

/** NULL where the value cannot be stored. */
export function encodeOr(encode: Encode, value: Value, i: number, refuse: Refuse): SqlValue {
  try {
    return encode(value)
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error
    refuse(i, error)
    return null
  }
}
