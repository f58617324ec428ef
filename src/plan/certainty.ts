// Which mistakes can be told of a step whose columns are not known, since something before it is wrong.

import type { Problem } from '../errors.ts'
import type { Scope } from '../scope.ts'
import { type BrokenComponent, type Component, NOWHERE } from '../spec.ts'
import { VARIANT } from '../types.ts'

/** What is known of the columns before a step: all, their names without their types, or nothing. */
export type Certainty = 'columns' | 'names' | 'nothing'

/** What no columns could make right. */
const WITHOUT_COLUMNS = ['E_SYNTAX', 'E_UNKNOWN_FUNCTION', 'E_ARITY', 'E_AGGREGATE', 'E_NOT_YET', 'E_REGEX']
const WITHOUT_COLUMNS_SINK = ['E_TABLE_NAME', 'E_TARGET_TWICE']
const WITHOUT_TYPES = ['E_UNKNOWN_COLUMN', 'E_COLUMN_TWICE', 'E_KEY_NAME', 'E_NO_COLUMNS']

/** Whether a mistake is one whatever else is wrong in the file. */
export function isCertain({ code }: Problem, known: Certainty): boolean {
  if (known === 'columns' || WITHOUT_COLUMNS.includes(code) || WITHOUT_COLUMNS_SINK.includes(code)) return true
  return known === 'names' && WITHOUT_TYPES.includes(code)
}

export function isBroken(component: Component): component is BrokenComponent {
  return 'isBroken' in component
}

/** Of a component that is wrong in part: a mistake in what could be read of it, not in what stands for the rest. */
export function isOfReadable({ place }: Problem): boolean {
  return place !== undefined && place.file !== NOWHERE.file
}

/** Any path is a column. */
export const ANY_COLUMNS: Scope = {
  resolve: (path) => ({ column: 0, type: VARIANT, used: path.length }),
  names: () => [],
  extend: () => ({ column: 0, scope: ANY_COLUMNS }),
}
