// avg(x) of decimals and intervals: an exact sum, and the number of its values.

import { type Column, type Evaluate, type Frame, isNull, type Selection } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { builder } from '../runtime/builder.ts'
import { type Accumulator, grown } from './aggregate.ts'
import { ExactSums } from './exact-sums.ts'
import { addExactly, exactValue, groupResult } from './sum.ts'

/** What an exact sum and the number of its values, which is not 0, come to. Throws RowFault. */
export type Divide = (sum: bigint, count: bigint) => bigint

export class ExactAverage implements Accumulator {
  readonly #input: Evaluate
  readonly #type: DataType
  readonly #name: string
  readonly #isLenient: boolean
  readonly #divide: Divide
  readonly #sums = new ExactSums()
  #counts = new Float64Array(0)

  /** `isLenient`: a result that is out of range is NULL. */
  constructor(input: Evaluate, type: DataType, name: string, isLenient: boolean, divide: Divide) {
    this.#input = input
    this.#type = type
    this.#name = name
    this.#isLenient = isLenient
    this.#divide = divide
  }

  add(groups: Int32Array, groupCount: number, frame: Frame, selection: Selection): void {
    const column = this.#input(frame, selection)
    this.#grow(groupCount)
    addExactly(this.#sums, column, groups, selection)
    const { rows, count } = selection
    for (let k = 0; k < count; k++) {
      // In range: grown above.
      if (!isNull(column, rows[k] as number)) this.#counts[groups[k] as number]! += 1
    }
  }

  mergeFrom(other: Accumulator, groups: Int32Array, groupCount: number): void {
    if (!(other instanceof ExactAverage)) throw new TypeError('another aggregate')
    this.#grow(groupCount)
    this.#sums.addAll(other.#sums, groups)
    const merged = Math.min(groups.length, other.#counts.length)
    // In range: grown above.
    for (let g = 0; g < merged; g++) this.#counts[groups[g] as number]! += other.#counts[g] as number
  }

  result(groupCount: number): Column {
    const out = builder(this.#type, groupCount)
    this.#grow(groupCount)
    for (let g = 0; g < groupCount; g++) {
      const sum = this.#sums.at(g)
      if (sum === null) continue
      const average = () => exactValue(this.#divide(sum, BigInt(this.#counts[g] as number)), this.#type)
      out.set(g, groupResult(g, this.#name, this.#isLenient, average))
    }
    return out.finish()
  }

  #grow(groupCount: number): void {
    this.#sums.grow(groupCount)
    this.#counts = grown(this.#counts, groupCount)
  }
}
