// The entry of the bundle: runs the command line and turns what is thrown into words and an exit code.

import { fail } from './fail.ts'
import { endWithOutput } from './lost-output.ts'
import { program } from './program.ts'

endWithOutput()

/** When the command has ended; for the maker of the code cache. CommonJS, which the bundle is, has no top-level await. */
export const ended: Promise<void> = program(process.argv.slice(2))
  .catch(fail)
  .then((code) => {
    process.exitCode = code
  })
