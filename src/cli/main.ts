// The entry of the bundle: runs the command line and turns what is thrown into words and an exit code.

import { fail } from './fail.ts'
import { program } from './program.ts'

process.exitCode = await program(process.argv.slice(2)).catch(fail)
