// @ts-check
// Records as texts; on its own, prints those of a workload, one a line.
//
//   node bench/generate.mjs RECORDS [SEED [WORKLOAD]]

import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { textOf, workloads } from './workloads.mjs'

/**
 * @param {number} records
 * @param {number} [seed]
 * @param {import('./workloads.mjs').Workload} [workload]
 */
export function* generate(records, seed, workload = workloads.events) {
  for (const event of workload.events(records, seed)) yield textOf(event)
}

/** @param {Iterable<string>} texts */
async function print(texts) {
  let lines = ''
  for (const text of texts) {
    lines += `${text}\n`
    if (lines.length < 1 << 20) continue
    if (!process.stdout.write(lines)) await once(process.stdout, 'drain')
    lines = ''
  }
  process.stdout.write(lines)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [records = '10', seed = '1', name = 'events'] = process.argv.slice(2)
  const workload = new Map(Object.entries(workloads)).get(name)
  if (workload === undefined) {
    process.stderr.write(`${name}: one of ${Object.keys(workloads).join(', ')} is expected\n`)
    process.exit(64)
  }
  await print(generate(Number(records), Number(seed), workload))
}
