// IS NULL and IS NOT NULL over whole columns.

import { type Column, type Frame, isNull, type Selection } from '../../column.ts'
import { BOOLEAN } from '../../types.ts'
import { nullMarks } from './null-marks.ts'

export function nullTest(column: Column, negated: boolean, frame: Frame, { rows, count }: Selection): Column {
  const values = new Uint8Array(frame.length)
  const known = nullMarks(column)
  const [ifNull, ifNot] = negated ? [0, 1] : [1, 0]
  if (known?.marks === null) values.fill(ifNot)
  else if (known !== undefined) {
    const { marks, mark } = known
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      values[row] = marks[row] === mark ? ifNull : ifNot
    }
  } else {
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      values[row] = isNull(column, row) ? ifNull : ifNot
    }
  }
  return { layout: 'boolean', type: BOOLEAN, values, nulls: null }
}
