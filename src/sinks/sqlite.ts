// The sink sqlite: a table of the state file, written in the transaction that commits the batch.

import { SprkError } from '../errors.ts'
import { sinkKind } from '../kind.ts'
import { sqliteOptions } from './sqlite/options.ts'
import { sqliteSink } from './sqlite/sink.ts'

export const sqlite = sinkKind(
  'sqlite',
  'Writes the rows to a table of the state file, in the transaction that commits the batch: exactly once.',
  sqliteOptions,
  {
    needsColumns: true,
    create(options, input, report) {
      try {
        return sqliteSink(options, input)
      } catch (error) {
        if (!(error instanceof SprkError)) throw error
        for (const problem of error.problems) report(problem)
        return undefined
      }
    },
  },
)
