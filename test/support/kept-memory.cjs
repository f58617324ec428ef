// Loaded before a program by `--require`, with `--expose-gc`: writes into the file KEPT_MEMORY how many bytes are in use when
// it ends, after a collection of garbage.
'use strict'

const { writeFileSync } = require('node:fs')

process.on('exit', () => {
  globalThis.gc()
  // The memory of array buffers goes with the collection after the one that finds them.
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  writeFileSync(process.env['KEPT_MEMORY'], String(heapUsed + external))
})
