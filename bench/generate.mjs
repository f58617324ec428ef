// @ts-check
// The workload: JSON events of about 165 bytes, one value in five not ASCII; the same for the same seed on every machine.
//
//   node bench/generate.mjs RECORDS [SEED]    prints them, one a line

import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** @type {[city: string, country: string][]} */
const cities = [
  ['New York', 'US'],
  ['London', 'GB'],
  ['Berlin', 'DE'],
  ['Tokyo', 'JP'],
  ['São Paulo', 'BR'],
]
const types = ['track', 'page', 'identify', 'screen']
const events = ['search', 'purchase', 'view_item', 'add_to_cart', 'login']
const firstTime = Date.UTC(2026, 0, 1)

/**
 * @typedef {object} Tally
 * @property {Map<string, number>} cities  events by `properties.city`
 * @property {number} tracks               events whose `type` is `track`
 */

/**
 * Gives the events as JSON texts and counts them on the way.
 *
 * @param {number} records
 * @param {Tally} [tally]
 * @param {number} [seed]
 */
export function* generate(records, tally = emptyTally(), seed = 1) {
  const next = xorshift(seed)
  for (let i = 0; i < records; i++) {
    const [city, country] = pick(cities, next)
    const event = {
      ip: `${next() % 256}.${next() % 256}.${next() % 256}.${next() % 256}`,
      event: pick(events, next),
      properties: { city, country },
      timestamp: new Date(firstTime + i * 10).toISOString(),
      type: pick(types, next),
      userId: `user-${next() % 100_000}`,
    }
    tally.cities.set(city, (tally.cities.get(city) ?? 0) + 1)
    if (event.type === 'track') tally.tracks++
    yield JSON.stringify(event)
  }
}

/** @returns {Tally} */
export function emptyTally() {
  return { cities: new Map(), tracks: 0 }
}

/** Marsaglia's xorshift with 32 bits. @param {number} seed */
function xorshift(seed) {
  let state = seed >>> 0
  return () => {
    state = (state ^ (state << 13)) >>> 0
    state ^= state >>> 17
    state = (state ^ (state << 5)) >>> 0
    return state
  }
}

/** @template T @param {T[]} items @param {() => number} next @returns {T} */
function pick(items, next) {
  return /** @type {T} */ (items[next() % items.length])
}

/** @param {number} records @param {number | undefined} seed */
async function print(records, seed) {
  let lines = ''
  for (const event of generate(records, undefined, seed)) {
    lines += `${event}\n`
    if (lines.length < 1 << 20) continue
    if (!process.stdout.write(lines)) await once(process.stdout, 'drain')
    lines = ''
  }
  process.stdout.write(lines)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [records, seed] = process.argv.slice(2).map(Number)
  await print(records ?? 10, seed)
}
