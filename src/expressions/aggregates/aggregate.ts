// What an aggregate is: a function of many rows, accumulated group by group.

import type { Column, Evaluate, Frame, Selection } from '../../column.ts'
import type { DataType } from '../../types.ts'

/** How two partial results become one; the contract of transforms has the same. */
export type MergeRule = 'sum' | 'min' | 'max' | 'and' | 'or'

export interface Aggregate {
  readonly canonical: string
  readonly type: DataType
  /** Or why two results cannot become one, in one sentence. */
  readonly merge: MergeRule | { readonly refused: string }
  /** The argument; null for `count(*)`. What fails in it is a record error. */
  readonly evaluateInput: Evaluate | null
  /**
   * A new, empty accumulator. `input` gives the argument, and is `evaluateInput` by default: hand another in where the
   * argument was evaluated before.
   */
  open(input?: Evaluate | null): Accumulator
}

/** Groups are numbered from 0; `groupCount` is how many there are by now. A group without rows is legal. */
export interface Accumulator {
  /** `groups[k]` is the group of row `selection.rows[k]`. */
  add(groups: Int32Array, groupCount: number, frame: Frame, selection: Selection): void
  /** Takes in another accumulator of the same aggregate, whose group g is `groups[g]` here. */
  mergeFrom(other: Accumulator, groups: Int32Array, groupCount: number): void
  /** About how many bytes of memory it keeps beside some numbers for each group; absent: none. */
  keptBytes?(): number
  /** One row a group. Throws a SprkError with exit 65 where a result is out of range. */
  result(groupCount: number): Column
}

/** The longer array with the same content; doubled, so that growing costs little. */
export function grown(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer>
export function grown(array: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer>
export function grown(array: Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>, length: number) {
  if (array.length >= length) return array
  const size = Math.max(length, array.length * 2, 16)
  const longer = array instanceof Float64Array ? new Float64Array(size) : new Uint8Array(size)
  longer.set(array)
  return longer
}
