// @ts-check
// The programs that are measured side by side: all count the same events by the same field, durably.

import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { buildGo, buildMaven, buildPython, sourcesOf, whyNoGo, whyNoMaven, whyNoPython } from './toolchains.mjs'

/**
 * One run.
 *
 * @typedef {object} PeerRun
 * @property {string} broker
 * @property {string} topic
 * @property {string} folder   an empty one, for what the program keeps
 * @property {string} built    the folder that `build` has filled
 * @property {string} id       of no other run
 *
 * @typedef {object} Peer
 * @property {string} name      its folder
 * @property {string} title
 * @property {string} versions  what its lock files pin, in a few words
 * @property {string} durable   what makes it exactly once
 * @property {() => string | null} whyNot   why it cannot be built here
 * @property {((name: string, folder: string) => Promise<void>) | null} build
 * @property {(run: PeerRun) => void} prepare  what comes before the measurement
 * @property {(run: PeerRun) => {command: string[], env: Record<string, string>}} start
 * @property {'table' | 'object' | 'lines' | 'pairs'} result  where the counts are: the table `city_counts` of `counts.db`, or
 *   stdout, as an object, or a line each, as an object or as a pair
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const transaction = 'counts and offsets in one SQLite transaction, flushed to disk'
const stateFile = 'counts.db'

const defaults = /** @type {const} */ ({ whyNot: () => null, build: null, prepare: () => {}, result: 'table' })

/** What Spark and Flink need of Java 17 and later. */
const opened = ['lang', 'lang.invoke', 'io', 'net', 'nio', 'util', 'util.concurrent', 'util.concurrent.atomic', 'math']
const openings = [
  ...opened.map((name) => `java.base/java.${name}`),
  'java.base/sun.nio.ch',
  'java.base/sun.util.calendar',
]

/** @type {readonly Peer[]} */
export const peers = [
  {
    ...defaults,
    name: 'sprk',
    title: 'sprk',
    versions: 'this tree',
    durable: transaction,
    start: ({ broker, topic, folder }) => ({
      command: [process.execPath, 'bin/sprk.js', 'run', '--once', '--quiet', 'bench/pipelines/count.yaml'].map((arg) =>
        arg.includes('.') ? join(root, arg) : arg,
      ),
      env: { KAFKA_BROKERS: broker, BENCH_TOPIC: topic, BENCH_STATE: join(folder, stateFile) },
    }),
  },
  {
    ...defaults,
    name: 'go',
    title: 'Go: franz-go, sonic, SQLite',
    versions: 'franz-go 1.22.3, sonic 1.15.5, modernc.org/sqlite 1.62.0',
    durable: transaction,
    whyNot: whyNoGo,
    build: buildGo,
    start: (run) => plain(run, [join(run.built, 'go')]),
  },
  {
    ...defaults,
    name: 'kafkajs',
    title: 'Node: kafkajs, JSON.parse, SQLite',
    versions: 'kafkajs 2.2.4, better-sqlite3 12.11.1',
    durable: transaction,
    start: (run) => plain(run, [process.execPath, join(sourcesOf('kafkajs'), 'citycount.mjs')]),
  },
  {
    ...defaults,
    name: 'orjson',
    title: 'Python: confluent-kafka, orjson, SQLite',
    versions: 'confluent-kafka 2.16.1, orjson 3.13.0',
    durable: transaction,
    whyNot: whyNoPython,
    build: buildPython,
    start: (run) => plain(run, [join(run.built, 'venv/bin/python'), join(sourcesOf('orjson'), 'citycount.py')]),
  },
  {
    ...defaults,
    name: 'bytewax',
    title: 'Bytewax',
    versions: 'Bytewax 0.21.1, confluent-kafka 2.16.1, orjson 3.13.0',
    durable: 'recovery store on disk, a snapshot a second',
    whyNot: whyNoPython,
    build: buildPython,
    prepare: ({ built, folder }) => {
      mkdirSync(join(folder, 'recovery'))
      execFileSync(join(built, 'venv/bin/python'), ['-m', 'bytewax.recovery', join(folder, 'recovery'), '1'])
    },
    start: ({ built, broker, topic, folder }) => ({
      command: [
        ...[join(built, 'venv/bin/python'), '-m', 'bytewax.run', `${join(sourcesOf('bytewax'), 'citycount.py')}:flow`],
        ...['-r', join(folder, 'recovery'), '-s', '1', '-b', '0'],
      ],
      env: { BROKER: broker, TOPIC: topic, PYTHONDONTWRITEBYTECODE: '1' },
    }),
    result: 'pairs',
  },
  {
    ...defaults,
    name: 'kafka-streams',
    title: 'Kafka Streams, Processor API',
    versions: 'Kafka Streams 4.3.1',
    durable: 'exactly_once_v2, a store with a changelog, commits a second',
    whyNot: whyNoMaven,
    build: buildMaven,
    start: (run) => {
      const { command, env } = java(run, [])
      return { command: [...command, run.id], env }
    },
    result: 'object',
  },
  {
    ...defaults,
    name: 'spark',
    title: 'Spark Structured Streaming, local[*]',
    versions: 'Spark 4.2.0',
    durable: 'checkpoint of offsets and state a batch, result written whole',
    whyNot: whyNoMaven,
    build: buildMaven,
    start: (run) => java(run, openings),
    result: 'lines',
  },
  {
    ...defaults,
    name: 'flink',
    title: 'Flink DataStream, local',
    versions: 'Flink 2.2.1, its Kafka connector 5.0.0',
    durable: 'exactly-once checkpoints on disk, one a second',
    whyNot: whyNoMaven,
    build: buildMaven,
    start: (run) => java(run, openings),
    result: 'object',
  },
]

/** @param {PeerRun} run @param {string[]} command */
function plain({ broker, topic, folder }, command) {
  return { command: [...command, broker, topic, join(folder, stateFile)], env: {} }
}

/** @param {PeerRun} run @param {readonly string[]} opened  modules, each with a package */
function java({ built, broker, topic, folder }, opened) {
  const options = opened.map((name) => `--add-opens=${name}=ALL-UNNAMED`)
  const path = [join(built, 'classes'), `${join(built, 'jars')}/*`].join(':')
  return { command: ['java', ...options, '-cp', path, 'CityCount', broker, topic, folder], env: {} }
}
