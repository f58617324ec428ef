// What only aggregates take in a call: DISTINCT, *, FILTER, WITHIN GROUP, IGNORE NULLS.

import { ExpressionError } from '../error.ts'
import type { CallSyntax } from '../syntax/tree.ts'

/** For a function that is no aggregate. */
export function refuseClauses(call: CallSyntax): void {
  const [what, hint] = written(call)
  if (what === undefined) return
  throw new ExpressionError('E_ARITY', `${call.name} takes no ${what}`, call, hint)
}

function written(call: CallSyntax): readonly [what?: string, hint?: string] {
  if (call.star) return ['*']
  if (call.distinct) return ['DISTINCT']
  if (call.filter !== null) return ['FILTER (WHERE …)', `only an aggregate has it; write CASE WHEN … THEN … END`]
  if (call.orderBy.length > 0) return ['WITHIN GROUP (ORDER BY …)', 'only an aggregate has it, such as listagg']
  if (call.ignoreNulls !== null)
    return [`${call.ignoreNulls ? 'IGNORE' : 'RESPECT'} NULLS`, 'only first, last and any_value have it']
  return []
}
