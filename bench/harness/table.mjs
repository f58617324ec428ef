// @ts-check
// The results as a Markdown table: medians of all rounds.

import { cpus } from 'node:os'
import process from 'node:process'
import { median } from './statistics.mjs'

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {string} title
 * @property {number} records
 * @property {(import('../measure.mjs').Measurement & {rate: number | null})[]} rounds  `rate`: between commits
 */

/** @param {readonly Result[]} results @param {number} records */
export function table(results, records) {
  const floor = results.find(({ name }) => name === 'floor')
  const head = ['program', 'wall s', 'M rec/s', 'CPU s', 'peak RSS MB', 'rate ÷ floor', 'M rec/s between commits']
  const rows = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...results.map((result) => cells(result, floor))]
  const rounds = results[0]?.rounds.length ?? 0
  const [cpu] = cpus()
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim()}`
  const note = `${records.toLocaleString('en')} records, one partition unless said; median of ${rounds} rounds; ${machine}.`
  return `${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n\n${note}`
}

/** @param {Result} result @param {Result | undefined} floor */
function cells({ title, records, rounds }, floor) {
  const rss = rounds.map(({ rssMb }) => rssMb).filter((mb) => mb !== null)
  const rates = rounds.map(({ wallS }) => records / wallS / 1e6)
  const between = rounds.map(({ rate }) => rate).filter((rate) => rate !== null)
  return [
    title,
    median(rounds.map(({ wallS }) => wallS)).toFixed(2),
    records === 0 ? '–' : median(rates).toFixed(2),
    median(rounds.map(({ cpuS }) => cpuS)).toFixed(2),
    rss.length === 0 ? '–' : median(rss).toFixed(0),
    records === 0 || floor === undefined ? '–' : median(ratios(rounds, floor.rounds)).toFixed(2),
    between.length === 0 ? '–' : (median(between) / 1e6).toFixed(2),
  ]
}

/**
 * Of each round on its own: what slows the machine for a while slows both. Both read the same number of records.
 *
 * @param {readonly import('../measure.mjs').Measurement[]} rounds
 * @param {readonly import('../measure.mjs').Measurement[]} floors
 */
function ratios(rounds, floors) {
  return rounds.map(({ wallS }, i) => (floors[i]?.wallS ?? Number.NaN) / wallS)
}
