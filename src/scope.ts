// The columns that an expression sees.

import type { DataType } from './types.ts'

export interface Resolved {
  /** Index in the frame's columns. */
  readonly column: number
  readonly type: DataType
  /** The number of path parts that name the column; the rest is a path into its value. */
  readonly used: number
}

export interface Scope {
  /** The column that a path begins with; undefined where there is none. */
  resolve(path: readonly string[]): Resolved | undefined
  /** The names of all known columns, for "did you mean". An open payload may have others. */
  names(): readonly string[]
  /**
   * Only for an open payload, whose frames have no fixed columns: reserves a column for a computed value. Every frame
   * has the column; it is NULL until a step sets it. The returned scope resolves its name.
   */
  extend?(name: string, type: DataType): { readonly column: number; readonly scope: Scope }
}
