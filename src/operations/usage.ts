// The error for a request that does not make sense.

import { Exit, SprkError } from '../errors.ts'

/** A SprkError with exit 64. */
export function usage(message: string, hint: string): SprkError {
  return new SprkError(Exit.USAGE, { code: 'E_USAGE', message, hint })
}
