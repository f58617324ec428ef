// The sink sqlite as the plan makes it.

import { SprkError } from '../errors.ts'
import type { SinkKind } from '../sink.ts'
import { sqliteSink } from './sqlite/sink.ts'
import type { SqliteOptions } from './sqlite-spec.ts'

export const sqliteKind: SinkKind<SqliteOptions> = {
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
}
