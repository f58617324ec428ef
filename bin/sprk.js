#!/usr/bin/env node
// Starts the built program; all of it is in dist/sprk.cjs.
'use strict'

// Else this signal opens Node's inspector, to which every process of the machine may connect.
process.on('SIGUSR1', () => {})

const OLDEST_NODE = 20

const program = `${__dirname}/../dist/sprk.cjs`
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `sprk: error[E_NODE]: Node ${OLDEST_NODE} or later is needed, this is ${process.versions.node}\n`,
  )
  process.exitCode = 69 // as below
} else if (require('node:fs').existsSync(program)) {
  require('./code-cache.js').load(program)
} else {
  const folder = require('node:path').dirname(__dirname)
  process.stderr.write(`sprk: not built yet; run this first: (cd ${folder} && npm install && npm run build)\n`)
  process.exitCode = 69 // EX_UNAVAILABLE: a support file does not exist
}
