// Answers of Spark from which sprk differs on purpose, by the reason that docs/expressions.md gives.

/** A value as text, NULL, or the code of an error in its place. */
export type Outcome = string | null | { readonly x: string }

export interface Case {
  /** The expression. */
  readonly e: string
  /** Its type. */
  readonly t?: string
  /** Its values, row by row. */
  readonly v?: readonly Outcome[]
  /** Why the expression is refused. */
  readonly x?: string
}

export interface Input {
  readonly schema: string
  readonly rows: readonly string[]
  readonly zone: string
}

type Test = (mine: Case, sparks: Case, input: Input) => boolean

export const REASONS: Readonly<Record<string, Test>> = {
  'Not available in this version': (mine) => mine.x === 'E_NOT_YET',
}

/** The first reason that explains the difference. */
export function differenceOf(mine: Case, sparks: Case, input: Input): string | undefined {
  return Object.entries(REASONS).find(([, test]) => test(mine, sparks, input))?.[0]
}
