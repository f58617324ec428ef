// An expression over aggregates: `sum(a) / count(*)`. The aggregates are taken out, the rest is computed from their results.

import type { Evaluate } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { assertFunction, type Call } from '../analysis/call.ts'
import type { Context } from '../analysis/context.ts'
import { ExpressionError } from '../error.ts'
import { AGGREGATES } from '../functions/aggregate-names.ts'
import { compile } from '../runtime/compile.ts'
import { canonical } from '../syntax/canonical.ts'
import { children } from '../syntax/children.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import type { Aggregate } from './aggregate.ts'
import { resolveAggregate } from './resolve.ts'

export interface CompiledAggregates {
  readonly type: DataType
  readonly canonical: string
  /** Each one once. */
  readonly aggregates: readonly Aggregate[]
  /** Over a frame whose columns are the aggregates' results, in their order. */
  readonly evaluate: Evaluate
  /** Of the whole: that of the aggregate, where there is nothing around it. */
  readonly merge: Aggregate['merge']
  /** Whether anything but the choice of rows depends on the micro-batch that it is computed in. */
  readonly boundary: 'independent' | 'dependent'
  /** Sentences for `explain`. */
  readonly notes: readonly string[]
}

export function compileAggregateSyntax(syntax: Syntax, rows: Context): Omit<CompiledAggregates, 'boundary'> {
  refuseBareColumns(syntax)
  const aggregates: Aggregate[] = []
  const aggregate = (call: Call): Node => {
    const text = canonical(call)
    let column = aggregates.findIndex((known) => known.canonical === text)
    if (column < 0) column = aggregates.push(resolveAggregate(call, rows)) - 1
    return { kind: 'column', column, type: (aggregates[column] as Aggregate).type }
  }
  const node = rows.analyse(syntax, { ...rows, aggregate })
  const [first] = aggregates
  if (first === undefined)
    throw new ExpressionError(
      'E_AGGREGATE',
      'there is no aggregate in this expression',
      syntax,
      'for example count(*) or sum(amount)',
    )
  return {
    type: node.type,
    canonical: canonical(syntax),
    aggregates,
    evaluate: compile(node),
    merge:
      node.kind === 'column'
        ? first.merge
        : {
            refused: `${canonical(syntax)} is computed from aggregates, and its results cannot be merged from batch to batch`,
          },
    notes: [...rows.notes],
  }
}

/** Above the aggregation there are no rows, so no columns. An unknown function may be meant as an aggregate. */
function refuseBareColumns(syntax: Syntax, variables: readonly string[] = []): void {
  if (syntax.kind === 'call') {
    if (AGGREGATES.has(syntax.name)) return
    assertFunction(syntax)
  }
  if (syntax.kind === 'name' && !variables.includes(syntax.parts[0] as string))
    throw new ExpressionError(
      'E_AGGREGATE',
      `the column ${canonical(syntax)} stands outside an aggregate`,
      syntax,
      `for example max(${canonical(syntax)})`,
    )
  const inside = syntax.kind === 'lambda' ? [...variables, ...syntax.parameters] : variables
  for (const child of children(syntax)) refuseBareColumns(child, inside)
}
