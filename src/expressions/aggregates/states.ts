// Accumulates any aggregate that is a state for each group: for those that are not hot enough for columns of numbers.

import { type Column, type Evaluate, type Frame, type Selection, type Value, valueAt } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { builder } from '../runtime/builder.ts'
import { type Accumulator, GroupFault, grown } from './aggregate.ts'

export interface StateFunction<State> {
  /** Of a group without rows. */
  empty(): State
  /** About how many bytes an empty state takes. */
  readonly stateBytes: number
  /**
   * `row` has the arguments of one row and belongs to the caller, who fills it again. Gives about how many more bytes the
   * state takes now. Throws RowFault.
   */
  add(state: State, row: readonly Value[]): number
  /** Takes the rows of `other`, which come behind those of `state`. Gives how many more bytes the state takes now. */
  merge(state: State, other: State): number
  /** Throws RowFault where the group has no result. */
  result(state: State): Value
}

/**
 * One group keeps no more. A batch ends where all groups together keep a part of it (execution/room.ts), so only records
 * that suddenly make very much reach it.
 */
export const MAX_GROUP_BYTES = 256 * 1024 * 1024

export class GroupStates<State> implements Accumulator {
  readonly #function: StateFunction<State>
  readonly #inputs: readonly Evaluate[]
  readonly #type: DataType
  readonly #name: string
  /** By group. */
  readonly #states: (State | undefined)[] = []
  #bytesOfGroup = new Float64Array(0)
  #keptBytes = 0

  /** `name` is what the aggregate is called in errors. */
  constructor(of: StateFunction<State>, inputs: readonly Evaluate[], type: DataType, name: string) {
    this.#function = of
    this.#inputs = inputs
    this.#type = type
    this.#name = name
  }

  add(groups: Int32Array, groupCount: number, frame: Frame, selection: Selection): void {
    const columns = this.#inputs.map((evaluate) => evaluate(frame, selection))
    this.#bytesOfGroup = grown(this.#bytesOfGroup, groupCount)
    const row: Value[] = columns.map(() => null)
    const { rows, count } = selection
    for (let k = 0; k < count; k++) {
      for (let c = 0; c < row.length; c++) row[c] = valueAt(columns[c] as Column, rows[k] as number)
      const group = groups[k] as number
      try {
        this.#keep(group, this.#function.add(this.#stateOf(group), row))
      } catch (fault) {
        throw this.#faultOf(group, fault)
      }
    }
  }

  mergeFrom(other: Accumulator, groups: Int32Array, groupCount: number): void {
    if (!(other instanceof GroupStates)) throw new TypeError('another aggregate')
    this.#bytesOfGroup = grown(this.#bytesOfGroup, groupCount)
    other.#states.forEach((theirs: State | undefined, g) => {
      if (theirs === undefined) return
      const group = groups[g] as number
      try {
        this.#keep(group, this.#function.merge(this.#stateOf(group), theirs))
      } catch (fault) {
        throw this.#faultOf(group, fault)
      }
    })
  }

  keptBytes(): number {
    return this.#keptBytes
  }

  result(groupCount: number): Column {
    const out = builder(this.#type, groupCount)
    for (let group = 0; group < groupCount; group++) {
      try {
        out.set(group, this.#function.result(this.#states[group] ?? this.#function.empty()))
      } catch (fault) {
        throw this.#faultOf(group, fault)
      }
    }
    return out.finish()
  }

  #stateOf(group: number): State {
    const known = this.#states[group]
    if (known !== undefined) return known
    const state = this.#function.empty()
    this.#states[group] = state
    this.#keptBytes += this.#function.stateBytes
    return state
  }

  #keep(group: number, bytes: number): void {
    if (bytes === 0) return
    this.#keptBytes += bytes
    const kept = (this.#bytesOfGroup[group] as number) + bytes
    this.#bytesOfGroup[group] = kept
    if (kept > MAX_GROUP_BYTES) throw tooLarge(group, this.#name)
  }

  #faultOf(group: number, fault: unknown): unknown {
    if (!(fault instanceof RowFault)) return fault
    const { code, message, condition } = fault.reject
    return new GroupFault(group, code, `${this.#name}: ${message}`, condition)
  }
}

export function tooLarge(group: number, name: string): GroupFault {
  const megabytes = MAX_GROUP_BYTES / 1024 / 1024
  return new GroupFault(group, 'E_GROUP_SIZE', `${name}: the values of one group take more than ${megabytes} MB`)
}
