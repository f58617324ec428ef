// min(x) and max(x), by the order of the type; NULL never counts, NaN is the greatest number.

import { type Column, type Evaluate, type Frame, keptBytes, type Selection, type Value, valueAt } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { builder } from '../runtime/builder.ts'
import type { Order } from '../runtime/order.ts'
import type { Accumulator } from './aggregate.ts'

export class Extreme implements Accumulator {
  readonly #input: Evaluate
  readonly #type: DataType
  /** Positive where the second value wins. */
  readonly #wins: Order
  /** By group; undefined and null alike: no value yet. */
  readonly #best: (Value | undefined)[] = []
  #keptBytes = 0

  constructor(which: 'min' | 'max', input: Evaluate, type: DataType, order: Order) {
    this.#input = input
    this.#type = type
    this.#wins = which === 'min' ? order : (a, b) => order(b, a)
  }

  add(groups: Int32Array, _groupCount: number, frame: Frame, selection: Selection): void {
    const column = this.#input(frame, selection)
    const { rows, count } = selection
    for (let k = 0; k < count; k++) this.#offer(groups[k] as number, valueAt(column, rows[k] as number))
  }

  mergeFrom(other: Accumulator, groups: Int32Array): void {
    if (!(other instanceof Extreme)) throw new TypeError('another aggregate')
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
    this.#keptBytes += keptBytes(value) - (best === null ? 0 : keptBytes(best))
  }
}
