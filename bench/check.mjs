// @ts-check
// Compares this tree's speed with a commit's, in pairs; docs/benchmarks.md says how to read it.
//
//   npm run bench:check REV -- [--pairs N] [--records N] [--only NAME]... [--broker HOST:PORT] [--tree FOLDER]
//
// REV may be the folder of a built tree, and so may be what is compared with it (--tree; this tree by default).
// Exit code 1: some case needs more CPU time than before, by more than chance.

import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { cases } from './cases.mjs'
import { withBroker } from './harness/broker.mjs'
import { checkOnly, exitOnSignals, positive, readOptions, say } from './harness/options.mjs'
import { isSlower, pairTable } from './harness/pair-table.mjs'
import { pathOf, root, Session, sprk } from './harness/session.mjs'
import { builtTree, openTree } from './harness/tree.mjs'

const options = readOptions(
  {
    pairs: { type: 'string', default: '20' },
    records: { type: 'string', default: '1000000' },
    tree: { type: 'string', default: root },
  },
  ({ pairs, records, tree = root }, [revision, ...others], only) => {
    if (revision === undefined || others.length > 0) throw new Error('usage: npm run bench:check REV -- [--pairs N]')
    checkOnly(only, names())
    return {
      pairs: positive('pairs', pairs),
      records: positive('records', records),
      after: builtTree(tree),
      before: openTree(revision, say),
    }
  },
)
exitOnSignals()

await withBroker(options.broker, say, async (address) => {
  const session = new Session(address, options.records, say)
  const pairs = await measurePairs(session, await runnable(session))
  await session.close()
  process.stdout.write(`${pairTable(pairs, options.before.name, options.records)}\n`)
  const slower = pairs.filter(isSlower)
  for (const { title } of slower) say(`slower: ${title}`)
  if (slower.length > 0) process.exitCode = 1
})

function names() {
  return cases.map(({ name }) => name)
}

/** The cases that both programs accept, but for latency, which takes long; those that one refuses are told. @param {Session} session */
async function runnable(session) {
  const { only } = options
  const accepted = []
  for (const benchCase of cases.filter(({ name, isPaced }) => (only.length === 0 ? !isPaced : only.includes(name)))) {
    if (benchCase.pipeline === null) {
      accepted.push(benchCase)
      continue
    }
    const env = { ...process.env, ...(await session.environment(benchCase)), BENCH_STATE: 'bench.db' }
    const refused = [options.before, options.after].find((tree) => {
      const [node = '', ...program] = sprk(tree)
      return spawnSync(node, [...program, 'validate', pathOf(benchCase)], { env }).status !== 0
    })
    if (refused === undefined) accepted.push(benchCase)
    else say(`SKIPPED ${benchCase.name}: ${refused.name} does not accept bench/pipelines/${benchCase.pipeline}`)
  }
  return accepted
}

/**
 * Interleaved, so that what slows the machine for a while slows both; every other pair the other way round. Before the
 * first pair each runs once without being counted: files are read from the disk then.
 *
 * @param {Session} session @param {readonly import('./cases.mjs').Case[]} accepted
 * @returns {Promise<import('./harness/pair-table.mjs').Pairs[]>}
 */
async function measurePairs(session, accepted) {
  const { before, after } = options
  /** @type {import('./harness/pair-table.mjs').Pairs[]} */
  const all = accepted.map(({ name, title }) => ({ name, title, before: [], after: [] }))
  for (let pair = 0; pair <= options.pairs; pair++) {
    const ratios = []
    for (const [index, benchCase] of accepted.entries()) {
      const trees = pair % 2 === 0 ? [before, after] : [after, before]
      const runs = []
      for (const tree of trees) runs.push(await session.run(benchCase, tree))
      const [old, now] = pair % 2 === 0 ? runs : runs.reverse()
      if (old === undefined || now === undefined || pair === 0) continue
      all[index]?.before.push(old)
      all[index]?.after.push(now)
      ratios.push(`${benchCase.name} ${(now.cpuS / old.cpuS).toFixed(2)}`)
    }
    say(pair === 0 ? 'each ran once, results are right' : `pair ${pair} of ${options.pairs}: ${ratios.join(', ')}`)
  }
  return all
}
