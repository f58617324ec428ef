// @ts-check
// The programs that are timed, each with a check of what it did.

import { deepStrictEqual, strictEqual } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'

/**
 * @typedef {object} Workload
 * @property {string} address
 * @property {string} topic
 * @property {number} records
 * @property {import('./generate.mjs').Tally} tally
 */

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string} title
 * @property {readonly string[]} command
 * @property {Readonly<Record<string, string>>} env
 * @property {boolean} drop     its output goes to /dev/null
 * @property {number} records   how many it reads
 * @property {(stdout: string) => void} check  throws where the result is wrong
 * @property {string | null} state   the state file; null: it has none
 */

const names = /** @type {const} */ (['floor', 'kcat', 'filter', 'count', 'caught-up', 'receive', 'receive-log'])

/** @param {string} name */
export function isProgramName(name) {
  return names.some((each) => each === name)
}

/**
 * For one round, in the order in which they have to run: `caught-up` goes on with the state that `count` left.
 *
 * @param {Workload} workload
 * @param {string} folder  empty; for the state files
 * @returns {Program[]}
 */
export function programs(workload, folder) {
  const { address, topic, records, tally } = workload
  const countState = join(folder, 'count.db')
  const filterState = join(folder, 'filter.db')
  const receivers = [
    { name: 'receive', log: false, title: 'the same count in receiver mode, log off' },
    { name: 'receive-log', log: true, title: 'the same count in receiver mode, log on' },
  ]
  const counts = () => checkCounts(countState, records, tally.cities)
  const all = [
    {
      name: 'floor',
      title: "the same bytes through kafkajs's connection, dropped",
      command: [process.execPath, path('floor.mjs'), address, topic],
      check: (/** @type {string} */ stdout) => strictEqual(JSON.parse(stdout).records, records),
    },
    {
      name: 'kcat',
      title: '`kcat … > /dev/null`',
      command: ['kcat', '-q', '-C', '-b', address, '-t', topic, '-o', 'beginning', '-e'],
      drop: true,
    },
    {
      name: 'filter',
      title: 'filter that keeps a quarter, into `discard`',
      ...sprk(workload, 'filter.yaml', filterState),
      check: () => checkOutcomes(filterState, tally.tracks, records - tally.tracks),
    },
    {
      name: 'count',
      title: 'count by a nested field, durable',
      ...sprk(workload, 'count.yaml', countState),
      check: counts,
    },
    {
      name: 'caught-up',
      title: '`--once` with nothing new to read',
      ...sprk(workload, 'count.yaml', countState),
      records: 0,
      check: counts,
    },
    ...receivers.map(({ name, log, title }) => {
      const state = join(folder, `${name}.db`)
      const { env, ...program } = sprk(workload, 'receive.yaml', state)
      const check = () => checkCounts(state, records, tally.cities)
      return { ...program, name, title, check, env: { ...env, BENCH_LOG: String(log) } }
    }),
  ]
  return all
    .filter(({ name }) => name !== 'kcat' || kcatIsInstalled())
    .map((each) => ({ ...defaults(records), ...each }))
}

/** @param {number} records */
function defaults(records) {
  return { env: {}, drop: false, records, check: () => {}, state: null }
}

/** @param {Workload} workload @param {string} pipeline @param {string} state */
function sprk({ address, topic }, pipeline, state) {
  return {
    command: [process.execPath, path('../bin/sprk.js'), 'run', '--once', '--quiet', path(join('pipelines', pipeline))],
    env: { KAFKA_BROKERS: address, BENCH_TOPIC: topic, BENCH_STATE: state },
    state,
  }
}

/** @param {string} state @param {number} records @param {ReadonlyMap<string, number>} cities */
function checkCounts(state, records, cities) {
  const rows = /** @type {{city: string, count: number}[]} */ (query(state, 'SELECT city, "count" FROM city_counts'))
  const sum = rows.reduce((total, row) => total + row.count, 0)
  strictEqual(sum, records, `the counts add up to ${sum}, not to ${records}`)
  deepStrictEqual(new Map(rows.sort(byCity).map((row) => [row.city, row.count])), new Map([...cities].sort()))
}

/** @param {{city: string}} a @param {{city: string}} b */
function byCity(a, b) {
  return a.city < b.city ? -1 : 1
}

/** @param {string} state @param {number} processed @param {number} filtered */
function checkOutcomes(state, processed, filtered) {
  const [row] = query(state, 'SELECT sum(processed) AS processed, sum(filtered) AS filtered FROM sprk_batches')
  deepStrictEqual({ .../** @type {object} */ (row) }, { processed, filtered })
}

/** @param {string} state @param {string} sql */
function query(state, sql) {
  const database = new Database(state, { readonly: true })
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}

/**
 * Records a second between the commits of the first and the last batch: neither the start of the program nor that of a group
 * is in it. Null where there are fewer than two batches.
 *
 * @param {string} state
 */
export function rateBetweenCommits(state) {
  const batches = /** @type {{at: number, records: number}[]} */ (
    query(state, 'SELECT committed_at AS at, processed + filtered AS records FROM sprk_batches ORDER BY batch_id')
  )
  const [first, ...others] = batches
  const last = others.at(-1)
  if (first === undefined || last === undefined) return null
  const seconds = (last.at - first.at) / 1000
  return others.reduce((sum, { records }) => sum + records, 0) / seconds
}

function kcatIsInstalled() {
  return spawnSync('kcat', ['-V']).error === undefined
}

/** @param {string} name */
function path(name) {
  return fileURLToPath(new URL(name, import.meta.url))
}
