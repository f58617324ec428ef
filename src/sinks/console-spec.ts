// What a pipeline file says about the sink console.

import * as v from 'valibot'
import { kind, type OptionsOf, wholeNumber } from '../spec-kit.ts'

export const consoleSpec = kind(
  'Prints the first rows of each batch on stdout after its commit, as Spark does: at most once.',
  v.strictObject({
    numRows: v.optional(v.pipe(wholeNumber(1), v.description('How many rows of a batch are printed.')), 20),
    truncate: v.optional(v.pipe(v.boolean(), v.description('Whether cells are cut to 20 characters.')), true),
  }),
)

export type ConsoleOptions = OptionsOf<typeof consoleSpec>
