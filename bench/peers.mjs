// @ts-check
// Other programs beside sprk, each a whole process; writes bench/RESULTS.md and bench/results.svg.
//
//   npm run bench:peers -- [--records N] [--rounds N] [--only NAME]... [--broker HOST:PORT] [--output FOLDER]
//
// What cannot be built here is left out, and the reason is printed and written.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { cases } from './cases.mjs'
import { withBroker } from './harness/broker.mjs'
import { checkOnly, exitOnSignals, positive, readOptions, say } from './harness/options.mjs'
import { chart } from './harness/peer-chart.mjs'
import { report } from './harness/peer-report.mjs'
import { countsOf } from './harness/peer-result.mjs'
import { deleteTopics, prepareTopic } from './harness/topic.mjs'
import { measure } from './measure.mjs'
import { peers } from './peers/list.mjs'
import { built } from './peers/toolchains.mjs'
import { compareRows, truthOf } from './truth.mjs'

/** @typedef {{peer: import('./peers/list.mjs').Peer, folder: string, rounds: import('./measure.mjs').Measurement[]}} Subject */

const options = readOptions(
  {
    records: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    output: { type: 'string', default: fileURLToPath(new URL('.', import.meta.url)) },
  },
  ({ records, rounds, output = '' }, [unexpected], only) => {
    if (unexpected !== undefined) throw new Error(`${unexpected}: an option is expected`)
    checkOnly(
      only,
      peers.map(({ name }) => name),
    )
    return { records: positive('records', records), rounds: positive('rounds', rounds), output }
  },
)
const temporary = mkdtempSync(join(tmpdir(), 'sprk-peers-'))
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }))
exitOnSignals()

const [load = 0] = loadavg()
/** @type {{title: string, reason: string}[]} */
const skipped = []
const count = /** @type {import('./cases.mjs').Case} */ (cases.find(({ name }) => name === 'count'))
const truth = truthOf(count, options.records)
const subjects = await buildAll()
await withBroker(options.broker, say, async (address) => {
  const topic = await prepareTopic(address, count.topic, options.records, say)
  for (let round = 0; round <= options.rounds; round++) {
    for (const subject of [...subjects]) await runOnce(subject, round, address, topic)
    if (round > 0) write()
  }
})
process.stdout.write(write())

/** After each round, so that a run that is ended early leaves what it has. */
function write() {
  const results = subjects.map(({ peer, rounds }) => ({ ...peer, rounds }))
  const text = report(results, skipped, { records: options.records, load })
  writeFileSync(join(options.output, 'RESULTS.md'), text)
  writeFileSync(join(options.output, 'results.svg'), chart(results, options.records))
  return text
}

/** sprk is always measured: the others are compared with it. */
async function buildAll() {
  /** @type {Subject[]} */
  const subjects = []
  for (const peer of peers) {
    if (options.only.length > 0 && !options.only.includes(peer.name) && peer.name !== 'sprk') continue
    const { build } = peer
    try {
      const reason = peer.whyNot()
      if (reason !== null) throw new Error(reason)
      const folder = build === null ? '' : await built(peer.name, (into) => build(peer.name, into), say)
      subjects.push({ peer, folder, rounds: [] })
    } catch (error) {
      skip(peer, error)
    }
  }
  return subjects
}

/**
 * Round 0 is not counted: it reads programs from the disk. A program that fails is left out from then on.
 *
 * @param {Subject} subject @param {number} round @param {string} broker @param {string} topic
 */
async function runOnce(subject, round, broker, topic) {
  const { peer, rounds } = subject
  const id = `sprk-bench-${peer.name}-${process.pid}-${round}`
  const folder = join(temporary, id)
  mkdirSync(folder)
  const run = { broker, topic, folder, built: subject.folder, id }
  try {
    peer.prepare(run)
    const { command, env } = peer.start(run)
    const { measurement, stdout } = await measure(command, env)
    compareRows(countsOf(peer, folder, stdout), truth)
    if (round > 0) rounds.push(measurement)
    say(`round ${round}: ${peer.name} ${measurement.wallS.toFixed(2)} s, CPU ${measurement.cpuS.toFixed(2)} s`)
  } catch (error) {
    subjects.splice(subjects.indexOf(subject), 1)
    skip(peer, error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await deleteTopics(broker, `${id}-`)
  }
}

/** @param {import('./peers/list.mjs').Peer} peer @param {unknown} error */
function skip({ name, title }, error) {
  const reason = error instanceof Error ? error.message : String(error)
  say(`SKIPPED ${name}: ${reason}`)
  if (name === 'sprk') process.exit(1)
  skipped.push({ title, reason: reason.split('\n')[0] ?? '' })
}
