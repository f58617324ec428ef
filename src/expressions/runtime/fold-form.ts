// aggregate over columns: step i is evaluated for all rows whose arrays have an element i.

import { type Column, isNull, type Reject, rejectRow, type Selection, valueAt } from '../../column.ts'
import { repeated } from '../../values/elements.ts'
import type { HigherOrder } from '../typed.ts'
import { builder } from './builder.ts'
import { exploded, refuseFaults } from './higher-order.ts'

/** aggregate(array, start, merge, finish): NULL where the array is, whatever the start is. */
export const foldForm: HigherOrder = {
  name: 'aggregate',
  strictArgs: 1,
  apply({ args: [arrays, start], lambda: merge, finish, type, frame, selection }) {
    const { elements, starts } = exploded(arrays as Column, selection)
    const ends = builder((start as Column).type, frame.length)
    /** The numbers of rows in the selection that go on, and the results of their last steps, aligned with them. */
    let open = Int32Array.from({ length: selection.count }, (_, k) => k)
    let last = repeated(
      start as Column,
      open.map((k) => selection.rows[k] as number),
    )
    for (let step = 0; open.length > 0; step++) {
      const going: number[] = []
      for (const [at, k] of open.entries()) {
        if ((starts[k] as number) + step < (starts[k + 1] as number)) going.push(at)
        else ends.set(selection.rows[k] as number, valueAt(last, at))
      }
      const active = Int32Array.from(going, (at) => open[at] as number)
      const origins = active.map((k) => selection.rows[k] as number)
      const items = active.map((k) => (starts[k] as number) + step)
      const { results, faults } = merge(
        [repeated(last, Int32Array.from(going)), repeated(elements, items)],
        origins,
        frame,
      )
      for (const [call, why] of faults) rejectRow(frame, origins[call] as number, why as Reject)
      if (faults.size === 0) {
        open = active
        last = results
        continue
      }
      const kept = Int32Array.from(active.keys()).filter((call) => !faults.has(call))
      open = kept.map((call) => active[call] as number)
      last = repeated(results, kept)
    }
    return finished(ends.finish(), finish, type, frame, selection)
  },
}

type Call = Parameters<HigherOrder['apply']>[0]

function finished(
  ends: Column,
  finish: Call['finish'],
  type: Call['type'],
  frame: Call['frame'],
  selection: Selection,
): Column {
  if (finish === undefined) return ends
  const origins = selection.rows.slice(0, selection.count)
  const called = finish([repeated(ends, origins)], origins, frame)
  refuseFaults(called, origins, frame)
  const out = builder(type, frame.length)
  for (const [call, row] of origins.entries())
    out.set(row, isNull(called.results, call) ? null : valueAt(called.results, call))
  return out.finish()
}
