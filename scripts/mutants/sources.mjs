// @ts-check
// Barriers of the sources: each committed record once, no other, and a loss is said.

const partitionLog = 'test/kafka/reading/partition-log.test.ts'
const loss = 'test/kafka/reading/loss.test.ts'
const logCheck = 'test/kafka/reading/log-check.test.ts'
const onDataLoss = 'test/kafka/on-data-loss.test.ts'
const withoutIds = 'test/kafka/reading/without-ids.test.ts'
const leaders = 'test/kafka/leaders.test.ts'
const reader = 'test/kafka/reading/reader.test.ts'

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
    file: 'src/kafka/reading/partition-log.ts',
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
    find: 'if (actual !== expected) {',
    replace: 'if (actual < 0) {',
    test: [
      'test/kafka/reading/corrupt-batches.test.ts',
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
    file: 'src/kafka/reading/partition-log.ts',
    find: 'Math.min(untilOffset, this.position)',
    replace: 'untilOffset',
    test: [reader, 'reading ahead ends a range where the byte bound cut it'],
  },
  {
    name: 'memory of an answer given back too early',
    file: 'src/kafka/reading/held-answers.ts',
    find: 'if (--answer.users > 0) return',
    replace: '--answer.users',
    test: [reader, 'reading ahead keeps the memory of an answer until all partitions in it are read'],
  },

  // A log that is not the one that was read.
  {
    name: 'offset below the log start passed over',
    file: 'src/kafka/reading/loss.ts',
    find: 'if (next < start) {',
    replace: 'if (next < 0) {',
    test: [loss, 'a saved offset below the log start is data loss'],
  },
  {
    name: 'offset beyond the end passed over',
    file: 'src/kafka/reading/loss.ts',
    find: 'if (next > end) {',
    replace: 'if (next < 0) {',
    test: [loss, 'a saved offset beyond the end of the log is data loss'],
  },
  {
    name: 'topic id unchecked',
    file: 'src/kafka/reading/log-check.ts',
    find: 'return !isSameLog(position.topicId, this.#cluster.topicIdOf(position))',
    replace: 'return false',
    test: [logCheck, 'a topic that was recreated longer than the saved offset, is data loss'],
  },
  {
    name: 'topic fetched by its name',
    file: 'src/kafka/client/cluster.ts',
    find: 'return haveIds && ',
    replace: 'return !haveIds && ',
    test: [logCheck, 'a topic that was recreated between two fetches, is data loss in the middle of a run'],
  },
  {
    name: 'short new topic not noticed while nothing is read',
    file: 'src/kafka/reading/log-check.ts',
    find: 'log.loss !== null || log.lastStableOffset < log.next || ',
    replace: 'log.loss !== null || ',
    test: [
      logCheck,
      'a topic that was recreated shorter than what was read, while nothing is read, is data loss in the middle of a run',
    ],
  },
  {
    name: 'another topic of the name taken for a part of the log',
    file: 'src/kafka/reading/log-check.ts',
    find: 'if (losses.length === 0 || isNews) return losses',
    replace: 'if (losses.length >= 0) return losses',
    test: [
      logCheck,
      'a topic that was recreated shorter than what was read, while nothing is read, is data loss in the middle of a run',
    ],
  },
  {
    name: 'loss believed though brokers told more since',
    file: 'src/kafka/reading/log-check.ts',
    find: 'return leadership !== undefined && this.#foundUnder.get(loss) === leadership ? loss : null',
    replace: 'return leadership !== undefined ? loss : null',
    test: [
      logCheck,
      'a loss that is found while a range is read is asked for again where the brokers have told more since',
    ],
  },
  {
    name: 'loss believed before the place that is lost',
    file: 'src/kafka/reading/log-check.ts',
    find: ' || loss.fromOffset !== next',
    replace: '',
    test: [
      logCheck,
      'a loss that is found while a range is read is none where the range ends before the place that is lost',
    ],
  },
  {
    name: 'other id believed at first sight',
    file: 'src/kafka/reading/log-check.ts',
    find: 'await this.#clock.sleep(CONFIRM_AFTER_MS)',
    replace: '',
    test: [logCheck, 'a topic that was recreated is believed at a second look'],
  },
  {
    name: 'epoch end ignored',
    file: 'src/kafka/reading/loss.ts',
    find: 'if (epochEnd >= next) return null',
    replace: 'if (epochEnd >= 0) return null',
    test: [logCheck, 'a log that was truncated is data loss, though it is longer than what was read'],
  },
  {
    name: 'leader elected anew not asked',
    file: 'src/kafka/reading/log-check.ts',
    find: ' || before.epoch !== now.epoch',
    replace: '',
    test: [
      logCheck,
      'a log that was truncated is data loss when new metadata tell of the leader, before anything is fetched',
    ],
  },
  {
    name: 'epoch of the batch before',
    file: 'src/kafka/reading/partition-log.ts',
    find: '        this.leaderEpoch = cursor.header.leaderEpoch\n',
    replace: '',
    test: [logCheck, 'a position has the id of the topic, the epoch and a hash of the last record'],
  },
  {
    name: 'tail hash unchecked',
    file: 'src/kafka/reading/log-check.ts',
    find: '(tail === undefined || tail === position.tailHash',
    replace: '(tail === undefined || tail !== position.tailHash',
    test: [logCheck, 'a topic that was recreated is known by its last record where there are no ids'],
  },
  {
    name: 'log not known again after an error',
    file: 'src/kafka/reading/log-check.ts',
    find: ' || before.errors !== now.errors',
    replace: '',
    test: [
      withoutIds,
      'a topic that was recreated is known by its last record where an idle run asked for the end of the log',
    ],
  },
  {
    name: 'error of a connection not counted for its partitions',
    file: 'src/kafka/client/cluster.ts',
    find: '      this.#count((_, { broker }) => broker === brokerId)\n      this.#staleBecause(error)',
    replace: '      this.#staleBecause(error)',
    test: [
      withoutIds,
      'a topic that was recreated is known by its last record where an idle run asked for the end of the log, by an end of the connection',
    ],
  },
  {
    name: 'topic that did not exist for a while not looked at again',
    file: 'src/kafka/client/cluster.ts',
    find: '      this.#count((at) => names.includes(',
    replace: '      this.#count((at) => names.length < 0 && names.includes(',
    test: [
      withoutIds,
      'a topic that was recreated is known by its last record where an idle run asked for partitions and leaders',
    ],
  },
  {
    name: 'partition without a leader forgotten by a run with fixed ends',
    file: 'src/sources/kafka/source.ts',
    find: 'return this.#cluster.isLeaderless(log) && (',
    replace: "return log.topic === '' && (",
    test: [
      leaders,
      'a partition without a leader is waited for by what reads up to fixed ends, when the others have come to theirs',
    ],
  },
  {
    name: 'partition that had no leader read on unchecked',
    file: 'src/kafka/reading/log-check.ts',
    find: '        this.#checked.delete(log)\n',
    replace: '',
    test: [
      leaders,
      'a partition without a leader is checked before it is read on, also where a broker tells no epochs',
    ],
  },
  {
    name: 'repeated batch read without a partition that has no leader',
    file: 'src/sources/kafka/source.ts',
    find: 'while (planned.ranges.length === 0 || isWhole) {',
    replace: 'while (planned.ranges.length === 0) {',
    test: [leaders, 'a partition without a leader is waited for at once where one batch is to reach all ends'],
  },
  {
    name: 'data loss passed over unasked',
    file: 'src/sources/kafka/source.ts',
    find: 'if (!this.#goesOn) throw',
    replace: 'if (first.fromOffset < 0) throw',
    test: ['test/kafka/faults.test.ts', 'a saved offset below the log start is data loss'],
  },
  {
    name: 'cut log read from its end',
    file: 'src/kafka/reading/loss.ts',
    find: ': Math.max(epochEnd, start)',
    replace: ': end',
    test: [
      onDataLoss,
      'onDataLoss: continue goes on at the log start, where the log was truncated, or in the new topic',
    ],
  },
  {
    name: 'another cluster not noticed',
    file: 'src/sources/kafka/start.ts',
    find: 'if (!isSameLog(start.logId, cluster.clusterId)) throw',
    replace: "if (start.logId === '') throw",
    test: ['test/kafka/faults.test.ts', 'a saved offset of another cluster is data loss'],
  },
]
