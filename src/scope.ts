// Which columns an expression sees.

import type { DataType } from './types.ts'

export interface Resolved {
  /** Index in the frame's columns. */
  readonly column: number
  readonly type: DataType
  /** How many parts of the path the column stands for; the rest is a path into its value. */
  readonly used: number
}

export interface Scope {
  /** The column that a path begins with; undefined where there is none. */
  resolve(path: readonly string[]): Resolved | undefined
  /** The names of all columns, for "did you mean"; empty where any path resolves. */
  names(): readonly string[]
}
