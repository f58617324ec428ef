// What an expression is analysed against.

import type { Scope } from '../../scope.ts'
import type { Zone } from '../../values/zone.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node, Variable } from '../typed.ts'

/** An analysed expression and where it was written. */
export interface Operand {
  readonly node: Node
  readonly syntax: Syntax
}

export interface Context {
  /** The analysis itself, for the parts of it that meet expressions inside theirs. */
  analyse(syntax: Syntax, context: Context): Node

  readonly scope: Scope
  readonly zone: Zone
  /** Sentences for `explain`; filled while the expression is analysed. */
  readonly notes: Set<string>
  /** Remembers that the expression's value depends on the batch that it is computed in. */
  dependsOnBatch(): void
  /** The parameters of the lambdas around, by name. */
  readonly variables: ReadonlyMap<string, Variable>
  /** The call that may make rows: the whole expression of flatMap; null everywhere else. */
  readonly generator: Syntax | null
  /** What an aggregate call stands for; null where no aggregate may stand. */
  readonly aggregate: ((call: Extract<Syntax, { kind: 'call' }>) => Node) | null
}
