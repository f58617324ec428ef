// The typed tree: an expression whose names, types and implicit casts are settled. It is what gets compiled.

import type { Column, Frame, Reject, Selection, Value } from '../column.ts'
import type { DataType } from '../types.ts'

/**
 * A function from values to a value; it has no state and sees one row. `apply` throws RowFault where Spark raises an
 * error. The values are as `Value` says for the types that the analysis gave the arguments.
 */
export interface Scalar {
  readonly name: string
  /** `strict`: NULL whenever an argument is NULL, and not called then. `called`: it decides itself. */
  readonly nulls: 'strict' | 'called'
  /** Whether the last argument is evaluated first. */
  readonly lastFirst?: boolean
  /** Whether `apply` has a result for all values: it never throws RowFault. */
  readonly total?: boolean
  apply(...args: readonly Value[]): Value
  /** The same for whole columns of some layouts, where that was measured to matter; undefined for other layouts. */
  readonly kernel?: Kernel
}

export type Kernel = (args: readonly Column[], frame: Frame, selection: Selection) => Column | undefined

export type Node =
  | { readonly kind: 'column'; readonly column: number; readonly type: DataType }
  | { readonly kind: 'literal'; readonly value: Value; readonly type: DataType }
  /** Of the batch that the frame belongs to. */
  | { readonly kind: 'batch'; readonly field: 'id' | 'time'; readonly type: DataType }
  | { readonly kind: 'scalar'; readonly scalar: Scalar; readonly args: readonly Node[]; readonly type: DataType }
  /** The right side is evaluated where the left side does not decide. */
  | {
      readonly kind: 'logic'
      readonly operator: 'and' | 'or'
      readonly left: Node
      readonly right: Node
      readonly type: DataType
    }
  /** Each part is evaluated on the rows that reach it. */
  | { readonly kind: 'case'; readonly branches: readonly Branch[]; readonly otherwise: Node; readonly type: DataType }
  /** `value` is no NULL and equal to an item; each item is evaluated on the rows where none before it was equal. */
  | {
      readonly kind: 'in'
      readonly value: Node
      readonly items: readonly Node[]
      /** Of two values that are not NULL; throws RowFault where they cannot be compared. */
      readonly equal: (a: Value, b: Value) => boolean
      readonly type: DataType
    }
  /** Each argument is evaluated on the rows where those before it are NULL. */
  | { readonly kind: 'coalesce'; readonly args: readonly Node[]; readonly type: DataType }
  /** Calls of lambdas for the elements of the arguments. */
  | {
      readonly kind: 'higher-order'
      readonly form: HigherOrder
      readonly args: readonly Node[]
      readonly lambda: Lambda
      /** A second one, of aggregate. */
      readonly finish?: Lambda | undefined
      readonly type: DataType
    }
  /** A parameter of the lambda around it. */
  | { readonly kind: 'variable'; readonly variable: Variable; readonly type: DataType }

export interface Branch {
  readonly when: Node
  readonly then: Node
}

/** Known by its identity: lambdas inside of others may use the same name. */
export interface Variable {
  readonly name: string
  readonly type: DataType
}

export interface Lambda {
  readonly parameters: readonly Variable[]
  readonly body: Node
}

/** A function that calls lambdas. It is NULL where one of the first `strictArgs` arguments is. */
export interface HigherOrder {
  readonly name: string
  readonly strictArgs: number
  /** The result, defined at the selected rows, where no such argument is NULL. */
  apply(call: HigherOrderCall): Column
}

export interface HigherOrderCall {
  readonly args: readonly Column[]
  readonly lambda: CallLambda
  readonly finish: CallLambda | undefined
  readonly type: DataType
  readonly frame: Frame
  readonly selection: Selection
}

/**
 * Calls a lambda, once for each of `origins`: `parameters` are aligned with them, and each call sees the columns of the
 * row of `frame` that its origin names. No record is refused: the caller knows which calls count.
 */
export type CallLambda = (parameters: readonly Column[], origins: Int32Array, frame: Frame) => Called

/** The results of calls: row i is that of call i. */
export interface Called {
  readonly results: Column
  /** By call why it has no result. */
  readonly faults: ReadonlyMap<number, Reject>
}

export function literal(value: Value, type: DataType): Node {
  return { kind: 'literal', value, type }
}
