// @ts-check
// Counts JSON lines of standard input by `properties.city`; prints `[[city, count], …]`, sorted. Knows nothing of sprk.

import process from 'node:process'
import { createInterface } from 'node:readline'

/** @type {Map<string | null, number>} */
const counts = new Map()
for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  // The Java consumer prints `null` for a tombstone, kcat -Z prints `NULL`.
  const event = line === 'NULL' ? null : JSON.parse(line)
  const city = event?.properties?.city ?? null
  counts.set(city, (counts.get(city) ?? 0) + 1)
}
process.stdout.write(JSON.stringify([...counts].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))))
