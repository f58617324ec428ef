// Selections from selections.

import { type Column, isNull, type Selection } from '../../column.ts'

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
  if (column.layout === 'constant') return column.value === true ? selection : { rows: selection.rows, count: 0 }
  if (column.layout !== 'boolean') throw new TypeError(`a ${column.layout} column is no condition`)
  const { values } = column
  return narrow(selection, (row) => values[row] === 1 && !isNull(column, row))
}
