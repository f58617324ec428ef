// The typed tree: an expression whose names, types and implicit casts are settled. It is what gets compiled.

import type { Column, Frame, Selection, Value } from '../column.ts'
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

export interface Branch {
  readonly when: Node
  readonly then: Node
}

export function literal(value: Value, type: DataType): Node {
  return { kind: 'literal', value, type }
}
