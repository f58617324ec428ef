// split(text, pattern[, limit]).

import type { Value } from '../../column.ts'
import { type DataType, STRING } from '../../types.ts'
import type { Node, Scalar } from '../typed.ts'

const ARRAY: DataType = { kind: 'array', element: STRING }

export function splitScalar(_args: readonly Node[]): { readonly scalar: Scalar; readonly type: DataType } {
  const apply = (text: Value, pattern: Value, limit: Value = -1) =>
    splitLiteral(text as string, pattern as string, limit as number)
  return { type: ARRAY, scalar: { name: 'split', nulls: 'strict', apply: apply as Scalar['apply'] } }
}

function splitLiteral(text: string, separator: string, limit: number): readonly string[] {
  const parts = text.split(separator)
  if (limit <= 0 || parts.length <= limit) return parts
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)]
}
