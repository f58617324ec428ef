// @ts-check
// How long a record takes from its producer to a reader of the state file, at a steady rate.

import { strictEqual } from 'node:assert'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { measure } from '../measure.mjs'
import { createTopic, deleteTopics, kafkaAt } from './topic.mjs'

const perSecond = 10_000
const sendEveryMs = 10
const lookEveryMs = 2
/** Of sending; the program's code is not compiled yet. */
const warmUpMs = 2000
/** For the start of the program, and for a machine that is too slow for the rate. */
const patienceMs = 30_000

/**
 * Milliseconds between the sending of a record and the moment at which its row is visible.
 *
 * @typedef {{p50: number, p99: number, max: number}} Latency
 */

/**
 * @param {string} address    of the broker
 * @param {string[]} program  `sprk`
 * @param {string} pipeline   a path
 * @param {string} state      a path
 * @param {number} seconds    of sending
 * @returns {Promise<import('../measure.mjs').Measurement & {latency: Latency}>}
 */
export async function measureLatency(address, program, pipeline, state, seconds) {
  const topic = `sprk-bench-latency-${process.pid}-${Math.round(performance.now())}`
  await createTopic(address, topic)
  try {
    const command = [...program, 'run', '--quiet', pipeline]
    const env = { KAFKA_BROKERS: address, BENCH_TOPIC: topic, BENCH_STATE: state }
    const done = new AbortController()
    const [{ measurement }, latencies] = await Promise.all([
      measure(command, env, false, done.signal),
      sendAndLook(address, topic, state, seconds).finally(() => done.abort()),
    ])
    return { ...measurement, latency: summary(latencies) }
  } finally {
    await deleteTopics(address, topic)
  }
}

/**
 * @param {string} address @param {string} topic @param {string} state @param {number} seconds
 * @returns {Promise<number[]>} milliseconds of each record that was sent after the warm-up
 */
async function sendAndLook(address, topic, state, seconds) {
  const database = await opened(state)
  try {
    const sending = send(address, topic, seconds)
    const latencies = await look(database, seconds)
    await sending
    return latencies
  } finally {
    database.close()
  }
}

/** The state file, once the program has made its table. @param {string} state */
async function opened(state) {
  const until = performance.now() + patienceMs
  while (performance.now() < until) {
    await sleep(lookEveryMs)
    if (!existsSync(state)) continue
    const database = new Database(state, { readonly: true })
    if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'events'").get() !== undefined) return database
    database.close()
  }
  throw new Error(`${state}: no table after ${patienceMs / 1000} s`)
}

/** @param {string} address @param {string} topic @param {number} seconds */
async function send(address, topic, seconds) {
  const producer = kafkaAt(address).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const startedAt = performance.now()
  const each = (perSecond * sendEveryMs) / 1000
  for (let step = 0; step < (seconds * perSecond) / each; step++) {
    await sleep(Math.max(0, startedAt + step * sendEveryMs - performance.now()))
    const value = JSON.stringify({ sent: nowMicros(), event: 'purchase' })
    await producer.send({ topic, messages: Array.from({ length: each }, () => ({ value })) })
  }
  await producer.disconnect()
}

/** @param {import('better-sqlite3').Database} database @param {number} seconds */
async function look(database, seconds) {
  const last = database.prepare('SELECT max(rowid) FROM events').pluck()
  const newer = database.prepare('SELECT sent FROM events WHERE rowid > ? AND rowid <= ?').pluck()
  const until = performance.now() + seconds * 1000 + patienceMs
  /** @type {number[]} */
  const latencies = []
  let [seen, first] = [0, 0]
  while (seen < seconds * perSecond && performance.now() < until) {
    const now = nowMicros()
    const rowId = /** @type {number | null} */ (last.get()) ?? 0
    for (const sent of rowId > seen ? /** @type {number[]} */ (newer.all(seen, rowId)) : []) {
      first ||= sent
      if (sent > first + warmUpMs * 1000) latencies.push((now - sent) / 1000)
    }
    seen = rowId
    await sleep(lookEveryMs)
  }
  strictEqual(seen, seconds * perSecond, 'some records did not become rows, or too late')
  return latencies
}

/** @param {readonly number[]} latencies @returns {Latency} */
function summary(latencies) {
  const sorted = Float64Array.from(latencies).sort()
  const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { p50: at(0.5) ?? Number.NaN, p99: at(0.99) ?? Number.NaN, max: at(1) ?? Number.NaN }
}

function nowMicros() {
  return Math.round((performance.timeOrigin + performance.now()) * 1000)
}
