// @ts-check
// Makes the code cache of the built program for the Node that runs this: after a build, and where the package is installed.
//
//   node bin/make-cache.js [PROGRAM]
//
// V8 compiles a function when it is first called, and puts those into the cache that are compiled. So typical commands are
// run first, one after the other, in this process.
'use strict'

const { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join, resolve } = require('node:path')
const { cacheFile, cachedCode, compile, digest, evaluate } = require('./code-cache.js')
const { startBroker } = require('./warm-up-broker.js')

/** @param {string} program */
async function makeCache(program) {
  const source = readFileSync(program)
  if (cachedCode(program, source) !== undefined) return
  const script = compile(program, source, undefined)
  const folder = mkdtempSync(join(tmpdir(), 'sprk-cache-'))
  const broker = await startBroker('events', EVENTS)
  try {
    for (const args of commands(folder, broker.port)) {
      process.argv = [process.execPath, program, ...args]
      await evaluate(script, program)['ended']
      if (process.exitCode !== 0) throw new Error(`${args.join(' ')}: exit code ${process.exitCode}`)
    }
  } finally {
    broker.close()
    rmSync(folder, { recursive: true, force: true })
    process.exitCode = 0
  }
  const code = script.createCachedData()
  write(cacheFile(program), Buffer.concat([digest(source, code), code]))
}

/** Whole from the moment it can be seen. @param {string} file @param {Buffer} bytes */
function write(file, bytes) {
  const unfinished = `${file}.${process.pid}`
  writeFileSync(unfinished, bytes)
  renameSync(unfinished, file)
}

/** What is run, with a topic and with a file: help, a first run, and one that finds nothing new. @param {string} folder @param {number} port */
function commands(folder, port) {
  const file = join(folder, 'file.yaml')
  const kafka = join(folder, 'kafka.yaml')
  writeFileSync(join(folder, 'events.ndjson'), `${EVENTS.join('\n')}\n`)
  writeFileSync(file, pipeline('file', 'path: events.ndjson'))
  writeFileSync(kafka, pipeline('kafka', `brokers: 127.0.0.1:${port}`, 'topics: [events]'))
  const runs = [kafka, kafka, file].map((path) => ['run', path, '--once', '--quiet'])
  return [['--help'], ...runs, ['status', '--offline', kafka]]
}

const EVENTS = Array.from({ length: 100 }, (_, i) => {
  return JSON.stringify({ type: i % 2 ? 'track' : 'page', properties: { city: `city ${i % 7}` }, amount: i / 4 })
})

/** @param {string} source  its kind @param {...string} options */
function pipeline(source, ...options) {
  return `name: ${source}
source:
  ${source}:
    ${[...options, 'format: json'].join('\n    ')}
transforms:
  - filter: type = 'track'
  - reduceByKey:
      key:
        city: properties.city
      values:
        count: count(*)
        total: sum(cast(amount as decimal(10,2)))
sink:
  sqlite:
    table: counts
    mode: merge
`
}

const program = resolve(process.argv[2] ?? `${__dirname}/../dist/sprk.cjs`)
// Where a clone is installed, packages come before anything is built.
if (existsSync(program)) {
  const said = process.stderr.write.bind(process.stderr)
  for (const stream of [process.stdout, process.stderr]) stream.write = () => true
  makeCache(program).catch((error) => said(`sprk: no code cache, so each start takes longer: ${error.message}\n`))
}
