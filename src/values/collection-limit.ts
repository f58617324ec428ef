// How many elements an array or a map can have that a function makes. What would make more is a record error, before it
// is made.

import { RowFault } from './row-fault.ts'

/** Spark's limit is that of Java's arrays, 2^31 − 15 elements: more than the memory of most machines. */
export const MAX_ELEMENTS = 1_000_000

/** The count itself, where an array may have so many elements. `condition`: Spark's error where it may not. */
export function boundedCount(count: number, condition = 'COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION'): number {
  if (count > MAX_ELEMENTS)
    throw new RowFault('E_OVERFLOW', `the result has more than ${MAX_ELEMENTS} elements`, condition)
  return count
}
