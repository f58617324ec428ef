// Functions that call lambdas, over columns: the elements of all selected rows stand in one frame, in which the lambda's
// body is evaluated once.

import {
  type Column,
  type Evaluate,
  type Frame,
  type ListColumn,
  type Reject,
  rejectRow,
  type Selection,
} from '../../column.ts'
import type { DataType } from '../../types.ts'
import { type Elements, elementsOf } from '../../values/elements.ts'
import type { Called, Node } from '../typed.ts'
import { compileLambda } from './lambda.ts'
import { nullElsewhere, withoutNulls } from './null-marks.ts'

/** `compile` is that of expressions, handed in because it needs this. */
export function higherOrder(
  { form, args, type, ...lambdas }: Extract<Node, { kind: 'higher-order' }>,
  compile: (node: Node) => Evaluate,
): Evaluate {
  const evaluates = args.map(compile)
  const lambda = compileLambda(lambdas.lambda, compile)
  const finish = lambdas.finish && compileLambda(lambdas.finish, compile)
  return (frame, selection) => {
    let open = selection
    const columns: Column[] = []
    for (const [i, evaluate] of evaluates.entries()) {
      const column = evaluate(frame, open)
      columns.push(column)
      if (i < form.strictArgs) open = withoutNulls(column, open)
    }
    if (open.count === 0) return { layout: 'constant', type, value: null }
    const result = form.apply({ args: columns, lambda, finish, type, frame, selection: open })
    return open.count === selection.count ? result : nullElsewhere(result, frame.length, open)
  }
}

/** The elements of the arrays in the selected rows, and which are those of a row. */
export interface Exploded extends Elements {
  /** Those of the selection's row k are the elements from `starts[k]` to before `starts[k + 1]`. */
  readonly starts: Int32Array
}

export function exploded(arrays: Column, selection: Selection): Exploded {
  const element = arrays.type.kind === 'array' ? arrays.type.element : arrays.type
  const { elements, origins } = elementsOf(arrays, element, selection)
  return { elements, origins, starts: startsOf(origins, selection) }
}

/** Where in `origins`, which are ascending, the elements of each row of the selection begin; the last is their end. */
export function startsOf(origins: Int32Array, { rows, count }: Selection): Int32Array {
  const starts = new Int32Array(count + 1)
  let at = 0
  for (let k = 0; k < count; k++) {
    starts[k] = at
    while (at < origins.length && origins[at] === rows[k]) at++
  }
  starts[count] = at
  return starts
}

/** For each element its number in its array, from 0 on. */
export function numbered({ starts, origins }: Exploded): Column {
  const values = new Float64Array(origins.length)
  for (let k = 0; k < starts.length - 1; k++)
    for (let i = starts[k] as number; i < (starts[k + 1] as number); i++) values[i] = i - (starts[k] as number)
  return { layout: 'number', type: { kind: 'int' }, values, nulls: null }
}

/** Refuses the records of the rows that had a call without a result; the first one of a row counts. */
export function refuseFaults({ faults }: Called, origins: Int32Array, frame: Frame): void {
  if (faults.size === 0) return
  for (const call of [...faults.keys()].sort((a, b) => a - b))
    rejectRow(frame, origins[call] as number, faults.get(call) as Reject)
}

/** Arrays of the elements, those of one row side by side. */
export function listOf(
  elements: Column,
  starts: Int32Array,
  type: DataType,
  frame: Frame,
  selection: Selection,
): ListColumn {
  const [from, to] = [new Int32Array(frame.length), new Int32Array(frame.length)]
  for (let k = 0; k < selection.count; k++) {
    const row = selection.rows[k] as number
    from[row] = starts[k] as number
    to[row] = starts[k + 1] as number
  }
  return { layout: 'list', type, nulls: null, starts: from, ends: to, elements }
}
