// The entry of the bundle: runs the command line and turns what is thrown into words and an exit code.

import { fail } from './fail.ts'
import { endWithOutput } from './lost-output.ts'
import { program } from './program.ts'

endWithOutput()
process.exitCode = await program(process.argv.slice(2)).catch(fail)
