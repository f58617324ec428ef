// sum(x): exact for integers and decimals, in record order for doubles.

import { type Column, type Evaluate, type Frame, isNull, type Selection, type Value, valueAt } from '../../column.ts'
import { Exit, SprkError } from '../../errors.ts'
import { type DataType, DOUBLE, typeName } from '../../types.ts'
import { decimalText, fits } from '../../values/decimal.ts'
import { builder } from '../runtime/builder.ts'
import { type Accumulator, grown } from './aggregate.ts'
import { ExactSums } from './exact-sums.ts'

/** Integers to bigint, decimals to a decimal of the same scale. */
export class ExactSum implements Accumulator {
  readonly #input: Evaluate
  readonly #type: DataType
  readonly #name: string
  readonly #sums = new ExactSums()

  constructor(input: Evaluate, type: DataType, name: string) {
    this.#input = input
    this.#type = type
    this.#name = name
  }

  add(groups: Int32Array, groupCount: number, frame: Frame, selection: Selection): void {
    this.#sums.grow(groupCount)
    addExactly(this.#sums, this.#input(frame, selection), groups, selection)
  }

  mergeFrom(other: Accumulator, groups: Int32Array, groupCount: number): void {
    if (!(other instanceof ExactSum)) throw new TypeError('another aggregate')
    this.#sums.grow(groupCount)
    this.#sums.addAll(other.#sums, groups)
  }

  result(groupCount: number): Column {
    const out = builder(this.#type, groupCount)
    this.#sums.grow(groupCount)
    for (let g = 0; g < groupCount; g++) {
      const sum = this.#sums.at(g)
      out.set(g, sum === null ? null : inRange(sum, this.#type, this.#name))
    }
    return out.finish()
  }
}

export function addExactly(sums: ExactSums, column: Column, groups: Int32Array, { rows, count }: Selection): void {
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    const value = valueAt(column, row)
    if (typeof value === 'number') sums.addNumber(groups[k] as number, value)
    else if (value !== null) sums.addBigint(groups[k] as number, value as bigint)
  }
}

/** The sum, or a batch error: rows were folded already, so no single record can be refused. */
export function inRange(sum: bigint, type: DataType, name: string): Value {
  const inside = type.kind === 'decimal' ? fits(sum, type.precision) : sum === BigInt.asIntN(64, sum)
  if (inside) return sum
  const text = type.kind === 'decimal' ? decimalText(sum, type.scale) : String(sum)
  throw new SprkError(Exit.BAD_RECORD, {
    code: 'E_OVERFLOW',
    message: `${name}: ${text} is out of range for ${typeName(type)}`,
  })
}

/** What a sum of doubles and the number of its values, which is not 0, come to. */
export type Conclude = (sum: number, count: number) => number

/** sum and avg of doubles; NULL where a group has no value. */
export class DoubleAggregate implements Accumulator {
  readonly #input: Evaluate
  readonly #conclude: Conclude
  readonly #sums = new DoubleSums()

  constructor(input: Evaluate, conclude: Conclude) {
    this.#input = input
    this.#conclude = conclude
  }

  add(groups: Int32Array, groupCount: number, frame: Frame, selection: Selection): void {
    this.#sums.add(this.#input(frame, selection), groups, groupCount, selection)
  }

  mergeFrom(other: Accumulator, groups: Int32Array, groupCount: number): void {
    if (!(other instanceof DoubleAggregate)) throw new TypeError('another aggregate')
    this.#sums.mergeFrom(other.#sums, groups, groupCount)
  }

  result(groupCount: number): Column {
    const out = builder(DOUBLE, groupCount)
    for (let g = 0; g < groupCount; g++) {
      const count = this.#sums.count(g)
      out.set(g, count === 0 ? null : this.#conclude(this.#sums.sum(g), count))
    }
    return out.finish()
  }
}

/** Sums of doubles and how many were added, by group. */
class DoubleSums {
  #sums = new Float64Array(0)
  #counts = new Float64Array(0)

  add(column: Column, groups: Int32Array, groupCount: number, { rows, count }: Selection): void {
    this.#grow(groupCount)
    const [sums, counts] = [this.#sums, this.#counts]
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      if (isNull(column, row)) continue
      const group = groups[k] as number
      // In range: grown above.
      sums[group]! += column.layout === 'number' ? (column.values[row] as number) : Number(valueAt(column, row))
      counts[group]! += 1
    }
  }

  mergeFrom(other: DoubleSums, groups: Int32Array, groupCount: number): void {
    this.#grow(groupCount)
    const merged = Math.min(groups.length, other.#sums.length)
    for (let g = 0; g < merged; g++) {
      const group = groups[g] as number
      // In range: grown above.
      this.#sums[group]! += other.#sums[g] as number
      this.#counts[group]! += other.#counts[g] as number
    }
  }

  sum(group: number): number {
    return this.#sums[group] ?? 0
  }

  count(group: number): number {
    return this.#counts[group] ?? 0
  }

  #grow(groupCount: number): void {
    this.#sums = grown(this.#sums, groupCount)
    this.#counts = grown(this.#counts, groupCount)
  }
}
