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
import { nullElsewhere, withoutNulls } from './null-marks.ts'

export interface Argument {
  readonly evaluate: Evaluate
  /** Whether it may refuse records: it is then evaluated only on the rows where those before it are not NULL. */
  readonly canFail: boolean
}

export function lift(scalar: Scalar, args: readonly Argument[], type: DataType): Evaluate {
  const overDictionary = dictionaryLift(scalar, type)
  const order = [...args.keys()]
  if (scalar.lastFirst) order.unshift(order.pop() as number)
  return (frame, selection) => {
    const columns: Column[] = []
    const open = evaluateAll(args, order, scalar.nulls === 'strict', columns, frame, selection)
    const result = apply(scalar, columns, type, overDictionary, frame, open)
    return open.count === selection.count ? result : nullElsewhere(result, frame.length, open)
  }
}

/**
 * Fills in the arguments' columns in the order of evaluation. Gives the rows where all are evaluated: at the others an
 * argument is NULL, and so is the function (Spark's expressions evaluate left to right and stop at NULL as well).
 */
function evaluateAll(
  args: readonly Argument[],
  order: readonly number[],
  isStrict: boolean,
  columns: Column[],
  frame: Frame,
  selection: Selection,
): Selection {
  let open = selection
  let seen = 0
  for (const [k, i] of order.entries()) {
    const argument = args[i] as Argument
    if (isStrict && argument.canFail)
      for (; seen < k; seen++) open = withoutNulls(columns[order[seen] as number] as Column, open)
    columns[i] = argument.evaluate(frame, open)
  }
  return open
}

function apply(
  scalar: Scalar,
  columns: readonly Column[],
  type: DataType,
  overDictionary: ReturnType<typeof dictionaryLift>,
  frame: Frame,
  selection: Selection,
): Column {
  if (selection.count === 0) return { layout: 'constant', type, value: null }
  const varying = columns.filter((column) => column.layout !== 'constant')
  if (varying.length === 0) return once(scalar, columns as ConstantColumn[], type, frame, selection)
  const [only] = varying
  const result = scalar.kernel?.(columns, frame, selection)
  if (result !== undefined) return result
  if (varying.length === 1 && only !== undefined && hasDictionary(only))
    return overDictionary(only as DictionaryColumn, columns, frame, selection)
  return eachRow(scalar, columns, type, frame, selection)
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
    return { layout: 'constant', type, value: call(scalar, args) }
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
