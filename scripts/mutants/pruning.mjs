// @ts-check
// Barriers of pruning: what goes, what stays, and what is still known of it.

const prune = 'test/checkpoint/prune.test.ts'
const verify = 'test/operations/verify/pruned.test.ts'
const replay = 'test/operations/replay/pruned.test.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const pruningMutants = [
  {
    name: 'pruning outside the transaction',
    file: 'src/checkpoint/state-file.ts',
    find: 'prune(transaction, this.#retention, batch, this.#clock.now())',
    replace:
      "transaction.prepare('COMMIT').run(), transaction.prepare('BEGIN IMMEDIATE').run(), prune(transaction, this.#retention, batch, this.#clock.now())",
    test: ['test/checkpoint/barriers.test.ts', 'what is pruned goes together with the batch that it goes in, or stays'],
  },
  {
    name: 'no batches that always stay',
    file: 'src/checkpoint/prune.ts',
    find: 'batchId - bounds.keptBatches',
    replace: 'batchId - 1',
    test: [prune, 'batches go a thousand at a time, and the newest ten thousand stay'],
  },
  {
    name: 'all batches that are due in one transaction',
    file: 'src/checkpoint/prune.ts',
    find: 'Math.min(through, oldest + maxBatches - 1)',
    replace: 'through',
    test: [prune, 'batches go a thousand at a time, and the newest ten thousand stay'],
  },
  {
    name: 'files of an older sprk pruned unasked',
    file: 'src/checkpoint/retention.ts',
    find: 'value === undefined ? Infinity',
    replace: 'value === undefined ? DEFAULT_RETENTION[of]',
    test: [prune, 'a new file keeps 30 days; one that an older sprk made keeps all, unless the pipeline says how long'],
  },
  {
    name: 'dead letters of pruned batches as old as the next batch',
    file: 'src/checkpoint/prune.ts',
    find: 'isOfDay ? toNumber',
    replace: 'next === null ? toNumber',
    test: [prune, 'dead letters go by their own age, those of pruned batches by the end of their day'],
  },
  {
    name: 'verify does not ask that batches follow the pruned ones',
    file: 'src/operations/verify/history.ts',
    find: '= pruned?.last ?? null',
    replace: '= null',
    test: [verify, 'finds the next batch gone too'],
  },
  {
    name: 'verify lets ranges begin anywhere behind the pruned ones',
    file: 'src/operations/verify/history.ts',
    find: 'for (const ranges of readPrunedRanges(view)) chains.begin(ranges)\n',
    replace: '',
    test: [verify, 'finds ranges that ended elsewhere'],
  },
  {
    name: 'verify forgets moves that were made among pruned batches',
    file: 'src/operations/verify/history.ts',
    find: 'move.batchId >= (link?.batchId ?? firstBatchId - 1)',
    replace: 'move.batchId >= Math.max(link?.batchId ?? 0, 9)',
    test: [verify, 'follows a position that was moved while pruned batches read other partitions only'],
  },
  {
    name: 'replay leaves out batches that were pruned',
    file: 'src/operations/replay/build.ts',
    find: 'assertKept(livePath, header, history, partitions)\n    await',
    replace: 'await',
    test: [replay, 'a range from offset `7` on is refused'],
  },
  {
    name: 'replay leaves out batches that are pruned while it reads them',
    file: 'src/operations/history/recorded.ts',
    find: 'if (page.pruned > at - 1)',
    replace: 'if (page.pruned < 0)',
    test: [replay, 'batches that are pruned while they are read are missed'],
  },
]
