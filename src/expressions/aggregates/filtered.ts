// FILTER (WHERE …): an accumulator that sees only the rows where a condition is true.

import type { Column, Evaluate, Frame, Selection } from '../../column.ts'
import { selectTrue } from '../runtime/selection.ts'
import type { Accumulator } from './aggregate.ts'

export class Filtered implements Accumulator {
  readonly #filter: Evaluate
  readonly #inner: Accumulator

  constructor(filter: Evaluate, inner: Accumulator) {
    this.#filter = filter
    this.#inner = inner
  }

  add(groups: Int32Array, groupCount: number, frame: Frame, selection: Selection): void {
    const kept = selectTrue(this.#filter(frame, selection), selection)
    this.#inner.add(kept === selection ? groups : groupsOf(kept, groups, selection), groupCount, frame, kept)
  }

  mergeFrom(other: Accumulator, groups: Int32Array, groupCount: number): void {
    if (!(other instanceof Filtered)) throw new TypeError('another aggregate')
    this.#inner.mergeFrom(other.#inner, groups, groupCount)
  }

  keptBytes(): number {
    return this.#inner.keptBytes?.() ?? 0
  }

  result(groupCount: number): Column {
    return this.#inner.result(groupCount)
  }
}

/** Both selections are ascending, and `kept` is a part of the other. */
function groupsOf(kept: Selection, groups: Int32Array, { rows }: Selection): Int32Array {
  const found = new Int32Array(kept.count)
  for (let k = 0, i = 0; k < kept.count; k++, i++) {
    while (rows[i] !== kept.rows[k]) i++
    found[k] = groups[i] as number
  }
  return found
}
