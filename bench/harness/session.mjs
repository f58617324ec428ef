// @ts-check
// What the runs of one benchmark share: the broker's topics, what each case has to end with, and a folder.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { measure } from '../measure.mjs'
import { checkRows, rateBetweenCommits, truthOf } from '../truth.mjs'
import { measureLatency } from './latency.mjs'
import { startProxy } from './proxy.mjs'
import { prepareTopic, recordsOf } from './topic.mjs'

/**
 * A tree with a built program.
 *
 * @typedef {object} Tree
 * @property {string} name  how it is called in the output
 * @property {string} root
 */

/**
 * @typedef {import('../measure.mjs').Measurement & {rate: number | null, latency: import('./latency.mjs').Latency | null}} Run
 */
const none = { rate: null, latency: null }

export const root = fileURLToPath(new URL('../..', import.meta.url))

export class Session {
  #address
  #records
  #say
  #folder = mkdtempSync(join(tmpdir(), 'sprk-bench-'))
  /** @type {Map<string, Promise<string>>} names, by what the topic holds */
  #topics = new Map()
  /** @type {Map<string, import('../truth.mjs').Truth>} by the case's name */
  #truths = new Map()
  /** @type {Map<string, string>} by tree and case */
  #caughtUp = new Map()
  /** @type {Map<number, Promise<import('./proxy.mjs').Proxy>>} by distance */
  #proxies = new Map()
  #runs = 0

  /**
   * @param {string} address  of a broker
   * @param {number} records  those asked for; a case may read a share of them
   * @param {(line: string) => void} say
   */
  constructor(address, records, say) {
    this.#address = address
    this.#records = records
    this.#say = say
    process.on('exit', () => rmSync(this.#folder, { recursive: true, force: true }))
  }

  /**
   * Runs a case once, with a new state file, and checks the result. The topic is filled where it is not. `rate`: see
   * `rateBetweenCommits`.
   *
   * @param {import('../cases.mjs').Case} benchCase
   * @param {Tree} tree
   * @returns {Promise<Run>}
   */
  async run(benchCase, tree) {
    if (benchCase.pipeline === null) return { ...none, ...(await measure([...sprk(tree), '--help'])).measurement }
    if (benchCase.isPaced) return { ...none, ...(await this.#pace(benchCase, tree)) }
    const env = await this.environment(benchCase)
    const state = benchCase.isCaughtUp ? await this.#caughtUpState(benchCase, tree, env) : this.#newState()
    const { measurement } = await this.#once(benchCase, tree, env, state)
    if (benchCase.farMs !== null && !(await this.#proxies.get(benchCase.farMs))?.isUsed())
      throw new Error(`${benchCase.name}: the broker advertises another address than ${this.#address}`)
    const rate = benchCase.isCaughtUp ? null : rateBetweenCommits(state)
    if (!benchCase.isCaughtUp) rmSync(dirname(state), { recursive: true })
    return { ...none, ...measurement, rate }
  }

  /** How many records a case reads. @param {import('../cases.mjs').Case} benchCase */
  recordsOf(benchCase) {
    const { isCaughtUp, isPaced, pipeline } = benchCase
    return isCaughtUp || isPaced || pipeline === null ? 0 : recordsOf(benchCase.topic, this.#records)
  }

  /**
   * The variables of a case's pipeline file, but for the state; the topic is filled where it is not.
   *
   * @param {import('../cases.mjs').Case} benchCase
   * @returns {Promise<Record<string, string>>}
   */
  async environment({ topic, env, farMs }) {
    return { ...env, KAFKA_BROKERS: await this.#brokerAt(farMs), BENCH_TOPIC: await this.topic(topic) }
  }

  /** The name of a topic that is full. @param {import('../cases.mjs').Topic} topic */
  topic(topic) {
    const key = JSON.stringify(topic)
    const name = this.#topics.get(key) ?? prepareTopic(this.#address, topic, this.#records, this.#say)
    this.#topics.set(key, name)
    return name
  }

  async close() {
    for (const proxy of this.#proxies.values()) (await proxy).close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** A second of sending for every 50,000 records asked for. @param {import('../cases.mjs').Case} benchCase @param {Tree} tree */
  async #pace(benchCase, tree) {
    const seconds = Math.max(4, Math.min(20, Math.round(this.#records / 50_000)))
    const state = this.#newState()
    const run = await measureLatency(this.#address, sprk(tree), pathOf(benchCase), state, seconds)
    rmSync(dirname(state), { recursive: true })
    return run
  }

  /** @param {number | null} farMs */
  async #brokerAt(farMs) {
    if (farMs === null) return this.#address
    const proxy = this.#proxies.get(farMs) ?? startProxy(this.#address, farMs)
    this.#proxies.set(farMs, proxy)
    return (await proxy).address
  }

  #newState() {
    this.#runs++
    const folder = join(this.#folder, String(this.#runs))
    mkdirSync(folder)
    return join(folder, 'state.db')
  }

  /**
   * A state that has everything: made once, since runs that read nothing leave it as it is.
   *
   * @param {import('../cases.mjs').Case} benchCase @param {Tree} tree @param {Record<string, string>} env
   */
  async #caughtUpState(benchCase, tree, env) {
    const key = `${tree.root} ${benchCase.name}`
    const existing = this.#caughtUp.get(key)
    if (existing !== undefined) return existing
    const state = this.#newState()
    await this.#once(benchCase, tree, env, state)
    this.#caughtUp.set(key, state)
    return state
  }

  /**
   * @param {import('../cases.mjs').Case} benchCase @param {Tree} tree
   * @param {Record<string, string>} env @param {string} state
   */
  async #once(benchCase, tree, env, state) {
    const command = [...sprk(tree), 'run', '--once', '--quiet', pathOf(benchCase)]
    const run = await measure(command, { ...env, BENCH_STATE: state })
    checkRows(state, benchCase.rows, this.#truth(benchCase))
    return run
  }

  /** @param {import('../cases.mjs').Case} benchCase */
  #truth(benchCase) {
    const truth = this.#truths.get(benchCase.name) ?? truthOf(benchCase, recordsOf(benchCase.topic, this.#records))
    this.#truths.set(benchCase.name, truth)
    return truth
  }
}

/** What starts a tree's program. @param {Tree} tree */
export function sprk(tree) {
  return [process.execPath, join(tree.root, 'bin/sprk.js')]
}

/** Of this tree's pipelines, whichever tree runs them. @param {import('../cases.mjs').Case} benchCase */
export function pathOf({ pipeline }) {
  return join(root, 'bench/pipelines', pipeline ?? '')
}
