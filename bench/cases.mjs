// @ts-check
// The benchmarks that run a pipeline: what each reads, and the rows that it has to end with.

import { countedBy, lastBy, outcomes } from './expected.mjs'

/**
 * @typedef {object} Topic
 * @property {keyof typeof import('./workloads.mjs').workloads} workload
 * @property {number} partitions
 * @property {'uncompressed' | 'gzip' | 'snappy' | 'lz4' | 'zstd'} codec
 * @property {number} share   how many of the records asked for it holds
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {string} title
 * @property {string | null} pipeline   a file in pipelines/; null: the program is only asked for its help
 * @property {Topic} topic
 * @property {string} rows         the query of the result
 * @property {(events: Iterable<any>) => Iterable<import('./truth.mjs').Row>} expected
 * @property {Readonly<Record<string, string>>} env
 * @property {number | null} farMs  how long a request and its answer take on their way through a proxy, together; null: no proxy
 * @property {boolean} isPaced     whether records come at a steady rate while it runs, and their latency is measured
 * @property {boolean} isCaughtUp  whether the state has everything before the measurement
 */

/**
 * What most cases read.
 *
 * @type {Topic}
 */
export const events = { workload: 'events', partitions: 1, codec: 'uncompressed', share: 1 }

const defaults = { topic: events, env: {}, farMs: null, isCaughtUp: false, isPaced: false }

const count = {
  ...defaults,
  name: 'count',
  title: 'count by a nested field, durable',
  pipeline: 'count.yaml',
  rows: 'SELECT city, "count" FROM city_counts',
  expected: countedBy((event) => event.properties.city),
}

const codecs = /** @type {const} */ (['gzip', 'snappy', 'lz4', 'zstd'])

/** @type {readonly Case[]} */
export const cases = [
  count,
  {
    ...defaults,
    name: 'filter',
    title: 'filter that keeps a quarter, into `discard`',
    pipeline: 'filter.yaml',
    rows: 'SELECT sum(processed), sum(filtered) FROM sprk_batches',
    expected: outcomes((event) => event.type === 'track'),
  },
  {
    ...defaults,
    name: 'aggregates',
    title: 'count, sum, max of two numeric fields',
    pipeline: 'aggregates.yaml',
    topic: { ...events, workload: 'orders' },
    rows: 'SELECT store, orders, revenue, largest FROM stores',
    expected: aggregated,
  },
  {
    ...defaults,
    name: 'days',
    title: 'count by the day of a timestamp',
    pipeline: 'days.yaml',
    rows: 'SELECT day, "count" FROM days',
    expected: countedBy((event) => event.timestamp.slice(0, 10)),
  },
  {
    ...defaults,
    name: 'words',
    title: 'word count, ten words a record',
    pipeline: 'words.yaml',
    topic: { ...events, workload: 'lines' },
    rows: 'SELECT word, "count" FROM words',
    expected: countedWords,
  },
  {
    ...defaults,
    name: 'append',
    title: 'append of 4 columns',
    pipeline: 'append.yaml',
    rows: 'SELECT at, user_id, event, city FROM events',
    *expected(events) {
      for (const event of events) yield columnsOf(event)
    },
  },
  {
    ...defaults,
    name: 'merge',
    title: 'merge of a new key a record',
    pipeline: 'merge.yaml',
    topic: { ...events, workload: 'keys' },
    rows: 'SELECT id, orders, amount FROM orders',
    *expected(events) {
      for (const { id, amount } of events) yield [id, 1, amount]
    },
  },
  {
    ...defaults,
    name: 'upsert',
    title: 'upsert of 100,000 keys',
    pipeline: 'upsert.yaml',
    rows: 'SELECT at, user_id, event, city FROM users',
    expected: lastBy((event) => event.userId, columnsOf),
  },
  { ...count, name: 'partitions-50', title: 'count, 50 partitions', topic: { ...events, partitions: 50 } },
  { ...count, name: 'partitions-1000', title: 'count, 1,000 partitions', topic: { ...events, partitions: 1000 } },
  {
    ...count,
    name: 'large',
    title: 'count, records of 10 kB (a fiftieth as many)',
    topic: { ...events, workload: 'large', share: 1 / 50 },
  },
  ...codecs.map((codec) => ({ ...count, name: codec, title: `count, ${codec}`, topic: { ...events, codec } })),
  { ...count, name: 'near', title: 'count, broker behind a proxy', farMs: 0 },
  { ...count, name: 'far', title: 'count, broker 20 ms away', farMs: 20 },
  { ...count, name: 'caught-up', title: '`--once` with nothing new to read', isCaughtUp: true },
  { ...count, name: 'help', title: '`sprk --help`', pipeline: null },
  { ...count, name: 'latency', title: '10,000 records/s, interval 1 s', pipeline: 'latency.yaml', isPaced: true },
  { ...count, name: 'receive', title: 'count in receiver mode, log off', ...receiver('false') },
  { ...count, name: 'receive-log', title: 'count in receiver mode, log on', ...receiver('true') },
]

/** @param {string} writeAheadLog */
function receiver(writeAheadLog) {
  return { pipeline: 'receive.yaml', env: { BENCH_LOG: writeAheadLog } }
}

/** Of an event. @param {any} event */
function columnsOf({ timestamp, userId, event, properties }) {
  return [timestamp, userId, event, properties.city]
}

/** @param {Iterable<any>} orders @returns {Iterable<import('./truth.mjs').Row>} */
function aggregated(orders) {
  /** @type {Map<string, [count: number, sum: number, max: number]>} */
  const stores = new Map()
  for (const { store, amount, quantity } of orders) {
    const [count, sum, max] = stores.get(store) ?? [0, 0, 0]
    stores.set(store, [count + 1, sum + amount, Math.max(max, quantity)])
  }
  return [...stores].map(([store, values]) => [store, ...values])
}

/** @param {Iterable<string>} lines @returns {Iterable<import('./truth.mjs').Row>} */
function countedWords(lines) {
  return countedBy((word) => word)(wordsOf(lines))
}

/** @param {Iterable<string>} lines */
function* wordsOf(lines) {
  for (const line of lines) yield* line.split(' ')
}
