// @ts-check
// Barriers of memory: what a batch keeps is counted, and ends it; what is made of a chunk is little.

const byteBound = 'test/execution/byte-bound.test.ts'
const room = 'test/execution/room.test.ts'
const reader = 'test/kafka/reading/reader.test.ts'
const reduceByKey = 'test/transforms/reduce-by-key.test.ts'
const sinks = 'test/sinks/contract.test.ts'
const CHUNKS = 'reading ahead gives chunks of a megabyte at most, and of no more than there is room for, but one record'
const LARGE = 'reading ahead of batches that are much larger than what came over the wire'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const memoryMutants = [
  {
    name: 'rows of sinks not counted as kept',
    file: 'src/execution/micro-batch.ts',
    find: 'bytes += sink.keptBytes()',
    replace: 'bytes += sink.keptBytes() * 0',
    test: [byteBound, 'what a batch keeps by a sink ends it behind the chunk that reaches the bound'],
  },
  {
    name: 'groups of folds not counted as kept',
    file: 'src/execution/micro-batch.ts',
    find: 'bytes += fold?.keptBytes() ?? 0',
    replace: 'bytes += 0',
    test: [byteBound, 'what a batch keeps by a fold counts too'],
  },
  {
    name: 'dead letters not counted as kept',
    file: 'src/execution/micro-batch.ts',
    find: 'this.#deadLetterBytes += deadLetterBytes(letter)',
    replace: 'deadLetterBytes(letter)',
    test: [byteBound, 'what a batch keeps as dead letters counts too'],
  },
  {
    name: 'batch that is full until the end of the run',
    file: 'src/execution/execute.ts',
    find: '      this.#room.clear()\n',
    replace: '',
    test: [byteBound, 'what a batch keeps by a sink ends it behind the chunk that reaches the bound'],
  },
  {
    name: 'as much kept as the source may read',
    file: 'src/execution/room.ts',
    find: 'Math.min(maxBytes, MAX_KEPT_BYTES)',
    replace: 'maxBytes',
    test: [byteBound, 'what a batch keeps is 128 MB at most, whatever the source may read'],
  },
  {
    name: 'chunks as large however much is kept of them',
    file: 'src/execution/room.ts',
    find: 'growth > 0 ? this.#maxBytes / PARTS / growth : Infinity',
    replace: 'growth > 0 ? this.#maxBytes : Infinity',
    test: [room, 'the room of a batch is for chunks that add a sixteenth of the bound, however much is kept of a byte'],
  },
  {
    name: 'stored values kept uncounted',
    file: 'src/sinks/sqlite/rows.ts',
    find: 'this.#keptBytes += keptBytes\n',
    replace: 'this.#keptBytes += 0\n',
    test: [sinks, 'sink sqlite append tells how much it keeps: of each row that was added, until the batch ends'],
  },
  {
    name: 'keys of groups kept uncounted',
    file: 'src/transforms/reduce-by-key/groups.ts',
    find: '      this.#keptBytes += keptBytes(value)\n',
    replace: '',
    test: [reduceByKey, 'reduceByKey keeps a long key once, and of extremes the last one'],
  },
  {
    name: 'extremes kept uncounted',
    file: 'src/expressions/aggregates/extreme.ts',
    find: 'this.#keptBytes += keptBytes(value) - (best === null ? 0 : keptBytes(best))',
    replace: 'this.#keptBytes += 0',
    test: [reduceByKey, 'reduceByKey keeps a long key once, and of extremes the last one'],
  },
  {
    name: 'chunks of any size',
    file: 'src/kafka/reading/reader.ts',
    find: 'Math.min(room(), CHUNK_BYTES)',
    replace: 'room()',
    test: [reader, CHUNKS],
  },
  {
    name: 'full batch read on',
    file: 'src/kafka/reading/reader.ts',
    find: 'if (chunkBytes === 0) break',
    replace: '',
    test: [reader, CHUNKS],
  },
  {
    name: 'large batches of all partitions open at once',
    file: 'src/kafka/reading/turns.ts',
    find: 'this.#memory.openBytes < MAX_OPEN_BYTES',
    replace: 'this.#memory.openBytes >= 0',
    test: [reader, `${LARGE} stands inside as many as fit into memory`],
  },
  {
    name: 'another large batch begun beside those of ended ranges',
    file: 'src/kafka/reading/reader.ts',
    find: 'if (target === null && !atLeastOne && !isWhole) break',
    replace: '',
    test: [reader, `${LARGE} ends a batch rather than beginning more of them`],
  },
]
