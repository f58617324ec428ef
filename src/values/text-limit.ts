// How long a text can be. What would make a longer one is a record error, before the text is made.

import { constants } from 'node:buffer'
import { RowFault } from './row-fault.ts'

/** UTF-16 code units; of Node 20 and later 2^29 − 24. */
const MAX_TEXT = constants.MAX_STRING_LENGTH

/** The length itself, where a text may have it. */
export function boundedLength(length: number): number {
  if (length > MAX_TEXT) throw tooLong()
  return length
}

function tooLong(): RowFault {
  return new RowFault('E_OVERFLOW', `the result is a text of more than ${MAX_TEXT} characters`)
}

/** For a text whose length is only known when it is made: V8 refuses to make one that is too long. */
export function withinText<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError && error.message === 'Invalid string length') throw tooLong()
    throw error
  }
}
