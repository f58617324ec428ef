// Typed tree → evaluator over a frame's selected rows.

import {
  type BooleanColumn,
  type Column,
  type Evaluate,
  type Frame,
  isNull,
  type Nulls,
  type Selection,
  type Value,
  valueAt,
} from '../../column.ts'
import { BOOLEAN, type DataType } from '../../types.ts'
import type { Branch, Node } from '../typed.ts'
import { type Builder, builder } from './builder.ts'
import { rejectFault } from './call.ts'
import { higherOrder } from './higher-order.ts'
import { type Argument, lift } from './lift.ts'
import { withoutNulls } from './null-marks.ts'
import { narrow, selectTruth } from './selection.ts'

export function compile(node: Node): Evaluate {
  switch (node.kind) {
    case 'column': {
      const { column } = node
      return (frame) => frame.columns[column] as Column
    }
    case 'literal': {
      const constant: Column = { layout: 'constant', type: node.type, value: node.value }
      return () => constant
    }
    case 'batch':
      return batchValue(node.field, node.type)
    case 'scalar':
      return lift(node.scalar, node.args.map(argument), node.type)
    case 'logic':
      return logic(node.operator === 'or', compile(node.left), compile(node.right))
    case 'case':
      return branches(node.branches, compile(node.otherwise), node.type)
    case 'in':
      return among(compile(node.value), node.items.map(compile), node.equal)
    case 'coalesce':
      return coalesce(node.args.map(compile), node.type)
    case 'higher-order':
      return higherOrder(node, compile)
    case 'variable':
      throw new Error(`the variable ${node.variable.name} stands outside of its lambda`)
    default:
      return node satisfies never
  }
}

/** `time` in microseconds, as every timestamp. */
function batchValue(field: 'id' | 'time', type: DataType): Evaluate {
  return ({ batch }) => {
    if (batch === null) throw new Error('an expression of the batch was evaluated outside of one')
    return { layout: 'constant', type, value: field === 'id' ? BigInt(batch.batchId) : batch.batchTime * 1000 }
  }
}

function argument(node: Node): Argument {
  return { evaluate: compile(node), canFail: canFail(node) }
}

/** Whether evaluating it may refuse a record. */
function canFail(node: Node): boolean {
  switch (node.kind) {
    case 'column':
    case 'literal':
    case 'batch':
    case 'variable':
      return false
    case 'scalar':
      return node.scalar.total !== true || node.args.some(canFail)
    default:
      return true
  }
}

/**
 * AND and OR over three values. `decisive` is the value of one side that decides: false for AND, true for OR. The
 * right side is evaluated where the left is not decisive, so an error there does not count elsewhere.
 */
function logic(decisive: boolean, left: Evaluate, right: Evaluate): Evaluate {
  return (frame, selection) => {
    const first = left(frame, selection)
    const open = selectTruth(first, decisive, selection, false)
    if (open.count === 0) return { layout: 'constant', type: BOOLEAN, value: decisive }
    const second = right(frame, open)
    const values = new Uint8Array(frame.length).fill(decisive ? 1 : 0)
    const nulls = new Uint8Array(frame.length)
    if (first.layout === 'boolean' && second.layout === 'boolean') {
      decide(decisive ? 1 : 0, first.nulls, second, open, values, nulls)
      return { layout: 'boolean', type: BOOLEAN, values, nulls }
    }
    for (let k = 0; k < open.count; k++) {
      const row = open.rows[k] as number
      const value = valueAt(second, row)
      if (value === decisive) continue
      if (value === null || isNull(first, row)) nulls[row] = 1
      else values[row] = decisive ? 0 : 1
    }
    return { layout: 'boolean', type: BOOLEAN, values, nulls }
  }
}

/** The same for two columns of booleans; `values` are decisive everywhere. */
function decide(
  decisive: number,
  firstNulls: Nulls,
  second: BooleanColumn,
  { rows, count }: Selection,
  values: Uint8Array,
  nulls: Uint8Array,
): void {
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    const isNull = second.nulls !== null && second.nulls[row] === 1
    if (!isNull && second.values[row] === decisive) continue
    if (isNull || (firstNulls !== null && firstNulls[row] === 1)) nulls[row] = 1
    else values[row] = 1 - decisive
  }
}

function branches(parts: readonly Branch[], otherwise: Evaluate, type: DataType): Evaluate {
  const compiled = parts.map(({ when, then }) => ({ when: compile(when), then: compile(then) }))
  return (frame, selection) => {
    const out = builder(type, frame.length)
    let open = selection
    for (const { when, then } of compiled) {
      if (open.count === 0) break
      const condition = when(frame, open)
      fill(out, then, frame, selectTruth(condition, true, open, true))
      open = selectTruth(condition, true, open, false)
    }
    fill(out, otherwise, frame, open)
    return out.finish()
  }
}

/** IN over items that are no literals, as Spark evaluates it: NULL needs no items, an equal item ends the search. */
function among(value: Evaluate, items: readonly Evaluate[], equal: (a: Value, b: Value) => boolean): Evaluate {
  return (frame, selection) => {
    const column = value(frame, selection)
    const values = new Uint8Array(frame.length)
    const nulls = new Uint8Array(frame.length).fill(1)
    let open = withoutNulls(column, selection)
    for (let k = 0; k < open.count; k++) nulls[open.rows[k] as number] = 0
    for (const item of items) {
      if (open.count === 0) break
      const other = item(frame, open)
      open = narrow(open, (row) => {
        const candidate = valueAt(other, row)
        if (candidate === null) nulls[row] = 1
        else if (isEqual(valueAt(column, row), candidate, equal, frame, row)) values[row] = 1
        if (values[row] === 1) nulls[row] = 0
        return values[row] === 0
      })
    }
    return { layout: 'boolean', type: BOOLEAN, values, nulls }
  }
}

function isEqual(a: Value, b: Value, equal: (a: Value, b: Value) => boolean, frame: Frame, row: number): boolean {
  try {
    return equal(a, b)
  } catch (fault) {
    rejectFault(fault, frame, row)
    return false
  }
}

function coalesce(args: readonly Evaluate[], type: DataType): Evaluate {
  return (frame, selection) => {
    const out = builder(type, frame.length)
    let open = selection
    for (const argument of args) {
      if (open.count === 0) break
      const column = argument(frame, open)
      if (open === selection && narrow(open, (row) => isNull(column, row)).count === 0) return column
      copy(out, column, open)
      open = narrow(open, (row) => isNull(column, row))
    }
    return out.finish()
  }
}

function fill(out: Builder, evaluate: Evaluate, frame: Frame, selection: Selection): void {
  if (selection.count > 0) copy(out, evaluate(frame, selection), selection)
}

function copy(out: Builder, column: Column, selection: Selection): void {
  if (out.copy?.(column, selection) === true) return
  const { rows, count } = selection
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    out.set(row, valueAt(column, row))
  }
}
