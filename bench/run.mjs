// @ts-check
// Benchmarks of whole processes on one's own machine; docs/benchmarks.md says what is measured and how to read it.
//
//   npm run bench -- [--records N] [--rounds N] [--only NAME]... [--broker HOST:PORT]

import process from 'node:process'
import { cases, events } from './cases.mjs'
import { withBroker } from './harness/broker.mjs'
import { checkOnly, exitOnSignals, positive, readOptions, say } from './harness/options.mjs'
import { root, Session } from './harness/session.mjs'
import { table } from './harness/table.mjs'
import { measure } from './measure.mjs'
import { programs } from './programs.mjs'

const options = readOptions(
  { records: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
  ({ records, rounds }, [unexpected], only) => {
    if (unexpected !== undefined) throw new Error(`${unexpected}: an option is expected`)
    checkOnly(
      only,
      [...programs, ...cases].map(({ name }) => name),
    )
    return { records: positive('records', records), rounds: positive('rounds', rounds) }
  },
)
exitOnSignals()

await withBroker(options.broker, say, async (address) => {
  const session = new Session(address, options.records, say)
  const results = await runRounds(session, address)
  await session.close()
  process.stdout.write(`${table(results, options.records)}\n`)
})

/**
 * Interleaved, so that what slows the machine for a while slows all programs.
 *
 * @param {Session} session @param {string} address
 */
async function runRounds(session, address) {
  const subjects = [...others(session, address), ...cases.map((each) => subjectOf(session, each))].filter(isAsked)
  /** @type {import('./harness/table.mjs').Result[]} */
  const results = subjects.map(({ name, title, records }) => ({ name, title, records, rounds: [] }))
  for (let round = 1; round <= options.rounds; round++) {
    for (const [index, { name, run }] of subjects.entries()) {
      const measured = await run()
      const between = measured.rate === null ? '' : `, ${(measured.rate / 1e6).toFixed(2)} M rec/s between commits`
      say(`round ${round}: ${name} ${measured.wallS.toFixed(2)} s${between}${latency(measured)}`)
      results[index]?.rounds.push(measured)
    }
  }
  return results
}

/** @param {import('./harness/session.mjs').Run} run */
function latency({ latency }) {
  return latency === null ? '' : `, p99 ${latency.p99.toFixed(0)} ms`
}

/** @param {Session} session @param {import('./cases.mjs').Case} benchCase */
function subjectOf(session, benchCase) {
  const { name, title } = benchCase
  const run = () => session.run(benchCase, { name: 'sprk', root })
  return { name, title, records: session.recordsOf(benchCase), run }
}

/** Programs that are not installed are left out. @param {Session} session @param {string} address */
function others(session, address) {
  return programs
    .filter(({ isInstalled }) => isInstalled())
    .map(({ name, title, isReader, drop, command, check }) => {
      const run = async () => {
        const topic = isReader ? await session.topic(events) : ''
        const { measurement, stdout } = await measure(command(address, topic), {}, drop)
        check(stdout, options.records)
        return { ...measurement, rate: null, latency: null }
      }
      return { name, title, records: isReader ? options.records : 0, run }
    })
}

/** @param {{name: string}} subject */
function isAsked({ name }) {
  return options.only.length === 0 || options.only.includes(name)
}
