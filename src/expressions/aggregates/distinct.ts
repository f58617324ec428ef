// DISTINCT: keeps the different rows of arguments of each group, and aggregates those at the end.

import { allRows, type Column, type Evaluate, type Frame, type Selection, type Value, valueAt } from '../../column.ts'
import { keptBytes } from '../../kept-bytes.ts'
import type { DataType } from '../../types.ts'
import { canonicalKey } from '../../values/canonical-key.ts'
import type { Accumulator } from './aggregate.ts'
import { MAX_GROUP_BYTES, tooLarge } from './states.ts'

/** Of an entry of a map, its key's slot and the array of the values included. */
const ENTRY_BYTES = 112

/** Values are compared as keys are: -0 equals 0, NaN equals NaN, and NULL is a value. */
export class Distinct implements Accumulator {
  readonly #inputs: readonly Evaluate[]
  readonly #types: readonly DataType[]
  readonly #open: (inputs: readonly Evaluate[]) => Accumulator
  readonly #name: string
  /** By group: the rows, in the order in which they were first met. */
  readonly #rows: (Map<Value, readonly Value[]> | undefined)[] = []
  readonly #bytesOfGroup: number[] = []
  #keptBytes = 0

  /** `open` makes the accumulator of the rows that are left; `types` are those of the inputs. */
  constructor(
    inputs: readonly Evaluate[],
    types: readonly DataType[],
    open: (inputs: readonly Evaluate[]) => Accumulator,
    name: string,
  ) {
    this.#inputs = inputs
    this.#types = types
    this.#open = open
    this.#name = name
  }

  add(groups: Int32Array, _groupCount: number, frame: Frame, { rows, count }: Selection): void {
    const columns = this.#inputs.map((evaluate) => evaluate(frame, { rows, count }))
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      this.#keep(
        groups[k] as number,
        columns.map((column) => normal(valueAt(column, row))),
      )
    }
  }

  mergeFrom(other: Accumulator, groups: Int32Array, _groupCount: number): void {
    if (!(other instanceof Distinct)) throw new TypeError('another aggregate')
    other.#rows.forEach((rows, g) => {
      for (const row of rows?.values() ?? []) this.#keep(groups[g] as number, row)
    })
  }

  keptBytes(): number {
    return this.#keptBytes
  }

  result(groupCount: number): Column {
    const groups: number[] = []
    const values: Value[][] = this.#types.map(() => [])
    this.#rows.forEach((rows, group) => {
      for (const row of rows?.values() ?? []) {
        groups.push(group)
        for (const [c, value] of row.entries()) values[c]?.push(value)
      }
    })
    const columns = this.#types.map((type, c): Column => ({ layout: 'values', type, values: values[c] as Value[] }))
    const inner = this.#open(columns.map((column) => () => column))
    const frame: Frame = { length: groups.length, columns, records: null, rejects: NONE, batch: null }
    inner.add(Int32Array.from(groups), groupCount, frame, allRows(groups.length))
    return inner.result(groupCount)
  }

  #keep(group: number, row: readonly Value[]): void {
    const [only] = row
    const isPlain = row.length === 1 && (only === null || typeof only !== 'object')
    const key: Value = isPlain ? (only as Value) : canonicalKey(row)
    let rows = this.#rows[group]
    if (rows === undefined) {
      rows = new Map()
      this.#rows[group] = rows
      this.#keptBytes += ENTRY_BYTES
    }
    if (rows.has(key)) return
    rows.set(key, row)
    let bytes = ENTRY_BYTES + (isPlain ? 0 : keptBytes(key))
    for (const value of row) bytes += keptBytes(value)
    this.#keptBytes += bytes
    const kept = (this.#bytesOfGroup[group] ?? 0) + bytes
    this.#bytesOfGroup[group] = kept
    if (kept > MAX_GROUP_BYTES) throw tooLarge(group, this.#name)
  }
}

/** Of -0 and 0, which are one value, Spark keeps 0. */
export function normal(value: Value): Value {
  return value === 0 ? 0 : value
}

/** The rows were evaluated before; nothing is refused any more. */
const NONE: Frame['rejects'] = {
  reject(_, { message }) {
    throw new TypeError(message)
  },
}
