// @ts-check
// What the benchmarks read, by name: generators of events that are the same for the same seed on every machine.

import { pick, xorshift } from './random.mjs'

/**
 * @typedef {object} Workload
 * @property {(records: number, seed?: number) => Generator<any>} events   objects, or texts that are written as they are
 * @property {number} perBatch   how many records a record batch holds: some 800 kB
 */

/** @type {[city: string, country: string][]} */
const cities = [
  ['New York', 'US'],
  ['London', 'GB'],
  ['Berlin', 'DE'],
  ['Tokyo', 'JP'],
  ['São Paulo', 'BR'],
]
const types = ['track', 'page', 'identify', 'screen']
const names = ['search', 'purchase', 'view_item', 'add_to_cart', 'login']
const firstTime = Date.UTC(2026, 0, 1)
const seedOfAll = 1

/** @satisfies {Record<string, Workload>} */
export const workloads = {
  events: { events, perBatch: 5000 },
  orders: { events: orders, perBatch: 5000 },
  lines: { events: lines, perBatch: 5000 },
  keys: { events: keys, perBatch: 5000 },
  large: { events: large, perBatch: 80 },
}

/** The bytes of a record. @param {any} event */
export function textOf(event) {
  return typeof event === 'string' ? event : JSON.stringify(event)
}

/** About 165 bytes; one value in five is not ASCII. @param {number} records @param {number} [seed] */
function* events(records, seed = seedOfAll) {
  const next = xorshift(seed)
  for (let i = 0; i < records; i++) {
    const [city, country] = pick(cities, next)
    yield {
      ip: `${next() % 256}.${next() % 256}.${next() % 256}.${next() % 256}`,
      event: pick(names, next),
      properties: { city, country },
      timestamp: timeOf(i),
      type: pick(types, next),
      userId: `user-${next() % 100_000}`,
    }
  }
}

/** Amounts are quarters, so that sums are exact in any order. @param {number} records @param {number} [seed] */
function* orders(records, seed = seedOfAll) {
  const next = xorshift(seed)
  for (let i = 0; i < records; i++) {
    yield {
      order: i,
      store: `store-${next() % 10}`,
      customer: `user-${next() % 100_000}`,
      quantity: 1 + (next() % 20),
      amount: (next() % 100_000) / 4,
      at: timeOf(i),
    }
  }
}

/** Ten words a line, common and rare ones, one in twenty not ASCII. @param {number} records @param {number} [seed] */
function* lines(records, seed = seedOfAll) {
  const next = xorshift(seed)
  const words = vocabulary(10_000, next)
  for (let i = 0; i < records; i++) yield Array.from({ length: 10 }, () => commonFirst(words, next)).join(' ')
}

/** Each key once, in random order. @param {number} records @param {number} [seed] */
function* keys(records, seed = seedOfAll) {
  const next = xorshift(seed)
  const order = shuffled(records, next)
  for (let i = 0; i < records; i++) {
    yield { id: `order-${order[i]}`, amount: next() % 1000, status: pick(names, next), at: timeOf(i) }
  }
}

/** About 10 kB, a list of 100 items; the city stands behind it. @param {number} records @param {number} [seed] */
function* large(records, seed = seedOfAll) {
  const next = xorshift(seed)
  for (let i = 0; i < records; i++) {
    const [city, country] = pick(cities, next)
    const items = Array.from({ length: 100 }, () => ({
      sku: `sku-${next() % 1_000_000}`,
      name: pick(names, next),
      quantity: next() % 10,
      price: (next() % 10_000) / 100,
      tags: [pick(types, next), pick(types, next), country],
    }))
    yield { order: i, items, properties: { city, country }, timestamp: timeOf(i) }
  }
}

/** @param {number} i */
function timeOf(i) {
  return new Date(firstTime + i * 10).toISOString()
}

/** @param {number} size @param {() => number} next */
function vocabulary(size, next) {
  const syllables = ['ka', 'lo', 'mi', 'ner', 'sta', 'tu', 'ver', 'wen', 'or', 'ri', 'bel', 'dan', 'es', 'fo', 'gra']
  return Array.from({ length: size }, (_, i) => {
    const word = Array.from({ length: 1 + (next() % 4) }, () => pick(syllables, next)).join('')
    return i % 20 === 19 ? `${word}ß` : word
  })
}

/** The product of two random numbers prefers the first words. @param {readonly string[]} words @param {() => number} next */
function commonFirst(words, next) {
  const share = (next() / 2 ** 32) * (next() / 2 ** 32)
  return /** @type {string} */ (words[Math.floor(share * words.length)])
}

/** Fisher and Yates. @param {number} length @param {() => number} next */
function shuffled(length, next) {
  const order = Uint32Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const other = next() % (i + 1)
    const kept = /** @type {number} */ (order[i])
    order[i] = /** @type {number} */ (order[other])
    order[other] = kept
  }
  return order
}
