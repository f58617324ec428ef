// array_sort with a comparator, over columns: each row sorts on its own, and the comparisons that the rows wait for are
// evaluated together.

import { type Column, type Reject, rejectRow, type Value, valueAt } from '../../column.ts'
import type { Called, HigherOrder } from '../typed.ts'
import { columnFrom } from './array-forms.ts'
import { builder } from './builder.ts'

/** A sort that asks for a comparison by two values, and gets a number below 0, 0 or above it. */
type Sorting = Generator<readonly [Value, Value], readonly Value[], number>

interface Open {
  readonly row: number
  readonly sorting: Sorting
  readonly asked: readonly [Value, Value]
}

export const sortForm: HigherOrder = {
  name: 'array_sort',
  strictArgs: 1,
  apply({ args: [arrays], lambda: compare, type, frame, selection }) {
    const element = type.kind === 'array' ? type.element : type
    const out = builder(type, frame.length)
    const next = (row: number, sorting: Sorting, result?: number): Open | undefined => {
      const { done, value } = result === undefined ? sorting.next() : sorting.next(result)
      if (done !== true) return { row, sorting, asked: value }
      out.set(row, value)
      return undefined
    }
    let open: Open[] = []
    for (let k = 0; k < selection.count; k++) {
      const row = selection.rows[k] as number
      const first = next(row, sorted(valueAt(arrays as Column, row) as readonly Value[]))
      if (first !== undefined) open.push(first)
    }
    while (open.length > 0) {
      const sides = [0, 1].map((side) =>
        columnFrom(
          element,
          open.map(({ asked }) => asked[side] as Value),
        ),
      )
      const called = compare(
        sides,
        Int32Array.from(open, ({ row }) => row),
        frame,
      )
      open = open.flatMap(({ row, sorting }, call) => {
        const result = outcome(called, call)
        if (typeof result === 'number') return next(row, sorting, result) ?? []
        rejectRow(frame, row, result)
        return []
      })
    }
    return out.finish()
  },
}

function outcome({ results, faults }: Called, call: number): number | Reject {
  const fault = faults.get(call)
  if (fault !== undefined) return fault
  const value = valueAt(results, call)
  if (value !== null) return value as number
  const message = 'the comparator of array_sort gave NULL for two elements'
  return { code: 'E_TYPE', message, condition: 'COMPARATOR_RETURNS_NULL' }
}

/** Below this many elements Java's sort inserts one by one; a comparator without an order shows the difference. */
const RUN = 32

/** As `java.util.Arrays.sort` for less than 32 elements (TimSort's `binarySort`); longer ones are merged from such runs. */
function* sorted(items: readonly Value[]): Sorting {
  if (items.length < RUN) return yield* inserted(items)
  const middle = items.length >> 1
  return yield* merged(yield* sorted(items.slice(0, middle)), yield* sorted(items.slice(middle)))
}

function* inserted(items: readonly Value[]): Sorting {
  if (items.length < 2) return items
  const list = [...items]
  let end = 2
  if ((yield [list[1] as Value, list[0] as Value]) < 0) {
    while (end < list.length && (yield [list[end] as Value, list[end - 1] as Value]) < 0) end++
    list.splice(0, end, ...list.slice(0, end).reverse())
  } else while (end < list.length && (yield [list[end] as Value, list[end - 1] as Value]) >= 0) end++
  for (; end < list.length; end++) {
    const pivot = list[end] as Value
    let [left, right] = [0, end]
    while (left < right) {
      const middle = (left + right) >> 1
      if ((yield [pivot, list[middle] as Value]) < 0) right = middle
      else left = middle + 1
    }
    list.copyWithin(left + 1, left, end)
    list[left] = pivot
  }
  return list
}

function* merged(a: readonly Value[], b: readonly Value[]): Sorting {
  const list: Value[] = []
  let [i, k] = [0, 0]
  while (i < a.length && k < b.length)
    list.push(((yield [b[k] as Value, a[i] as Value]) < 0 ? b[k++] : a[i++]) as Value)
  return [...list, ...a.slice(i), ...b.slice(k)]
}
