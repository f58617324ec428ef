// How many elements an array or a map can have that a function makes. What would make more is a record error, before it
// is made. Spark's limit is that of Java's arrays, 2^31 − 15 elements: more than the memory of most machines.

import { RowFault } from './row-fault.ts'

/** Of one that is made from the elements of others. */
const MAX_ELEMENTS = 1_000_000
/** Of one whose length a value says: a record of a few bytes could ask for any. */
const MAX_ASKED = 100_000

/** The count itself, where an array that is made from others may have so many elements. */
export function boundedCount(count: number): number {
  return bounded(count, MAX_ELEMENTS, 'COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION')
}

/** The same where a value says how many. */
export function boundedRequest(count: number): number {
  return bounded(count, MAX_ASKED, 'COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER')
}

function bounded(count: number, most: number, condition: string): number {
  if (count > most) throw new RowFault('E_OVERFLOW', `the result has more than ${most} elements`, condition)
  return count
}
