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
  /** The names of all columns that are known, for "did you mean"; an open payload has others too. */
  names(): readonly string[]
  /**
   * Only of an open payload, whose frames have no fixed columns: reserves a column for a computed value. It stands in
   * every frame, and is NULL until a step puts its value there. The given scope sees it under its name.
   */
  extend?(name: string, type: DataType): { readonly column: number; readonly scope: Scope }
}
