// The words that name units of time, and the functions that take one as their first argument.

import type { CallSyntax, IntervalField, IntervalUnit, Syntax } from './tree.ts'

const FIELDS: readonly IntervalField[] = ['year', 'month', 'day', 'hour', 'minute', 'second']
const UNITS: readonly IntervalUnit[] = [...FIELDS, 'week', 'millisecond', 'microsecond', 'nanosecond']

/** The unit that a word of an interval means, plural or not. */
export function intervalUnit(word: string): IntervalUnit | undefined {
  const lower = word.toLowerCase()
  return UNITS.find((unit) => lower === unit || lower === `${unit}s`)
}

/** The field that stands beside TO. */
export function intervalField(word: string): IntervalField | undefined {
  const lower = word.toLowerCase()
  return FIELDS.find((field) => lower === field)
}

/** The smaller fields that a range goes to: DAY TO SECOND. */
export function rangesFrom(field: IntervalField): readonly IntervalField[] {
  return field === 'year' ? ['month'] : field === 'month' ? [] : FIELDS.slice(FIELDS.indexOf(field) + 1)
}

export const RANGES_HINT =
  'there are YEAR TO MONTH, DAY TO HOUR, MINUTE or SECOND, HOUR TO MINUTE or SECOND, MINUTE TO SECOND'

export function isYearMonth(unit: IntervalUnit): unit is 'year' | 'month' {
  return unit === 'year' || unit === 'month'
}

/** Spark's datetimeUnit: what stands, without quotes, in `timestampadd(DAY, 1, t)`. */
export const DATETIME_UNITS: readonly string[] = [
  'YEAR',
  'QUARTER',
  'MONTH',
  'WEEK',
  'DAY',
  'DAYOFYEAR',
  'HOUR',
  'MINUTE',
  'SECOND',
  'MILLISECOND',
  'MICROSECOND',
]

/** Name → the function that it means where three arguments stand; `date_add(day, 1)` is another one. */
export const UNIT_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['timestampadd', 'timestampadd'],
  ['dateadd', 'timestampadd'],
  ['date_add', 'timestampadd'],
  ['timestampdiff', 'timestampdiff'],
  ['datediff', 'timestampdiff'],
  ['date_diff', 'timestampdiff'],
  ['timediff', 'timestampdiff'],
])

/** Whether the first argument is a unit: a string in the tree, a word in the text. */
export function isUnitCall({ name, args: [first, ...others] }: CallSyntax): boolean {
  return UNIT_FUNCTIONS.get(name) === name && others.length === 2 && isUnit(first)
}

function isUnit(syntax: Syntax | undefined): boolean {
  return syntax?.kind === 'literal' && DATETIME_UNITS.includes(String(syntax.value))
}
