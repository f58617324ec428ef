// @ts-check
// Benchmarks of whole processes on one's own machine; docs/benchmarks.md says what is measured and how to read it.
//
//   npm run bench -- [--records N] [--rounds N] [--only NAME]... [--broker HOST:PORT]

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { startBroker, stopBroker, stopBrokerWithThisProcess } from '../scripts/kafka/broker.mjs'
import { measure } from './measure.mjs'
import { isProgramName, programs, rateBetweenCommits } from './programs.mjs'
import { table } from './table.mjs'
import { prepareTopic } from './topic.mjs'

const options = readOptions()
const folder = mkdtempSync(join(tmpdir(), 'sprk-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
process.once('SIGINT', () => process.exit(130))

await withBroker(async (address) => {
  const { topic, tally } = await prepareTopic(address, options.records, say)
  const results = await runRounds({ address, topic, records: options.records, tally })
  process.stdout.write(`${table(results, options.records)}\n`)
})

/**
 * Interleaved, so that what slows the machine for a while slows all programs.
 *
 * @param {import('./programs.mjs').Workload} workload
 */
async function runRounds(workload) {
  /** @type {Map<string, import('./table.mjs').Result>} */
  const results = new Map()
  for (let round = 1; round <= options.rounds; round++) {
    const states = join(folder, String(round))
    mkdirSync(states)
    for (const program of programs(workload, states).filter(isAsked)) {
      const { measurement, stdout } = await measure(program.command, program.env, program.drop)
      program.check(stdout)
      const rate = program.state === null || program.records === 0 ? null : rateBetweenCommits(program.state)
      const between = rate === null ? '' : `, ${(rate / 1e6).toFixed(2)} M rec/s between commits`
      say(`round ${round}: ${program.name} ${measurement.wallS.toFixed(2)} s${between}`)
      const result = results.get(program.name) ?? { ...program, rounds: [] }
      result.rounds.push({ ...measurement, rate })
      results.set(program.name, result)
    }
  }
  return [...results.values()]
}

/** What is left of a round by `--only`; what it goes on with runs as well. @param {{name: string}} program */
function isAsked({ name }) {
  const { only } = options
  return only.length === 0 || only.includes(name) || (name === 'count' && only.includes('caught-up'))
}

/** @param {(address: string) => Promise<void>} use */
async function withBroker(use) {
  if (options.broker !== undefined) return use(options.broker)
  const broker = await startBroker({ say })
  const callOff = stopBrokerWithThisProcess(broker)
  try {
    await use(broker.address)
  } finally {
    await stopBroker(broker)
    callOff()
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        records: { type: 'string', default: '1000000' },
        rounds: { type: 'string', default: '5' },
        only: { type: 'string', multiple: true, default: [] },
        broker: { type: 'string', default: process.env['KAFKA_BROKERS'] },
      },
    })
    const only = values.only ?? []
    for (const name of only) if (!isProgramName(name)) throw new Error(`--only ${name}: no such benchmark`)
    return {
      records: positive('records', values.records),
      rounds: positive('rounds', values.rounds),
      only,
      broker: values.broker,
    }
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exit(64)
  }
}

/** @param {string} name @param {string | undefined} value */
function positive(name, value) {
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`--${name} ${value}: a whole number from 1 on is expected`)
  return number
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`)
}
