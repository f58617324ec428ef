// The lengths of texts from their bytes: characters are the bytes that continue none.

import type { Column, Frame, Selection } from '../../column.ts'
import { INT } from '../../types.ts'

/** Undefined where a text has no span. */
export function lengthKernel(
  [column]: readonly Column[],
  frame: Frame,
  { rows, count }: Selection,
): Column | undefined {
  if (column?.layout !== 'string' || column.spans === undefined) return undefined
  const { nulls } = column
  const { bytes, starts, ends } = column.spans
  const values = new Float64Array(frame.length)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    if (nulls !== null && nulls[row] === 1) continue
    const end = ends[row] as number
    if (end < 0) return undefined
    let characters = 0
    for (let p = starts[row] as number; p < end; p++) if (((bytes[p] as number) & 0xc0) !== 0x80) characters++
    values[row] = characters
  }
  return { layout: 'number', type: INT, values, nulls }
}
