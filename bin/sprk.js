#!/usr/bin/env node
// Starts the built program; all of it is in dist/sprk.js.
import module from 'node:module'
import process from 'node:process'

// Else this signal opens Node's inspector, to which every process of the machine may connect.
process.on('SIGUSR1', () => {})

// Halves the start where Node has it (22.1 and later).
module.enableCompileCache?.()

const OLDEST_NODE = 20

const program = new URL('../dist/sprk.js', import.meta.url).href
try {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    process.stderr.write(
      `sprk: error[E_NODE]: Node ${OLDEST_NODE} or later is needed, this is ${process.versions.node}\n`,
    )
    process.exitCode = 69 // as below
  } else await import(program)
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || error.url !== program) throw error
  const folder = new URL('..', import.meta.url).pathname
  process.stderr.write(`sprk: not built yet; run this first: (cd ${folder} && npm install && npm run build)\n`)
  process.exitCode = 69 // EX_UNAVAILABLE: a support file does not exist
}
