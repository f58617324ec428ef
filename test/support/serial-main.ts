// The command line for one run after the other in one process: each line of stdin is a JSON array of arguments; each run
// is answered with a line on stdout, its exit code and what it wrote.

import { createInterface } from 'node:readline'
import { fail } from '../../src/cli/fail.ts'
import { program } from '../../src/cli/program.ts'

const answer = process.stdout.write.bind(process.stdout)

createInterface({ input: process.stdin }).on('line', async (line) => {
  const said = { stdout: '', stderr: '' }
  const kept = (['stdout', 'stderr'] as const).map((name) => {
    const write = process[name].write
    process[name].write = (text: string | Uint8Array) => {
      said[name] += text
      return true
    }
    return () => {
      process[name].write = write
    }
  })
  const code = await program(JSON.parse(line)).catch(fail)
  for (const restore of kept) restore()
  answer(`${JSON.stringify({ code, ...said })}\n`)
})
