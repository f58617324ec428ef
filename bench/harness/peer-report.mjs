// @ts-check
// bench/RESULTS.md: what the programs of bench/peers needed, beside sprk.

import { cpus } from 'node:os'
import process from 'node:process'
import { geometricMean, median } from './statistics.mjs'

/**
 * @typedef {Pick<import('../peers/list.mjs').Peer, 'name' | 'title' | 'versions' | 'durable'> &
 *   {rounds: readonly import('../measure.mjs').Measurement[]}} PeerResult
 */

/**
 * @param {readonly PeerResult[]} results  sprk's first
 * @param {readonly {title: string, reason: string}[]} skipped
 * @param {{records: number, load: number}} run  `load`: the machine's load average before it
 */
export function report(results, skipped, run) {
  const sorted = byWall(results)
  const parts = [
    '# Side by side',
    `Written by \`npm run bench:peers\`; [docs/benchmarks.md](../docs/benchmarks.md) says how to read it.`,
    machine(results, run),
    '![wall and CPU seconds of each program](results.svg)',
    table(sorted, results[0]),
    sorted.map(({ title, versions, durable }) => `- **${title}**: ${versions}; ${durable}.`).join('\n'),
  ]
  if (skipped.length > 0) {
    const lines = skipped.map(({ title, reason }) => `- **${title}**: ${reason}`)
    parts.push(`Not measured on this machine:\n\n${lines.join('\n')}`)
  }
  return `${parts.join('\n\n')}\n`
}

/** The quickest first. @param {readonly PeerResult[]} results */
export function byWall(results) {
  return [...results].sort((a, b) => medianOf(a, 'wallS') - medianOf(b, 'wallS'))
}

/** @param {PeerResult} result @param {'wallS' | 'cpuS'} figure */
export function medianOf({ rounds }, figure) {
  return median(rounds.map((round) => round[figure]))
}

/** @param {readonly PeerResult[]} results @param {{records: number, load: number}} run */
function machine(results, { records, load }) {
  const [cpu] = cpus()
  return [
    `${records.toLocaleString('en')} JSON events of about 165 bytes in one partition, counted by a nested field. Each program is a`,
    'whole process from start to end, with nothing kept from before; its counts are checked. Medians of',
    `${results[0]?.rounds.length ?? 0} rounds in turn; ratios are geometric means of the rounds.\n`,
    `${cpus().length} × ${cpu?.model.trim()}, Node ${process.versions.node}; load average before the run: ${load.toFixed(1)}.`,
  ].join('\n')
}

/** @param {readonly PeerResult[]} sorted @param {PeerResult | undefined} sprk */
function table(sorted, sprk) {
  const head = ['program', 'wall s', 'min – max', 'CPU s', 'peak RSS MB', 'wall ÷ sprk', 'CPU ÷ sprk']
  const rows = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...sorted.map((result) => cells(result, sprk))]
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** @param {PeerResult} result @param {PeerResult | undefined} sprk */
function cells(result, sprk) {
  const { name, title, rounds } = result
  const walls = rounds.map(({ wallS }) => wallS)
  const peaks = rounds.map(({ rssMb }) => rssMb).filter((mb) => mb !== null)
  return [
    name === 'sprk' ? `**${title}**` : title,
    median(walls).toFixed(2),
    `${Math.min(...walls).toFixed(2)} – ${Math.max(...walls).toFixed(2)}`,
    medianOf(result, 'cpuS').toFixed(2),
    peaks.length === 0 ? '–' : median(peaks).toFixed(0),
    ratio(result, sprk, 'wallS'),
    ratio(result, sprk, 'cpuS'),
  ]
}

/** Round by round: what slows the machine for a while slows both. @param {PeerResult} result @param {PeerResult | undefined} sprk @param {'wallS' | 'cpuS'} figure */
function ratio({ rounds }, sprk, figure) {
  const ratios = rounds.map((round, i) => round[figure] / (sprk?.rounds[i]?.[figure] ?? Number.NaN))
  return geometricMean(ratios).mean.toFixed(2)
}
