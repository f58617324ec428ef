// The command line for one run after the other in one process: each line of stdin is a JSON array of arguments; each run
// is answered with a line on stdout, its exit code and what it wrote on stderr.

import { createInterface } from 'node:readline'
import { fail } from '../../src/cli/fail.ts'
import { program } from '../../src/cli/program.ts'

const { stderr } = process
const write = stderr.write.bind(stderr)

for await (const line of createInterface({ input: process.stdin })) {
  let said = ''
  stderr.write = (text: string | Uint8Array) => {
    said += text
    return true
  }
  const code = await program(JSON.parse(line)).catch(fail)
  stderr.write = write
  process.stdout.write(`${JSON.stringify({ code, stderr: said })}\n`)
}
