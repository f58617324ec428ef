// Selections from selections.

import type { Column, Selection } from '../../column.ts'

/** The rows of a selection that pass the test; the selection itself where all do. */
export function narrow(selection: Selection, test: (row: number) => boolean): Selection {
  const rows = new Int32Array(selection.count)
  let count = 0
  for (let k = 0; k < selection.count; k++) {
    const row = selection.rows[k] as number
    if (test(row)) rows[count++] = row
  }
  return count === selection.count ? selection : { rows, count }
}

/** The rows where a boolean column is true, not false and not NULL: what a filter keeps. */
export function selectTrue(column: Column, selection: Selection): Selection {
  return selectTruth(column, true, selection, true)
}

/** The rows where a boolean column is `truth` (where `is`), or is anything else, NULL included (where not). */
export function selectTruth(column: Column, truth: boolean, selection: Selection, is: boolean): Selection {
  if (column.layout === 'constant')
    return (column.value === truth) === is ? selection : { rows: selection.rows, count: 0 }
  if (column.layout === 'values') return narrow(selection, (row) => (column.values[row] === truth) === is)
  if (column.layout !== 'boolean') throw new TypeError(`a ${column.layout} column is no condition`)
  const { values, nulls } = column
  const wanted = truth ? 1 : 0
  const rows = new Int32Array(selection.count)
  let count = 0
  for (let k = 0; k < selection.count; k++) {
    const row = selection.rows[k] as number
    if ((values[row] === wanted && (nulls === null || nulls[row] === 0)) === is) rows[count++] = row
  }
  return count === selection.count ? selection : { rows, count }
}
