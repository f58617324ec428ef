// count(*), count(x) and count(x, y).

import { type Column, type Evaluate, type Frame, isNull, type Selection } from '../../column.ts'
import { BIGINT } from '../../types.ts'
import { nullMarks } from '../runtime/null-marks.ts'
import { type Accumulator, grown } from './aggregate.ts'

export class Count implements Accumulator {
  readonly #inputs: readonly Evaluate[]
  #counts = new Float64Array(0)

  /** Counts the rows where no input is NULL. */
  constructor(inputs: readonly Evaluate[]) {
    this.#inputs = inputs
  }

  add(groups: Int32Array, groupCount: number, frame: Frame, selection: Selection): void {
    this.#counts = grown(this.#counts, groupCount)
    const [only] = this.#inputs
    if (only === undefined) this.#addAll(groups, selection)
    else if (this.#inputs.length === 1) this.#addKnown(only(frame, selection), groups, selection)
    else {
      const columns = this.#inputs.map((evaluate) => evaluate(frame, selection))
      const { rows, count } = selection
      for (let k = 0; k < count; k++) {
        const row = rows[k] as number
        // In range: grown above.
        if (!columns.some((column) => isNull(column, row))) this.#counts[groups[k] as number]! += 1
      }
    }
  }

  #addAll(groups: Int32Array, { count }: Selection): void {
    const counts = this.#counts
    for (let k = 0; k < count; k++) counts[groups[k] as number]! += 1 // in range: grown by the caller
  }

  #addKnown(column: Column, groups: Int32Array, { rows, count }: Selection): void {
    const counts = this.#counts
    const known = nullMarks(column)
    if (known === undefined) {
      for (let k = 0; k < count; k++) if (!isNull(column, rows[k] as number)) counts[groups[k] as number]! += 1
      return
    }
    const { marks, mark } = known
    for (let k = 0; k < count; k++) {
      if (marks === null || marks[rows[k] as number] !== mark) counts[groups[k] as number]! += 1
    }
  }

  mergeFrom(other: Accumulator, groups: Int32Array, groupCount: number): void {
    if (!(other instanceof Count)) throw new TypeError('another aggregate')
    this.#counts = grown(this.#counts, groupCount)
    const merged = Math.min(groups.length, other.#counts.length)
    for (let g = 0; g < merged; g++) this.#counts[groups[g] as number]! += other.#counts[g] as number // as above
  }

  result(groupCount: number): Column {
    const values = new BigInt64Array(groupCount)
    for (let g = 0; g < groupCount; g++) values[g] = BigInt(this.#counts[g] ?? 0)
    return { layout: 'bigint', type: BIGINT, values, nulls: null }
  }
}
