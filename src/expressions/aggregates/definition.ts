// What an aggregate function declares.

import type { Evaluate } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { castArgument } from '../analysis/argument.ts'
import type { Call } from '../analysis/call.ts'
import { mismatch } from '../analysis/coerce.ts'
import type { Context, Operand } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import type { Parameter } from '../functions/parameters.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import type { Accumulator, MergeRule } from './aggregate.ts'
import { GroupStates, type StateFunction } from './states.ts'

export interface AggregateDefinition {
  /** Arguments. */
  readonly least: number
  /** Infinity: any number. */
  readonly most: number
  /** Whether IGNORE NULLS and RESPECT NULLS may follow. */
  readonly takesNulls?: boolean
  /** Whether WITHIN GROUP (ORDER BY …) may follow, or must; absent: it may not. */
  readonly order?: 'taken' | 'wanted'
  /** `idle`: DISTINCT changes nothing; `refused`: it may not stand. Absent: equal rows of arguments count once. */
  readonly distinct?: 'idle' | 'refused'
  /** The number of arguments and the clauses behind them were checked. Throws ExpressionError. */
  resolve(call: AggregateCall): Resolved
}

/** `context` is that of the rows below the aggregation; no aggregate may stand in it. */
export interface AggregateCall {
  readonly call: Call
  readonly context: Context
  /** The canonical text, for messages. */
  readonly name: string
}

export interface Resolved {
  readonly type: DataType
  /** What it reads of each row. */
  readonly inputs: readonly Node[]
  /** Or what to do instead of merging, as the rest of a sentence: `keep sum(x) and count(x)`. */
  readonly merge: MergeRule | { readonly instead: string }
  /** A new accumulator over these inputs. */
  open(inputs: readonly Evaluate[]): Accumulator
}

export type AggregateEntry = readonly [name: string, definition: AggregateDefinition]

/** An aggregate that is a state for each group. */
export function ofStates<State>(
  { name }: AggregateCall,
  inputs: readonly Node[],
  type: DataType,
  merge: Resolved['merge'],
  states: StateFunction<State>,
): Resolved {
  return { type, inputs, merge, open: (columns) => new GroupStates(states, columns, type, name) }
}

export function operandOf(call: AggregateCall, i: number): Operand {
  return operand(call.call.args[i] as Syntax, call.context)
}

/** The argument as its parameter takes it. */
export function argumentOf(call: AggregateCall, i: number, parameter: Parameter): Node {
  return castArgument(operandOf(call, i), parameter, call.context, call.call.name)
}

/** The value of an argument that must not depend on the row. */
export function constantOf(call: AggregateCall, i: number, parameter: Parameter): Extract<Node, { kind: 'literal' }> {
  const node = argumentOf(call, i, parameter)
  if (node.kind !== 'literal')
    throw mismatch(
      `${call.call.name} wants a constant here`,
      call.call.args[i] as Syntax,
      'it is the same for all rows',
    )
  return node
}

export const WHEN_READING =
  'keep the rows in a table and compute it when reading, or use mode append, which has a row for each batch'

/** Says that the result depends on the order of the records. */
export function ordered({ context, name }: AggregateCall): void {
  context.notes.add(`${name} depends on the order of the records`)
}

/** Says that doubles are added, which rounds. */
export function addsDoubles({ context, name }: AggregateCall): void {
  context.notes.add(`${name} adds doubles: its last digits depend on the order of the records`)
}
