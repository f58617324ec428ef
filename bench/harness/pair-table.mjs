// @ts-check
// Pairs of measurements as a Markdown table: ratios new ÷ old.

import { cpus } from 'node:os'
import process from 'node:process'
import { geometricMean, median } from './statistics.mjs'

/** CPU time that grows by less than this is not worth a word, chance or not. */
const tolerated = 1.03

/** @typedef {import('./session.mjs').Run} Run */

/**
 * @typedef {object} Pairs
 * @property {string} name
 * @property {string} title
 * @property {Run[]} before
 * @property {Run[]} after   of the same length
 */

/** Whether the new tree needs more CPU time, by more than chance. @param {Pairs} pairs */
export function isSlower(pairs) {
  return ratioOf(pairs, 'cpuS').lower > tolerated
}

/** @param {readonly Pairs[]} all @param {string} before  the old tree's name @param {number} records */
export function pairTable(all, before, records) {
  const head = ['case', 'CPU s old', 'new', 'CPU new ÷ old', '95 %', 'wall new ÷ old', 'peak RSS MB old', 'new']
  const rows = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...all.map(cells)]
  const [cpu] = cpus()
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim()}`
  const pairs = all[0]?.before.length ?? 0
  const note = `${records.toLocaleString('en')} records; geometric means of ${pairs} pairs with ${before}; ${machine}.`
  const lines = [note, ...all.flatMap(latencyLine)]
  return `${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n\n${lines.join('\n')}`
}

/** @param {Pairs} pairs */
function latencyLine({ title, before, after }) {
  const p99 = (/** @type {readonly Run[]} */ runs) => runs.map(({ latency }) => latency?.p99 ?? Number.NaN)
  const [old, now] = [median(p99(before)), median(p99(after))]
  return Number.isNaN(old) ? [] : [`${title}: latency p99 ${old.toFixed(0)} ms before, ${now.toFixed(0)} ms now.`]
}

/** @param {Pairs} pairs */
function cells(pairs) {
  const { title, before, after } = pairs
  const cpu = ratioOf(pairs, 'cpuS')
  const interval = `${cpu.lower.toFixed(3)} … ${cpu.upper.toFixed(3)}`
  return [
    isSlower(pairs) ? `**${title}**` : title,
    median(before.map(({ cpuS }) => cpuS)).toFixed(2),
    median(after.map(({ cpuS }) => cpuS)).toFixed(2),
    cpu.mean.toFixed(3),
    before.length > 1 ? interval : '–',
    ratioOf(pairs, 'wallS').mean.toFixed(3),
    memory(before),
    memory(after),
  ]
}

/** @param {Pairs} pairs @param {'cpuS' | 'wallS'} figure */
function ratioOf({ before, after }, figure) {
  return geometricMean(after.map((run, i) => run[figure] / (before[i]?.[figure] ?? Number.NaN)))
}

/** @param {readonly import('../measure.mjs').Measurement[]} runs */
function memory(runs) {
  const peaks = runs.map(({ rssMb }) => rssMb).filter((mb) => mb !== null)
  return peaks.length === 0 ? '–' : median(peaks).toFixed(0)
}
