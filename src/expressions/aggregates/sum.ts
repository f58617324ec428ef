// sum(x): exact for integers and decimals, in record order for doubles.

import {
  type BigintColumn,
  type Column,
  type Evaluate,
  type Frame,
  isNull,
  type NumberColumn,
  type Selection,
  type Value,
  valueAt,
} from '../../column.ts'
import { type DataType, DOUBLE, typeName } from '../../types.ts'
import { decimalText, fits } from '../../values/decimal.ts'
import { numberAt, wordsOf } from '../../values/int64.ts'
import { RowFault } from '../../values/row-fault.ts'
import { builder } from '../runtime/builder.ts'
import { type Accumulator, GroupFault, grown } from './aggregate.ts'
import { ExactSums, MAX_ADDED } from './exact-sums.ts'

/** Integers to bigint, decimals to a decimal of the same scale, intervals to their own type. */
export class ExactSum implements Accumulator {
  readonly #input: Evaluate
  readonly #type: DataType
  readonly #name: string
  readonly #isLenient: boolean
  readonly #sums = new ExactSums()

  /** `isLenient`: a sum that is out of range is NULL. */
  constructor(input: Evaluate, type: DataType, name: string, isLenient: boolean) {
    this.#input = input
    this.#type = type
    this.#name = name
    this.#isLenient = isLenient
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
      if (sum !== null)
        out.set(
          g,
          groupResult(g, this.#name, this.#isLenient, () => exactValue(sum, this.#type)),
        )
    }
    return out.finish()
  }
}

export function addExactly(sums: ExactSums, column: Column, groups: Int32Array, selection: Selection): void {
  if (column.layout === 'number') addNumbers(sums, column, groups, selection)
  else if (column.layout === 'bigint') addIntegers(sums, column, groups, selection)
  else addValues(sums, column, groups, selection)
}

function addValues(sums: ExactSums, column: Column, groups: Int32Array, { rows, count }: Selection): void {
  for (let k = 0; k < count; k++) {
    const value = valueAt(column, rows[k] as number)
    if (typeof value === 'number') sums.addNumber(groups[k] as number, value)
    else if (value !== null) sums.addBigint(groups[k] as number, value as bigint)
  }
}

/** Integers of up to 32 bits. */
function addNumbers(sums: ExactSums, column: NumberColumn, groups: Int32Array, { rows, count }: Selection): void {
  const { values, nulls } = column
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    if (nulls === null || nulls[row] === 0) sums.addNumber(groups[k] as number, values[row] as number)
  }
}

/** Integers of 64 bits: a bigint is made only of those that a number does not hold. */
function addIntegers(sums: ExactSums, column: BigintColumn, groups: Int32Array, { rows, count }: Selection): void {
  const { values, nulls } = column
  const words = wordsOf(values)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    if (nulls !== null && nulls[row] === 1) continue
    const value = numberAt(words, row)
    if (Math.abs(value) <= MAX_ADDED) sums.addNumber(groups[k] as number, value)
    else sums.addBigint(groups[k] as number, values[row] as bigint)
  }
}

/** The value of a group; NULL, or a fault of the group, where `compute` throws RowFault. */
export function groupResult(group: number, name: string, isLenient: boolean, compute: () => Value): Value {
  try {
    return compute()
  } catch (fault) {
    if (!(fault instanceof RowFault)) throw fault
    if (isLenient) return null
    const { code, message, condition } = fault.reject
    throw new GroupFault(group, code, `${name}: ${message}`, condition)
  }
}

/** An exact number as a value of the type: unscaled for a decimal. Throws RowFault where it is out of range. */
export function exactValue(sum: bigint, type: DataType): Value {
  if (type.kind === 'year_month_interval') {
    if (sum === BigInt.asIntN(32, sum)) return Number(sum)
  } else if (type.kind === 'decimal' ? fits(sum, type.precision) : sum === BigInt.asIntN(64, sum)) return sum
  const isInterval = type.kind === 'year_month_interval' || type.kind === 'day_time_interval'
  const text = type.kind === 'decimal' ? decimalText(sum, type.scale) : isInterval ? 'the result' : String(sum)
  throw new RowFault('E_OVERFLOW', `${text} is out of range for ${typeName(type)}`, CONDITIONS[type.kind])
}

/** Where it is not that of every overflow. */
const CONDITIONS: Readonly<Partial<Record<DataType['kind'], string>>> = {
  decimal: 'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION',
  year_month_interval: 'INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION',
  day_time_interval: 'INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION',
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
    if (column.layout === 'number') {
      const { values, nulls } = column
      for (let k = 0; k < count; k++) {
        const row = rows[k] as number
        if (nulls !== null && nulls[row] === 1) continue
        const group = groups[k] as number
        // In range: grown above.
        sums[group]! += values[row] as number
        counts[group]! += 1
      }
      return
    }
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      if (isNull(column, row)) continue
      const group = groups[k] as number
      // In range: grown above.
      sums[group]! += Number(valueAt(column, row))
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
