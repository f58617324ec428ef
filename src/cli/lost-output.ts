// The end of a process whose output cannot be written: its reader has gone away, or the disk is full.

import { Exit } from '../errors.ts'

/** What shells give for SIGPIPE. */
const SIGPIPE = 128 + 13

/** From now on a failed write ends the process. What was committed stays: a kill would end it the same way. */
export function endWithOutput(): void {
  const { stdout, stderr } = process
  stdout.on('error', (error: NodeJS.ErrnoException) => end('stdout', error, stderr))
  stderr.on('error', (error: NodeJS.ErrnoException) => end('stderr', error, stdout))
}

/** `other` takes the line, unless it fails too. */
function end(name: string, error: NodeJS.ErrnoException, other: NodeJS.WriteStream): void {
  // `sprk schema | head`: without a word.
  if (error.code === 'EPIPE') process.exit(SIGPIPE)
  other.removeAllListeners('error').on('error', () => {})
  other.write(
    `sprk: error[E_OUTPUT]: ${name} cannot be written: ${error.message}\n  hint: ${hintOf(error)}; every batch that was committed is in the state file\n`,
  )
  process.exit(Exit.IO)
}

function hintOf({ code }: NodeJS.ErrnoException): string {
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'make room where it goes' : 'look at where it goes'
}
