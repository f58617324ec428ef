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
 * @property {import('./session.mjs').Run[]} rounds
 */

/** @param {readonly Result[]} results @param {number} records */
export function table(results, records) {
  const floor = results.find(({ name }) => name === 'floor')
  const node = results.find(({ name }) => name === 'node')
  const head = ['program', 'wall s', 'M rec/s', 'CPU s', 'peak RSS MB', 'rate ÷ floor', 'M rec/s between commits']
  const backlogs = results.filter(({ rounds }) => rounds.every(({ latency }) => latency === null))
  const rows = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...backlogs.map((result) => cells(result, floor))]
  const rounds = results[0]?.rounds.length ?? 0
  const [cpu] = cpus()
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim()}`
  const note = `${records.toLocaleString('en')} records, one partition unless said; median of ${rounds} rounds; ${machine}.`
  const lines = [note, ...backlogs.flatMap((result) => startLine(result, node)), ...results.flatMap(latencyLine)]
  return `${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n\n${lines.join('\n')}`
}

/** Beside Node's own start. @param {Result} result @param {Result | undefined} node */
function startLine(result, node) {
  if (node === undefined || result === node || result.records > 0) return []
  const ratio = (/** @type {'wallS' | 'cpuS'} */ figure) =>
    median(ratios(node.rounds, result.rounds, figure)).toFixed(1)
  return [`${result.title}: wall ${ratio('wallS')} ×, CPU ${ratio('cpuS')} × that of ${node.title}.`]
}

/** From the sending of a record until a reader sees its row. @param {Result} result */
function latencyLine({ title, rounds }) {
  const all = rounds.map(({ latency }) => latency).filter((latency) => latency !== null)
  if (all.length === 0) return []
  const [p50, p99, max] = /** @type {const} */ (['p50', 'p99', 'max']).map((name) =>
    median(all.map((latency) => latency[name])).toFixed(0),
  )
  return [`${title}: latency p50 ${p50} ms, p99 ${p99} ms, at most ${max} ms.`]
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
    records === 0 || floor === undefined ? '–' : median(ratios(rounds, floor.rounds, 'wallS')).toFixed(2),
    between.length === 0 ? '–' : (median(between) / 1e6).toFixed(2),
  ]
}

/**
 * Of each round on its own: what slows the machine for a while slows both.
 *
 * @param {readonly import('../measure.mjs').Measurement[]} below
 * @param {readonly import('../measure.mjs').Measurement[]} above
 * @param {'wallS' | 'cpuS'} figure
 */
function ratios(below, above, figure) {
  return below.map((run, i) => (above[i]?.[figure] ?? Number.NaN) / run[figure])
}
