// Calls a scalar function for one row.

import { type Frame, rejectRow, type Value } from '../../column.ts'
import { RowFault } from '../../values/row-fault.ts'
import type { Scalar } from '../typed.ts'

/** The function's result for one row, by its NULL policy. */
export function call(scalar: Scalar, args: readonly Value[]): Value {
  if (scalar.nulls === 'strict') for (let i = 0; i < args.length; i++) if (args[i] === null) return null
  switch (args.length) {
    case 1:
      return scalar.apply(args[0] as Value)
    case 2:
      return scalar.apply(args[0] as Value, args[1] as Value)
    default:
      return scalar.apply(...args)
  }
}

/** Refuses the row's record; whatever else was thrown is a bug and goes on. */
export function rejectFault(fault: unknown, frame: Frame, row: number): void {
  if (!(fault instanceof RowFault)) throw fault
  rejectRow(frame, row, fault.reject)
}
