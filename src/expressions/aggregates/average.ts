// avg(x) of decimals: a decimal with four more digits behind the point.

import { type Column, type Evaluate, type Frame, isNull, type Selection } from '../../column.ts'
import { divideHalfUp, powerOfTen, rescale } from '../../values/decimal.ts'
import type { DecimalType } from '../analysis/numeric.ts'
import { builder } from '../runtime/builder.ts'
import { type Accumulator, grown } from './aggregate.ts'
import { ExactSums } from './exact-sums.ts'
import { addExactly, inRange } from './sum.ts'

/** Spark divides decimals with 39 digits behind the point, then rounds to the result's scale. */
const DIVISION_SCALE = 39

export class DecimalAverage implements Accumulator {
  readonly #input: Evaluate
  readonly #scale: number
  readonly #sumType: DecimalType
  readonly #type: DecimalType
  readonly #name: string
  readonly #sums = new ExactSums()
  #counts = new Float64Array(0)

  /** `sumType` is the type of the sum that Spark divides: it must hold the sum. */
  constructor(input: Evaluate, sumType: DecimalType, type: DecimalType, name: string) {
    this.#input = input
    this.#scale = sumType.scale
    this.#sumType = sumType
    this.#type = type
    this.#name = name
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
    if (!(other instanceof DecimalAverage)) throw new TypeError('another aggregate')
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
      inRange(sum, this.#sumType, this.#name)
      const dividend = sum * powerOfTen(DIVISION_SCALE - this.#scale)
      const quotient = divideHalfUp(dividend, BigInt(this.#counts[g] as number))
      out.set(g, inRange(rescale(quotient, DIVISION_SCALE, this.#type.scale), this.#type, this.#name))
    }
    return out.finish()
  }

  #grow(groupCount: number): void {
    this.#sums.grow(groupCount)
    this.#counts = grown(this.#counts, groupCount)
  }
}
