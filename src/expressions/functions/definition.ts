// What a library function declares.

import type { DataType } from '../../types.ts'
import type { Context } from '../analysis/context.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Parameter } from './parameters.ts'

export type Call = Extract<Syntax, { kind: 'call' }>

/** A function of values: every argument is analysed and cast to what its parameter takes before `resolve` sees it. */
export interface ValueFunction {
  readonly parameters: readonly Parameter[]
  /** How many parameters at the end may be left out; 0 by default. */
  readonly optional?: number
  /** Whether the last parameter may be given many times. */
  readonly variadic?: boolean
  /**
   * The function for arguments that are already cast, or the expression that it stands for. Throws RowFault where
   * literals alone make the call wrong: that is a mistake in the expression.
   */
  resolve(args: readonly Node[], context: Context, call: Call): Resolved | Node
}

export interface Resolved {
  readonly scalar: Scalar
  readonly type: DataType
}

/**
 * A function that analyses its arguments itself: not all of them are evaluated (`if`), they have one common type
 * (`greatest`), or some are lambdas (`transform`). The number of arguments was checked. `analyse` throws ExpressionError.
 */
export interface SyntaxFunction {
  readonly least: number
  /** Infinity: any number. */
  readonly most: number
  analyse(call: Call, context: Context): Node
}

export type FunctionDefinition = ValueFunction | SyntaxFunction

/** A function by its name in lower case. */
export type Entry = readonly [name: string, definition: FunctionDefinition]

/** A function of fixed parameters whose result has one type and is NULL where an argument is NULL. */
export function strict(
  name: string,
  parameters: readonly Parameter[],
  type: DataType,
  apply: (...args: never[]) => ReturnType<Scalar['apply']>,
  optional = 0,
): Entry {
  // The parameters settle what `apply` is called with.
  const scalar: Scalar = { name, nulls: 'strict', apply: apply as Scalar['apply'] }
  return [name, { parameters, optional, resolve: () => ({ type, scalar }) }]
}

/** The same function under other names. */
export function named(names: readonly string[], [, definition]: Entry): Entry[] {
  return names.map((name) => [name, definition])
}
