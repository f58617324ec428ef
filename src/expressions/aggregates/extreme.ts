// min(x) and max(x), by the order of the type; NULL never counts, NaN is the greatest number.

import {
  type BigintColumn,
  type Column,
  type Evaluate,
  type Frame,
  type NumberColumn,
  type Selection,
  type Value,
  valueAt,
} from '../../column.ts'
import { keptBytes } from '../../kept-bytes.ts'
import type { DataType } from '../../types.ts'
import { numberAt, wordsOf } from '../../values/int64.ts'
import { builder } from '../runtime/builder.ts'
import type { Order } from '../runtime/order.ts'
import { type Accumulator, grown } from './aggregate.ts'

export class Extreme implements Accumulator {
  readonly #input: Evaluate
  readonly #type: DataType
  /** Positive where the second value wins. */
  readonly #wins: Order
  /** 1 for max, -1 for min. */
  readonly #sign: number
  /** By group; undefined and null alike: no value yet. */
  readonly #best: (Value | undefined)[] = []
  /** By group, for numbers: nothing wins that is, times the sign, not above it. NaN: anything may win. */
  #bounds = new Float64Array(0)
  #bounded = 0
  #keptBytes = 0

  constructor(which: 'min' | 'max', input: Evaluate, type: DataType, order: Order) {
    this.#input = input
    this.#type = type
    this.#sign = which === 'max' ? 1 : -1
    this.#wins = which === 'min' ? order : (a, b) => order(b, a)
  }

  add(groups: Int32Array, groupCount: number, frame: Frame, selection: Selection): void {
    const column = this.#input(frame, selection)
    this.#bound(groupCount)
    if (column.layout === 'number') this.#addNumbers(column, groups, selection)
    else if (column.layout === 'bigint') this.#addIntegers(column, groups, selection)
    else this.#addValues(column, groups, selection)
  }

  #addValues(column: Column, groups: Int32Array, { rows, count }: Selection): void {
    for (let k = 0; k < count; k++) this.#offer(groups[k] as number, valueAt(column, rows[k] as number))
  }

  /** A value is boxed only where it may win. */
  #addNumbers({ values, nulls }: NumberColumn, groups: Int32Array, { rows, count }: Selection): void {
    const bounds = this.#bounds
    const sign = this.#sign
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      if (nulls !== null && nulls[row] === 1) continue
      const group = groups[k] as number
      if (!((values[row] as number) * sign <= (bounds[group] as number))) this.#offer(group, values[row] as number)
    }
  }

  #addIntegers({ values, nulls }: BigintColumn, groups: Int32Array, { rows, count }: Selection): void {
    const words = wordsOf(values)
    const bounds = this.#bounds
    const sign = this.#sign
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      if (nulls !== null && nulls[row] === 1) continue
      const group = groups[k] as number
      if (!(numberAt(words, row) * sign <= (bounds[group] as number))) this.#offer(group, values[row] as bigint)
    }
  }

  mergeFrom(other: Accumulator, groups: Int32Array, groupCount: number): void {
    if (!(other instanceof Extreme)) throw new TypeError('another aggregate')
    this.#bound(groupCount)
    for (let g = 0; g < groups.length; g++) this.#offer(groups[g] as number, other.#best[g] ?? null)
  }

  keptBytes(): number {
    return this.#keptBytes
  }

  result(groupCount: number): Column {
    const out = builder(this.#type, groupCount)
    for (let g = 0; g < groupCount; g++) out.set(g, this.#best[g] ?? null)
    return out.finish()
  }

  #offer(group: number, value: Value): void {
    if (value === null) return
    const best = this.#best[group] ?? null
    if (best !== null && this.#wins(best, value) <= 0) return
    this.#best[group] = value
    // Of a bigint beyond 2^53 the nearest double: every integer below 2^53 stands on the same side of both.
    if (typeof value === 'number' || typeof value === 'bigint') this.#bounds[group] = Number(value) * this.#sign
    this.#keptBytes += keptBytes(value) - (best === null ? 0 : keptBytes(best))
  }

  #bound(groupCount: number): void {
    this.#bounds = grown(this.#bounds, groupCount)
    this.#bounds.fill(Number.NaN, this.#bounded, this.#bounds.length)
    this.#bounded = this.#bounds.length
  }
}
