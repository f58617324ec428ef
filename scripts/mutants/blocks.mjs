// @ts-check
// Barriers of blocks: what receivers have stored ahead of the batches.

const blocks = 'test/checkpoint/blocks.test.ts'
const verify = 'test/operations/verify/blocks.test.ts'
const reset = 'test/operations/offsets/reset.test.ts'
const pending = 'test/sources/kafka/receiver/pending.test.ts'
const swap = 'test/operations/replay/swap.test.ts'
const diskFull = 'test/checkpoint/disk-full.test.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const blockMutants = [
  {
    name: 'blocks deleted before their batch is committed',
    file: 'src/checkpoint/state-file.ts',
    find: 'const written: unknown = write(transaction)\n',
    replace:
      "deleteBlocks(transaction, this.#pending(batch.source), batch.ranges), transaction.prepare('COMMIT').run(), transaction.prepare('BEGIN IMMEDIATE').run()\nconst written: unknown = write(transaction)\n",
    test: [blocks, 'blocks are all there when a batch fails, and those it has read are gone with it'],
  },
  {
    name: 'blocks of processed records kept',
    file: 'src/checkpoint/state-file.ts',
    find: 'deleteBlocks(transaction, this.#pending(batch.source), batch.ranges)\n',
    replace: '',
    test: [blocks, 'blocks are all there when a batch fails, and those it has read are gone with it'],
  },
  {
    name: 'gap check of blocks removed',
    file: 'src/checkpoint/blocks.ts',
    find: '  assertFollows(block, receivedOf(transaction, source, block))\n',
    replace: '',
    test: [blocks, 'blocks that leave offsets out are a bug, and nothing of them is stored'],
  },
  {
    name: 'gap between blocks not seen by verify',
    file: 'src/operations/verify/blocks.ts',
    find: 'if (begin > next)',
    replace: 'if (begin > Infinity)',
    test: [verify, 'blocks that wait a gap is named with the partition and the offsets'],
  },
  {
    name: 'checksums of blocks not seen by verify',
    file: 'src/sources/kafka/receiver/inspect-block.ts',
    find: 'return `is damaged at byte ${at}: ${error.message}`',
    replace: 'return null',
    test: [verify, 'blocks that wait have the checksums of their batches'],
  },
  {
    name: 'blocks kept by a reset',
    file: 'src/operations/offsets/move-positions.ts',
    find: 'dropBlocks(connection, source, at)\n',
    replace: 'void at\n',
    test: [reset, 'a reset drops the blocks of the partitions that it moves, and no others: behind what was received'],
  },
  {
    name: 'blocks kept that a replay has read',
    file: 'src/operations/replay/swap.ts',
    find: 'passBlocks(connection, source, at, next)\n',
    replace: 'void [source, next, at]\n',
    test: [swap, 'replaceResults drops those of records that were repeated too'],
  },
  {
    name: 'stored blocks ignored where the log is off',
    file: 'src/sources/kafka/receiver/memory-blocks.ts',
    find: 'return stored.length === 0 ? this.#blocks : [...stored, ...this.#blocks]',
    replace: 'return stored.length >= 0 ? this.#blocks : [...stored, ...this.#blocks]',
    test: [
      pending,
      'receivers without a log, where blocks wait receive from where they end, and batches take them first',
    ],
  },
  {
    name: 'stored blocks ignored in direct mode',
    file: 'src/sources/kafka/receiver/pending.ts',
    find: 'return blocks.pending().length === 0 ? source',
    replace: 'return blocks.pending().length >= 0 ? source',
    test: [
      pending,
      'direct mode, where blocks wait has their records, though Kafka deleted them after they were received',
    ],
  },
  {
    name: 'blocks left behind at a loss behind them',
    file: 'src/sources/kafka/receiver/pending.ts',
    find: 'this.#loss = error\n',
    replace: 'if (this.#loss === null) throw error\n',
    test: [
      pending,
      'direct mode, where blocks wait fails with a loss that is behind them when they are processed, and again at the next start',
    ],
  },
  {
    name: 'batch in doubt forgotten where receivers open the file',
    file: 'src/checkpoint/state-file.ts',
    find: '      if (error instanceof Unseen) this.#doubts[kind] = true\n',
    replace: '',
    test: [diskFull, 'a full disk keeps the question open while receivers go on, and takes no batch twice'],
  },
]
