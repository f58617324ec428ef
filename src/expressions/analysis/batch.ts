// The micro-batch in expressions: the hidden struct `_batch`, and current_timestamp().

import { BIGINT, type DataType, TIMESTAMP } from '../../types.ts'
import { ExpressionError } from '../error.ts'
import type { Span } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { explicitCast } from './coerce.ts'
import type { Context } from './context.ts'

export const BATCH = '_batch'

/** The same moment in a whole batch, as in Spark. */
export const NOW_FUNCTIONS: ReadonlySet<string> = new Set(['current_timestamp', 'now'])

/** `_batch.id` or `_batch.time`. */
export function batchField(name: string | undefined, at: Span, context: Context): Node {
  context.dependsOnBatch()
  if (name === 'id') return { kind: 'batch', field: 'id', type: BIGINT }
  if (name === 'time') return { kind: 'batch', field: 'time', type: TIMESTAMP }
  throw new ExpressionError(
    'E_UNKNOWN_COLUMN',
    `unknown field ${BATCH}${name === undefined ? '' : `.${name}`}`,
    at,
    HINT,
  )
}

/** The time of the batch as another type. */
export function batchTimeAs(type: DataType, at: Span, context: Context): Node {
  const node = explicitCast(batchField('time', at, context), type, context)
  if (node === undefined) throw new Error(`no cast from timestamp to ${type.kind}`)
  return node
}

const HINT = '_batch has the fields id and time: write _batch.id or _batch.time'
