// What is wrong with the values of a row.

import type { Reject } from '../column.ts'

/**
 * Thrown by a scalar function whose arguments have no result. Whoever calls the function for a row refuses the row's
 * record. Not an Error: a stack trace for each bad record would cost more than the record.
 */
export class RowFault {
  readonly reject: Reject

  /** `condition`: the name of Spark's error; absent where it is that of the code (`conditionOf`). */
  constructor(code: string, message: string, condition?: string) {
    this.reject = condition === undefined ? { code, message } : { code, message, condition }
  }
}

/** What `make` gives, or null where it throws a RowFault. */
export function orNull<T>(make: () => T): T | null {
  try {
    return make()
  } catch (fault) {
    if (fault instanceof RowFault) return null
    throw fault
  }
}

/** By code, the error condition that Spark raises in most of its cases (error-conditions.json of Spark 4). */
const CONDITIONS: ReadonlyMap<string, string> = new Map([
  ['E_AGGREGATE', 'GROUP_BY_AGGREGATE'],
  ['E_ARITY', 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION'],
  ['E_ARRAY_INDEX', 'INVALID_ARRAY_INDEX'],
  ['E_CAST', 'CAST_INVALID_INPUT'],
  ['E_DIVIDE_BY_ZERO', 'DIVIDE_BY_ZERO'],
  ['E_ENCODING', 'MALFORMED_CHARACTER_CODING'],
  ['E_LIKE', 'INVALID_FORMAT.ESC_IN_THE_MIDDLE'],
  ['E_OVERFLOW', 'ARITHMETIC_OVERFLOW'],
  ['E_REGEX', 'INVALID_PARAMETER_VALUE.PATTERN'],
  ['E_SYNTAX', 'PARSE_SYNTAX_ERROR'],
  ['E_TYPE', 'DATATYPE_MISMATCH'],
  ['E_UNKNOWN_COLUMN', 'UNRESOLVED_COLUMN'],
  ['E_UNKNOWN_FUNCTION', 'UNRESOLVED_ROUTINE'],
])

/** The error condition that Spark would raise for a fault or a mistake; undefined where Spark has no such error. */
export function conditionOf({ code, condition }: Pick<Reject, 'code' | 'condition'>): string | undefined {
  return condition ?? CONDITIONS.get(code)
}
