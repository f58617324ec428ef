// What a library function declares.

import type { DataType } from '../../types.ts'
import type { Node, Scalar } from '../typed.ts'

export interface FunctionDefinition {
  /** The types that arguments are cast to; of a variadic function the one of all. */
  readonly parameters: readonly DataType[]
  /** How many parameters at the end may be left out. */
  readonly optional: number
  readonly variadic: boolean
  /** Whether the first argument may be a binary instead. */
  readonly binary: boolean
  /** Whether the first argument may be a number instead, which is read as a bigint. */
  readonly integral?: boolean
  /** The function for arguments that are already cast. */
  resolve(args: readonly Node[]): { readonly scalar: Scalar; readonly type: DataType }
}
