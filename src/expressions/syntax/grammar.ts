// The parts of the grammar that its own parts contain: the parser hands them down.

import type { Tokens } from './tokens.ts'
import type { Syntax } from './tree.ts'

export interface Grammar {
  /** Any expression. */
  expression(tokens: Tokens): Syntax
  /** Spark's valueExpression: no AND, OR, NOT and no predicate, unless in brackets. */
  value(tokens: Tokens): Syntax
}
