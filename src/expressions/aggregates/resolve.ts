// Aggregate calls → aggregates: the function is found, what stands around its arguments is checked and put in.

import type { Evaluate } from '../../column.ts'
import { BOOLEAN, typeName } from '../../types.ts'
import { type Call, checkArity } from '../analysis/call.ts'
import { implicitCast, mismatch } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import { compile } from '../runtime/compile.ts'
import { canonical } from '../syntax/canonical.ts'
import { notYet } from '../syntax/explain.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Accumulator, Aggregate, Reads } from './aggregate.ts'
import type { AggregateDefinition, Resolved } from './definition.ts'
import { Distinct } from './distinct.ts'
import { Filtered } from './filtered.ts'
import { findAggregate } from './index.ts'

/** `context` is that of the rows below the aggregation; no aggregate may stand in the arguments. */
export function resolveAggregate(call: Call, context: Context): Aggregate {
  const definition = findAggregate(call.name)
  checkClauses(call, definition)
  if (!call.star) checkArity(call, definition.least, definition.most)
  const name = canonical(call)
  const resolved = definition.resolve({ call, context, name })
  const filter = call.filter === null ? null : filterOf(call.filter, context)
  const reads: Reads = { inputs: resolved.inputs.map(compile), filter }
  const isDistinct = call.distinct && definition.distinct !== 'idle'
  return {
    canonical: name,
    type: resolved.type,
    merge: mergeOf(resolved, name, isDistinct),
    ...reads,
    open({ inputs, filter } = reads) {
      const accumulator = isDistinct ? distinct(resolved, inputs, name) : resolved.open(inputs)
      return filter === null ? accumulator : new Filtered(filter, accumulator)
    },
  }
}

function distinct({ inputs, open }: Resolved, columns: readonly Evaluate[], name: string): Accumulator {
  return new Distinct(
    columns,
    inputs.map(({ type }) => type),
    open,
    name,
  )
}

const COUNT_WHEN_READING = 'put the value into the `key` with a table of mode `merge`, and compute it when reading'

function mergeOf({ merge }: Resolved, name: string, isDistinct: boolean): Aggregate['merge'] {
  if (!isDistinct && typeof merge === 'string') return merge
  const instead = typeof merge === 'string' || isDistinct ? COUNT_WHEN_READING : merge.instead
  return { refused: `${name} cannot be merged from batch to batch; ${instead}` }
}

function checkClauses(call: Call, { takesNulls = false, order, distinct }: AggregateDefinition): void {
  const { name } = call
  const refuse = (what: string, hint?: string) => new ExpressionError('E_SYNTAX', `${name} takes ${what}`, call, hint)
  if (call.star && name !== 'count') throw new ExpressionError('E_ARITY', `${name} takes a value, not *`, call)
  if (call.star && call.distinct) throw notYet('count(DISTINCT *)', call, 'name the columns: `count(DISTINCT a, b)`')
  if (call.ignoreNulls !== null && !takesNulls) throw refuse(`no ${call.ignoreNulls ? 'IGNORE' : 'RESPECT'} NULLS`)
  if (call.orderBy.length > 0 && order === undefined) throw refuse('no WITHIN GROUP')
  if (call.orderBy.length === 0 && order === 'wanted')
    throw refuse('its values behind it', `write ${name}(0.5) WITHIN GROUP (ORDER BY x)`)
  if (call.distinct && distinct === 'refused') throw refuse('no DISTINCT')
}

/** Spark casts nothing to boolean here. */
function filterOf(syntax: Syntax, context: Context): Evaluate {
  const { node } = operand(syntax, context)
  const { kind } = node.type
  if (kind !== 'boolean' && kind !== 'variant')
    throw mismatch(`FILTER wants a condition, and this is ${typeName(node.type)}`, syntax)
  return compile(implicitCast(node, BOOLEAN, context, syntax))
}
