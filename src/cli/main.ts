// The entry of the bundle: runs the command line and turns what is thrown into words and an exit code.

import { fail } from './fail.ts'
import { program } from './program.ts'

// The reader of our output may end first (`sprk schema | head`): end as a SIGPIPE would, without a word.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(128 + 13)
    throw error
  })
}

process.exitCode = await program(process.argv.slice(2)).catch(fail)
