// Casts of whole columns, for the pairs of types that streams of JSON are full of.

import { type Column, Tag } from '../../column.ts'
import { type DataType, STRING } from '../../types.ts'
import type { Kernel } from '../typed.ts'

const NUMBERS = ['tinyint', 'smallint', 'int', 'float', 'double']

export function castKernel(from: DataType, to: DataType): Kernel | undefined {
  if (from.kind === 'variant' && to.kind === 'string') return ([column], frame) => variantToStrings(column as Column, frame.length)
  if (NUMBERS.indexOf(from.kind) >= 0 && NUMBERS.indexOf(to.kind) > NUMBERS.indexOf(from.kind) && to.kind !== 'float')
    return ([column]) => relabelled(column as Column, to)
  return undefined
}

/** Every value of the narrower type is a value of the wider one. */
function relabelled(column: Column, to: DataType): Column | undefined {
  return column.layout === 'number' ? { ...column, type: to } : undefined
}

/** Shares ids, dictionary and texts: no string is made. */
function variantToStrings(column: Column, length: number): Column | undefined {
  if (column.layout !== 'variant') return undefined
  const { tags, ids, dictionary, spans } = column
  // The arrays may be far longer.
  const nulls = new Uint8Array(length)
  for (let row = 0; row < length; row++) nulls[row] = tags[row] === Tag.NULL ? 1 : 0
  return { layout: 'string', type: STRING, nulls, ids, dictionary, spans, textAt: (row) => column.textAt(row) }
}
