// The syntax tree: what was written, before names and types are known.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'

/** Where in the source text: `[start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | 'div'
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>'
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | '||' | 'and' | 'or'

export type SyntaxKind =
  /** `a.b`: a column or a path into one. */
  | { readonly kind: 'name'; readonly parts: readonly string[] }
  | { readonly kind: 'literal'; readonly type: DataType; readonly value: Value }
  /** `DATE '…'`, `TIMESTAMP '…'`: their meaning needs a time zone. */
  | { readonly kind: 'typed-literal'; readonly type: DataType; readonly text: string }
  | { readonly kind: 'field'; readonly of: Syntax; readonly name: string }
  | { readonly kind: 'index'; readonly of: Syntax; readonly index: Syntax }
  | { readonly kind: 'negate' | 'plus' | 'not'; readonly operand: Syntax }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Syntax; readonly right: Syntax }
  | {
      readonly kind: 'is'
      readonly what: 'null' | 'true' | 'false' | 'unknown'
      readonly negated: boolean
      readonly operand: Syntax
    }
  | { readonly kind: 'in'; readonly negated: boolean; readonly operand: Syntax; readonly list: readonly Syntax[] }
  | {
      readonly kind: 'between'
      readonly negated: boolean
      readonly operand: Syntax
      readonly low: Syntax
      readonly high: Syntax
    }
  | {
      readonly kind: 'like'
      readonly negated: boolean
      readonly operand: Syntax
      readonly pattern: Syntax
      readonly escape: string
    }
  | {
      readonly kind: 'case'
      readonly operand: Syntax | null
      readonly branches: readonly { readonly when: Syntax; readonly then: Syntax }[]
      readonly otherwise: Syntax | null
    }
  | { readonly kind: 'cast'; readonly operand: Syntax; readonly to: DataType }
  | {
      readonly kind: 'call'
      /** In lower case. */
      readonly name: string
      readonly nameSpan: Span
      readonly distinct: boolean
      /** `count(*)`. */
      readonly star: boolean
      readonly args: readonly Syntax[]
    }

export type Syntax = SyntaxKind & Span
