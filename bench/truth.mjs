// @ts-check
// What a case has to end with, by the generator's own count, and the comparison of a result with it.

import { deepStrictEqual } from 'node:assert'
import Database from 'better-sqlite3'
import { workloads } from './workloads.mjs'

/** Up to here rows are compared one by one, which shows the difference; above it by their number and a sum of hashes. */
const fewRows = 1000

/**
 * @typedef {readonly (string | number | null)[]} Row
 *
 * @typedef {object} Truth
 * @property {number} rows
 * @property {number} digest   the sum of the rows' hashes: their order does not matter
 * @property {readonly string[] | null} texts  sorted; null where there are many
 */

/**
 * @param {import('./cases.mjs').Case} benchCase
 * @param {number} records
 * @returns {Truth}
 */
export function truthOf({ topic, expected }, records) {
  return summary(expected(workloads[topic.workload].events(records)))
}

/**
 * Throws where the state file has other rows than these.
 *
 * @param {string} state  the path of the state file
 * @param {string} sql
 * @param {Truth} truth
 */
export function checkRows(state, sql, truth) {
  query(state, sql, (rows) => compareRows(rows, truth))
}

/** Throws where these are other rows. @param {Iterable<Row>} rows @param {Truth} truth */
export function compareRows(rows, truth) {
  deepStrictEqual(summary(rows), truth)
}

/**
 * Records a second between the commits of the first and the last batch: neither the start of the program nor that of a group
 * is in it. Null where there are fewer than two batches.
 *
 * @param {string} state
 */
export function rateBetweenCommits(state) {
  const sql = 'SELECT committed_at, processed + filtered FROM sprk_batches ORDER BY batch_id'
  const batches = /** @type {[at: number, records: number][]} */ (query(state, sql, (rows) => [...rows]))
  const [first, ...others] = batches
  const last = others.at(-1)
  if (first === undefined || last === undefined) return null
  return others.reduce((sum, [, records]) => sum + records, 0) / ((last[0] - first[0]) / 1000)
}

/** @template T @param {string} state  the path of a SQLite file @param {string} sql @param {(rows: Iterable<Row>) => T} use */
export function query(state, sql, use) {
  const database = new Database(state, { readonly: true })
  try {
    return use(/** @type {IterableIterator<Row>} */ (database.prepare(sql).raw().iterate()))
  } finally {
    database.close()
  }
}

/** @param {Iterable<Row>} rows @returns {Truth} */
function summary(rows) {
  let count = 0
  let digest = 0
  /** @type {string[]} */
  const texts = []
  for (const row of rows) {
    const text = row.join('|')
    count++
    digest = (digest + hash(text)) % Number.MAX_SAFE_INTEGER
    if (count <= fewRows) texts.push(text)
  }
  return { rows: count, digest, texts: count > fewRows ? null : texts.sort() }
}

/** FNV-1a of 32 bits, over UTF-16 units. @param {string} text */
function hash(text) {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
