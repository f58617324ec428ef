// What is wrong with the values of a row.

import type { Reject } from '../column.ts'

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
