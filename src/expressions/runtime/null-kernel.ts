// IS NULL and IS NOT NULL over whole columns.

import { type Column, type Frame, isNull, type Selection } from '../../column.ts'
import { BOOLEAN } from '../../types.ts'

export function nullTest(column: Column, negated: boolean, frame: Frame, { rows, count }: Selection): Column {
  const values = new Uint8Array(frame.length)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    values[row] = isNull(column, row) === negated ? 0 : 1
  }
  return { layout: 'boolean', type: BOOLEAN, values, nulls: null }
}
