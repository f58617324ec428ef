// The options of the sink sqlite: its table, its mode, and what each mode needs in addition.

import * as v from 'valibot'
import { expression, issueAt, oneSpelling } from '../../options.ts'
import type { SourceText } from '../../spec.ts'
import { isFunction, isReserved } from './names.ts'

export interface UpsertOptions {
  readonly table: string
  readonly mode: 'upsert'
  /** Names of columns, as in expressions. */
  readonly key: readonly SourceText[]
  readonly deleteWhen: SourceText | null
  /** The name of a column. */
  readonly version: SourceText | null
  /** Names of columns. */
  readonly drop: readonly SourceText[]
}

export type SqliteOptions = { readonly table: string; readonly mode: 'append' | 'merge' } | UpsertOptions

const columns = v.union([expression(), v.pipe(v.array(expression()), v.minLength(1, 'must name at least one column'))])

const schema = v.pipe(
  v.object({
    table: v.pipe(
      v.string(),
      v.nonEmpty('must name a table'),
      v.check((name) => !isReserved(name), 'must not begin with sprk_ or sqlite_: those are reserved'),
      v.check((name) => !isFunction(name), 'must not be the name of a function of SQLite, which it would hide'),
      v.description(
        'The table to write to. It is made when it is missing; one that exists must have exactly the columns of the rows.',
      ),
    ),
    mode: v.optional(
      v.pipe(
        v.picklist(['append', 'merge', 'upsert']),
        v.description(
          'append adds every row. merge adds the aggregates of each batch to the row with the same key; it must follow a reduceByKey. upsert keeps the last row of each `key`.',
        ),
      ),
      'append',
    ),
    key: v.optional(
      v.pipe(
        columns,
        v.description(
          'Of mode upsert: the column, or the columns, that tell rows apart. NULL is a value like any other.',
        ),
      ),
    ),
    deleteWhen: v.optional(
      v.pipe(
        expression(),
        v.description(
          'Of mode upsert: a boolean Spark SQL expression; where it is true, the row of that key is deleted.',
        ),
      ),
    ),
    version: v.optional(
      v.pipe(
        expression(),
        v.description('Of mode upsert: a column; a row of a smaller version than the stored one is passed over.'),
      ),
    ),
    drop: v.optional(
      v.pipe(
        columns,
        v.description('Of mode upsert: a column, or columns, that `deleteWhen` needs and the table does not get.'),
      ),
    ),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const { value } = dataset
    if (value.mode !== 'upsert') {
      const given = UPSERT_ONLY.filter((name) => value[name] !== undefined)
      for (const name of given) addIssue(issueAt(`belongs to \`mode: upsert\`\n${instead(value.mode)}`, value, name))
    } else if (value.key === undefined) {
      addIssue(issueAt('is upsert, which needs `key`\nname what tells rows apart: `key: id`', value, 'mode'))
    } else if (value.drop !== undefined && value.deleteWhen === undefined) {
      addIssue(issueAt('is for columns of `deleteWhen`\nput a `drop` step before the sink', value, 'drop'))
    }
  }),
)

const UPSERT_ONLY = ['key', 'deleteWhen', 'version', 'drop'] as const

function instead(mode: 'append' | 'merge'): string {
  return mode === 'merge' ? 'the key of mode merge is that of the reduceByKey' : 'write `mode: upsert`'
}

export const sqliteOptions = oneSpelling(
  schema,
  ({ table, mode, key, deleteWhen = null, version = null, drop = [] }): SqliteOptions =>
    mode === 'upsert'
      ? { table, mode, key: listed(key ?? []), deleteWhen, version, drop: listed(drop) }
      : { table, mode },
)

function listed(names: SourceText | readonly SourceText[]): readonly SourceText[] {
  return 'text' in names ? [names] : names
}
