// @ts-check
// Barriers of the sources: each committed record once, no other, and a loss is said.

const partitionLog = 'test/kafka/partition-log.test.ts'
const outOfRange = 'test/kafka/out-of-range.test.ts'
const file = 'test/sources/file.test.ts'
const readAhead = 'test/kafka/read-ahead.test.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const sourceMutants = [
  {
    name: 'aborted list unsorted',
    file: 'src/kafka/protocol/aborted.ts',
    find: 'listed.toSorted((a, b) => a.firstOffset - b.firstOffset)',
    replace: 'listed',
    test: [partitionLog, 'PartitionLog drops what overlapping transactions wrote that were aborted'],
  },
  {
    name: 'aborted transaction never ends',
    file: 'src/kafka/protocol/aborted.ts',
    find: 'if (isAbort) this.#open.delete(batch.producerId)',
    replace: 'if (isAbort && this.#next < 0) this.#open.delete(batch.producerId)',
    test: [partitionLog, 'PartitionLog drops what overlapping transactions wrote that were aborted'],
  },
  {
    name: 'progress from the last record',
    file: 'src/kafka/partition-log.ts',
    find: 'this.position = Math.max(this.position, header.lastOffset + 1)',
    replace: '',
    test: [partitionLog, 'PartitionLog skips control batches, empty batches and holes, and passes them'],
  },
  {
    name: 'last record of a fetch dropped',
    file: 'src/kafka/protocol/records.ts',
    find: 'if (offset >= from) {',
    replace: 'if (offset >= from && remaining > 1) {',
    test: [partitionLog, 'PartitionLog splits a large batch into chunks'],
  },
  {
    name: 'record at the end of a range read twice',
    file: 'src/kafka/protocol/records.ts',
    find: 'offset >= until ||',
    replace: 'offset > until ||',
    test: [partitionLog, 'PartitionLog cuts at every offset and goes on inside the batch (codec 0)'],
  },
  {
    name: 'records below a range read again',
    file: 'src/kafka/protocol/records.ts',
    find: 'if (offset >= from) {',
    replace: 'if (offset >= 0) {',
    test: [partitionLog, 'PartitionLog cuts at every offset and goes on inside the batch (codec 0)'],
  },
  {
    name: 'CRC unchecked',
    file: 'src/kafka/protocol/record-batch.ts',
    find: 'if (actual !== expected) throw',
    replace: 'if (actual < 0) throw',
    test: [
      'test/kafka/corrupt-batches.test.ts',
      'PartitionLog with bad bytes fetches a corrupt batch once more, then names it',
    ],
  },
  {
    name: 'read_uncommitted',
    file: 'src/kafka/protocol/fetch.ts',
    find: 'writer.int8(1).int32(0)',
    replace: 'writer.int8(0).int32(0)',
    test: [
      'test/kafka/protocol/requests.test.ts',
      'requests for records are read_committed, without a session, in the order given',
    ],
  },
  {
    name: 'range cut by bytes committed to its planned end',
    file: 'src/kafka/read-ahead.ts',
    find: 'Math.min(range.untilOffset, log.position)',
    replace: 'range.untilOffset',
    test: [readAhead, 'reading ahead ends a range where the byte bound cut it'],
  },
  {
    name: 'memory of an answer given back too early',
    file: 'src/kafka/read-ahead.ts',
    find: 'if (--answer.users > 0) continue',
    replace: '--answer.users',
    test: [readAhead, 'reading ahead keeps the memory of an answer until all partitions in it are read'],
  },

  // A log that is not the one that was read.
  {
    name: 'offset below the log start passed over',
    file: 'src/kafka/out-of-range.ts',
    find: 'if (offset < start) {',
    replace: 'if (offset < 0) {',
    test: [outOfRange, 'a saved offset below the log start is data loss'],
  },
  {
    name: 'offset beyond the end passed over',
    file: 'src/kafka/out-of-range.ts',
    find: 'if (offset > end) {',
    replace: 'if (offset < 0) {',
    test: [outOfRange, 'a saved offset beyond the end of the log is data loss'],
  },
  {
    name: 'another cluster not noticed',
    file: 'src/sources/kafka-start.ts',
    find: ' && start.logId !== cluster.clusterId) {',
    replace: ' && start.logId === cluster.clusterId) {',
    test: ['test/kafka/faults.test.ts', 'a saved offset of another cluster is data loss'],
  },
  {
    name: 'another file under the same name not noticed',
    file: 'src/sources/file-position.ts',
    find: 'if (topicId !== null && ',
    replace: "if (topicId === '' && ",
    test: [file, 'the file that was read is told from one that was made anew with the same text'],
  },
  {
    name: 'other text before the saved position not noticed',
    file: 'src/sources/file-position.ts',
    find: 'if (tailHash !== null && !isSameTail) {',
    replace: 'if (tailHash === null && isSameTail) {',
    test: [file, 'the file that was read is told from one with other text where reading stopped'],
  },
  {
    name: 'position in the middle of a line taken',
    file: 'src/sources/file-position.ts',
    find: 'if (next === 0 || (await endsLine(file, next))) return',
    replace: 'if (next >= 0) return',
    test: [file, 'the file that was read is refused where a saved offset is not the beginning of a line'],
  },
]
