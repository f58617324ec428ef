// Runs the program again and again in one process, for tests of hundreds of runs: most of a short run is the start of Node.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { buildVariant, node, type SprkResult } from './sprk.ts'

export interface SerialSprk {
  /** Runs `sprk ARGS` to its end; one at a time. */
  run(args: readonly string[]): Promise<Pick<SprkResult, 'code' | 'stdout' | 'stderr'>>
  stop(): Promise<void>
}

export async function startSerialSprk(): Promise<SerialSprk> {
  const program = await buildVariant('serial-main.ts')
  const child = spawn(node, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async run(args) {
      child.stdin.write(`${JSON.stringify(args)}\n`)
      const { value, done } = await answers.next()
      if (done) throw new Error('the process has ended')
      return JSON.parse(value)
    },
    async stop() {
      child.stdin.end()
      await ended
      rmSync(dirname(program), { recursive: true })
    },
  }
}
