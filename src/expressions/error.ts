// What can be wrong with an expression before it runs, and at a row when it runs.

import type { Reject } from '../column.ts'

/** A mistake in the text of an expression, at `text[start … end)`. */
export class ExpressionError extends Error {
  readonly code: string
  readonly start: number
  readonly end: number
  readonly hint: string | undefined

  constructor(code: string, message: string, at: { readonly start: number; readonly end: number }, hint?: string) {
    super(message)
    this.name = 'ExpressionError'
    this.code = code
    this.start = at.start
    this.end = at.end
    this.hint = hint
  }
}

/**
 * Thrown by a scalar function whose arguments have no result. Whoever calls the function for a row refuses the row's
 * record. Not an Error: a stack trace for each bad record would cost more than the record.
 */
export class RowFault {
  readonly reject: Reject

  constructor(code: string, message: string) {
    this.reject = { code, message }
  }
}
