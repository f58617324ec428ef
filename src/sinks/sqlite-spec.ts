// What a pipeline file says about the sink sqlite.

import * as v from 'valibot'
import { kind, type OptionsOf } from '../spec-kit.ts'

export const sqliteSpec = kind(
  'Writes the rows to a table of the state file, in the transaction that commits the batch: exactly once.',
  v.object({
    table: v.pipe(
      v.string(),
      v.nonEmpty('must name a table'),
      v.check((name) => !/^(sprk|sqlite)_/i.test(name), 'must not begin with sprk_ or sqlite_: those are kept tables'),
      v.description(
        'The table. It is made when it is missing; one that exists must have exactly the columns of the rows.',
      ),
    ),
    mode: v.optional(
      v.pipe(
        v.picklist(['append', 'merge']),
        v.description(
          'append adds every row. merge adds the aggregates of each batch to the row with the same key; it must follow a reduceByKey.',
        ),
      ),
      'append',
    ),
  }),
)

export type SqliteOptions = OptionsOf<typeof sqliteSpec>
