// The one adapter between functions of values and columns: lifts a scalar function over the selected rows.

import {
  type Column,
  type ConstantColumn,
  type Evaluate,
  type Frame,
  type Selection,
  type Value,
  valueAt,
} from '../../column.ts'
import type { DataType } from '../../types.ts'
import type { Scalar } from '../typed.ts'
import { builder } from './builder.ts'
import { call, rejectFault } from './call.ts'
import { type DictionaryColumn, dictionaryLift, hasDictionary } from './dictionary-lift.ts'

export function lift(scalar: Scalar, args: readonly Evaluate[], type: DataType): Evaluate {
  const overDictionary = dictionaryLift(scalar, type)
  return (frame, selection) => {
    const columns = args.map((evaluate) => evaluate(frame, selection))
    const varying = columns.filter((column) => column.layout !== 'constant')
    if (varying.length === 0) return once(scalar, columns as ConstantColumn[], type, frame, selection)
    const [only] = varying
    const result = scalar.kernel?.(columns, frame, selection)
    if (result !== undefined) return result
    if (varying.length === 1 && only !== undefined && hasDictionary(only))
      return overDictionary(only as DictionaryColumn, columns, frame, selection)
    return eachRow(scalar, columns, type, frame, selection)
  }
}

/** All arguments are the same in every row, so the result is. */
function once(
  scalar: Scalar,
  columns: readonly ConstantColumn[],
  type: DataType,
  frame: Frame,
  selection: Selection,
): Column {
  const args = columns.map((column) => column.value)
  try {
    return { layout: 'constant', type, value: selection.count === 0 ? null : call(scalar, args) }
  } catch (fault) {
    for (let k = 0; k < selection.count; k++) rejectFault(fault, frame, selection.rows[k] as number)
    return { layout: 'constant', type, value: null }
  }
}

function eachRow(
  scalar: Scalar,
  columns: readonly Column[],
  type: DataType,
  frame: Frame,
  selection: Selection,
): Column {
  const out = builder(type, frame.length)
  const { rows, count } = selection
  const args: Value[] = columns.map(() => null)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    for (let i = 0; i < columns.length; i++) args[i] = valueAt(columns[i] as Column, row)
    try {
      out.set(row, call(scalar, args))
    } catch (fault) {
      rejectFault(fault, frame, row)
    }
  }
  return out.finish()
}
