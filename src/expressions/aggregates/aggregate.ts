// What an aggregate is: a function of many rows, accumulated group by group.

import type { Column, Evaluate, Frame, Selection } from '../../column.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { DataType } from '../../types.ts'

/** How two partial results become one; the contract of transforms has the same. */
export type MergeRule = 'sum' | 'min' | 'max' | 'and' | 'or' | 'bit_and' | 'bit_or' | 'bit_xor' | 'first' | 'last'

/** What an aggregate reads of its rows. What fails in it is a record error. */
export interface Reads {
  /** The arguments, evaluated at the rows that the filter keeps; empty for `count(*)`. */
  readonly inputs: readonly Evaluate[]
  /** `FILTER (WHERE …)`: the rows where it is true are aggregated. Null: all rows are. */
  readonly filter: Evaluate | null
}

export interface Aggregate extends Reads {
  readonly canonical: string
  readonly type: DataType
  /** Or why two results cannot become one, in one sentence. */
  readonly merge: MergeRule | { readonly refused: string }
  /**
   * A new, empty accumulator. `reads` are the aggregate's own by default: hand others in where arguments and filter were
   * evaluated before.
   */
  open(reads?: Reads): Accumulator
}

/** Groups are numbered from 0; `groupCount` is how many there are by now. A group without rows is legal. */
export interface Accumulator {
  /** `groups[k]` is the group of row `selection.rows[k]`. Throws GroupFault. */
  add(groups: Int32Array, groupCount: number, frame: Frame, selection: Selection): void
  /**
   * Takes in another accumulator of the same aggregate, whose group g is `groups[g]` here and whose rows come behind those
   * that are here. The other one is used up. Throws GroupFault.
   */
  mergeFrom(other: Accumulator, groups: Int32Array, groupCount: number): void
  /** About how many bytes of memory it keeps beside some numbers for each group; absent: none. */
  keptBytes?(): number
  /** One row a group. Throws GroupFault where a group has no result. */
  result(groupCount: number): Column
}

/** A group whose rows were folded and that has no result: no single record can be refused, so the batch fails. */
export class GroupFault extends SprkError {
  readonly group: number
  /** The name of Spark's error; undefined: that of the code. */
  readonly condition: string | undefined

  constructor(group: number, code: string, message: string, condition?: string) {
    super(Exit.BAD_RECORD, { code, message })
    this.group = group
    this.condition = condition
  }
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
