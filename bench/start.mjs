// @ts-check
// What a start costs beside that of Node itself: a run that finds nothing new to read, and `--help`.
//
//   npm run bench:start -- [TREE]... [--rounds N] [--broker HOST:PORT]
//
// TREE: a folder with a built program, or `packed`: this tree as `npm pack` makes it. By default this tree.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { cases } from './cases.mjs'
import { withBroker } from './harness/broker.mjs'
import { exitOnSignals, positive, readOptions, say } from './harness/options.mjs'
import { root, Session } from './harness/session.mjs'
import { geometricMean, median } from './harness/statistics.mjs'
import { builtTree } from './harness/tree.mjs'
import { measure } from './measure.mjs'

/** What a caught-up run read before. */
const records = 10_000

/** @typedef {{name: string, run: () => Promise<import('./measure.mjs').Measurement>, runs: import('./measure.mjs').Measurement[]}} Start */

const options = readOptions({ rounds: { type: 'string', default: '20' } }, ({ rounds }, trees) => ({
  rounds: positive('rounds', rounds),
  trees: (trees.length > 0 ? trees : [root]).map((tree) => (tree === 'packed' ? packedTree() : builtTree(tree))),
}))
exitOnSignals()

await withBroker(options.broker, say, async (address) => {
  const session = new Session(address, records, say)
  const node = startOf('node -e 0', async () => (await measure([process.execPath, '-e', '0'])).measurement)
  const starts = [node, ...options.trees.flatMap((tree) => startsOf(session, tree))]
  for (let round = 0; round <= options.rounds; round++) {
    // Every other round the other way round; the first one reads files from the disk, and does not count.
    for (const start of round % 2 === 0 ? starts : starts.toReversed()) {
      const measured = await start.run()
      if (round > 0) start.runs.push(measured)
    }
    say(`round ${round} of ${options.rounds}`)
  }
  await session.close()
  process.stdout.write(`${table(node, starts)}\n`)
})

/** @param {Session} session @param {import('./harness/session.mjs').Tree} tree @returns {Start[]} */
function startsOf(session, tree) {
  return ['caught-up', 'help'].map((name) => {
    const benchCase = cases.find((each) => each.name === name)
    if (benchCase === undefined) throw new Error(`no case ${name}`)
    return startOf(`${benchCase.title}, ${tree.name}`, () => session.run(benchCase, tree))
  })
}

/** @param {string} name @param {Start['run']} run @returns {Start} */
function startOf(name, run) {
  return { name, run, runs: [] }
}

/** Ratios are taken in each round on its own. @param {Start} node @param {readonly Start[]} starts */
function table(node, starts) {
  const head = ['start', 'CPU ms', '÷ node', '95 %', 'wall ms', '÷ node', '95 %']
  const cells = starts.map(({ name, runs }) => {
    const figures = /** @type {const} */ (['cpuS', 'wallS']).flatMap((figure) => {
      const ratios = runs.map((run, i) => run[figure] / (node.runs[i]?.[figure] ?? Number.NaN))
      const { mean, lower, upper } = geometricMean(ratios)
      const ms = (1000 * median(runs.map((run) => run[figure]))).toFixed(0)
      return [ms, mean.toFixed(2), `${lower.toFixed(2)} … ${upper.toFixed(2)}`]
    })
    return [name, ...figures]
  })
  const rows = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...cells]
  const note = `Medians and geometric means of ${options.rounds} rounds; Node ${process.versions.node}.`
  return `${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n\n${note}`
}

/** With this tree's packages, and the code cache that an installation makes. @returns {import('./harness/session.mjs').Tree} */
function packedTree() {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-packed-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, stdio: 'ignore' })
  execFileSync('sh', ['-c', 'tar -xzf *.tgz'], { cwd: folder })
  const tree = join(folder, 'package')
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
  execFileSync(process.execPath, ['bin/make-cache.js'], { cwd: tree })
  return { name: 'packed', root: tree }
}
