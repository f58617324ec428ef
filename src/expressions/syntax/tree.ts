// The syntax tree: what was written, before names and types are known.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'

/** Where in the source text: `[start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | 'div'
export type BitOperator = '&' | '|' | '^' | '<<' | '>>' | '>>>'
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>'
export type BinaryOperator = ArithmeticOperator | BitOperator | ComparisonOperator | '||' | 'and' | 'or'

/** An interval as it was written; a sign before a value stands inside its text. Units are in lower case and singular. */
export type IntervalText =
  /** `INTERVAL 1 MONTH`, `INTERVAL '1' DAY 2.5 SECONDS`: at least one part; all are years and months, or none is. */
  | { readonly form: 'units'; readonly parts: readonly { readonly value: string; readonly unit: IntervalUnit }[] }
  /** `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 02:03' DAY TO MINUTE`. */
  | { readonly form: 'range'; readonly value: string; readonly from: IntervalField; readonly to: IntervalField }
  /** `INTERVAL '1 day 2 hours'`: the units are in the text, which is not checked. */
  | { readonly form: 'text'; readonly text: string }

/** The units that the type of an interval is named by. */
export type IntervalField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'
export type IntervalUnit = IntervalField | 'week' | 'millisecond' | 'microsecond' | 'nanosecond'

/** An item of ORDER BY. */
export interface SortItem {
  readonly expression: Syntax
  readonly descending: boolean
  /** Null where it is not written: Spark then has NULLs first, and last where `descending`. */
  readonly nullsFirst: boolean | null
}

export type SyntaxKind =
  /** `a.b`: a column or a path into one. */
  | { readonly kind: 'name'; readonly parts: readonly string[] }
  | { readonly kind: 'literal'; readonly type: DataType; readonly value: Value }
  /** `DATE '…'`, `TIMESTAMP '…'`: their meaning needs a time zone. */
  | { readonly kind: 'typed-literal'; readonly type: DataType; readonly text: string }
  | { readonly kind: 'interval'; readonly written: IntervalText }
  | { readonly kind: 'field'; readonly of: Syntax; readonly name: string }
  | { readonly kind: 'index'; readonly of: Syntax; readonly index: Syntax }
  | { readonly kind: 'negate' | 'plus' | 'not' | 'invert'; readonly operand: Syntax }
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
      /** ILIKE. */
      readonly caseless: boolean
      readonly negated: boolean
      readonly operand: Syntax
      readonly pattern: Syntax
      readonly escape: string
    }
  /** `LIKE ANY (…)`, `ILIKE ALL (…)`: at least one pattern. */
  | {
      readonly kind: 'like-each'
      readonly caseless: boolean
      readonly quantifier: 'any' | 'all'
      readonly negated: boolean
      readonly operand: Syntax
      readonly patterns: readonly Syntax[]
    }
  | { readonly kind: 'rlike'; readonly negated: boolean; readonly operand: Syntax; readonly pattern: Syntax }
  | {
      readonly kind: 'case'
      readonly operand: Syntax | null
      readonly branches: readonly { readonly when: Syntax; readonly then: Syntax }[]
      readonly otherwise: Syntax | null
    }
  /** `lenient`: TRY_CAST. */
  | { readonly kind: 'cast'; readonly lenient: boolean; readonly operand: Syntax; readonly to: DataType }
  /** `x -> e`, `(x, y) -> e`: only among the arguments of a call. */
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: Syntax }
  | {
      readonly kind: 'call'
      /** In lower case. */
      readonly name: string
      readonly nameSpan: Span
      readonly distinct: boolean
      /** `count(*)`. */
      readonly star: boolean
      readonly args: readonly Syntax[]
      /** `struct(a AS x, b)`: by argument the name or null; null for every other call. */
      readonly aliases: readonly (string | null)[] | null
      /** `FILTER (WHERE …)`. */
      readonly filter: Syntax | null
      /** `WITHIN GROUP (ORDER BY …)`; empty where there is none. */
      readonly orderBy: readonly SortItem[]
      /** IGNORE NULLS, RESPECT NULLS; null where neither is written. */
      readonly ignoreNulls: boolean | null
    }

export type Syntax = SyntaxKind & Span
export type CallSyntax = Extract<Syntax, { kind: 'call' }>

/** A call of a function that nobody wrote as one, such as the operator `||`. */
export function callOf(name: string, args: readonly Syntax[], at: Span): CallSyntax {
  return { kind: 'call', name, nameSpan: at, args, ...NO_CLAUSES, start: at.start, end: at.end }
}

/** What stands in a call beside its name and arguments: nothing. */
export const NO_CLAUSES = {
  distinct: false,
  star: false,
  aliases: null,
  filter: null,
  orderBy: [],
  ignoreNulls: null,
} as const
