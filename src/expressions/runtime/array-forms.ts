// transform, filter, exists, forall and zip_with over columns.

import { allRows, type Column, type Reject, rejectRow, type Value, valueAt } from '../../column.ts'
import { BOOLEAN, type DataType } from '../../types.ts'
import { repeated } from '../../values/elements.ts'
import type { HigherOrder } from '../typed.ts'
import { builder } from './builder.ts'
import { exploded, listOf, numbered, refuseFaults, startsOf } from './higher-order.ts'
import { selectTrue } from './selection.ts'

export const transformForm: HigherOrder = {
  name: 'transform',
  strictArgs: 1,
  apply({ args: [arrays], lambda, type, frame, selection }) {
    const all = exploded(arrays as Column, selection)
    const called = lambda([all.elements, numbered(all)], all.origins, frame)
    refuseFaults(called, all.origins, frame)
    return listOf(called.results, all.starts, type, frame, selection)
  },
}

export const filterForm: HigherOrder = {
  name: 'filter',
  strictArgs: 1,
  apply({ args: [arrays], lambda, type, frame, selection }) {
    const all = exploded(arrays as Column, selection)
    const { origins } = all
    const called = lambda([all.elements, numbered(all)], origins, frame)
    refuseFaults(called, origins, frame)
    const { rows, count } = selectTrue(called.results, allRows(origins.length))
    const kept = rows.slice(0, count)
    const starts = startsOf(
      kept.map((element) => origins[element] as number),
      selection,
    )
    return listOf(repeated(all.elements, kept), starts, type, frame, selection)
  },
}

/**
 * exists and forall: the elements are asked in order until one `decides` (true for exists, false for forall). What an
 * element behind it would do, an error too, does not count. NULL where none decides and one is NULL.
 */
export function untilForm(name: string, decides: boolean): HigherOrder {
  return {
    name,
    strictArgs: 1,
    apply({ args: [arrays], lambda, frame, selection }) {
      const { elements, origins, starts } = exploded(arrays as Column, selection)
      const { results, faults } = lambda([elements], origins, frame)
      const values = new Uint8Array(frame.length)
      const nulls = new Uint8Array(frame.length)
      for (let k = 0; k < selection.count; k++) {
        const row = selection.rows[k] as number
        let found: Value = !decides
        for (let i = starts[k] as number; i < (starts[k + 1] as number) && found !== decides; i++) {
          if (faults.has(i)) {
            rejectRow(frame, row, faults.get(i) as Reject)
            found = null
            break
          }
          const value = valueAt(results, i)
          if (value === null || value === decides) found = value
        }
        values[row] = found === true ? 1 : 0
        nulls[row] = found === null ? 1 : 0
      }
      return { layout: 'boolean', type: BOOLEAN, values, nulls }
    },
  }
}

/** The shorter array has NULLs behind its end. */
export const zipForm: HigherOrder = {
  name: 'zip_with',
  strictArgs: 2,
  apply({ args, lambda, type, frame, selection }) {
    const sides = args as readonly [Column, Column]
    const values: [Value[], Value[]] = [[], []]
    const origins: number[] = []
    for (let k = 0; k < selection.count; k++) {
      const row = selection.rows[k] as number
      const [left, right] = sides.map((side) => valueAt(side, row) as readonly Value[]) as [Value[], Value[]]
      for (let i = 0; i < Math.max(left.length, right.length); i++) {
        values[0].push(left[i] ?? null)
        values[1].push(right[i] ?? null)
        origins.push(row)
      }
    }
    const from = Int32Array.from(origins)
    const columns = sides.map(({ type: side }, i) => columnFrom(elementOf(side), values[i] as Value[]))
    const called = lambda(columns, from, frame)
    refuseFaults(called, from, frame)
    return listOf(called.results, startsOf(from, selection), type, frame, selection)
  },
}

function elementOf(type: DataType): DataType {
  return type.kind === 'array' ? type.element : type
}

/** A column in the layout that its type has: kernels know it. */
export function columnFrom(type: DataType, values: readonly Value[]): Column {
  const out = builder(type, values.length)
  for (const [i, value] of values.entries()) out.set(i, value)
  return out.finish()
}
