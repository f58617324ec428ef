// @ts-check
// The counts that a program of bench/peers has left.

import { join } from 'node:path'
import { query } from '../truth.mjs'

/**
 * @param {Pick<import('../peers/list.mjs').Peer, 'result'>} peer
 * @param {string} folder  of the run
 * @param {string} stdout
 * @returns {import('../truth.mjs').Row[]}  city and count
 */
export function countsOf({ result }, folder, stdout) {
  const lines = stdout.split('\n').filter((line) => line !== '')
  switch (result) {
    case 'table':
      return query(join(folder, 'counts.db'), 'SELECT city, "count" FROM city_counts', (rows) => [...rows])
    case 'object':
      return Object.entries(JSON.parse(lines.at(-1) ?? '{}'))
    case 'lines':
      return lines.map((line) => JSON.parse(line)).map(({ city, count }) => [city, count])
    case 'pairs':
      return lines.map((line) => JSON.parse(line))
  }
}
