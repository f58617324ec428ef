// @ts-check
// Barriers of what is done before a batch is due: the batch is the same as without it.

const ahead = 'test/execution/ahead.test.ts'
const readAhead = 'test/kafka/reading/read-ahead.test.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const aheadMutants = [
  {
    name: 'work ahead of expressions that look at the batch',
    file: 'src/execution/ahead.ts',
    find: "return boundary === 'independent' && step.usesEventTime !== true",
    replace: 'return boundary.length > 0',
    test: [
      ahead,
      'work ahead of a batch is not done where something computed of a record looks at the batch, or at event time',
    ],
  },
  {
    name: 'batch that has a time before it is due',
    file: 'src/execution/ahead.ts',
    find: 'throw new Error(`batch ${batchId} has no time before it is due`)',
    replace: 'return batchId',
    test: [ahead, 'work ahead of a batch has no time of the batch: what asks for it nevertheless ends the run'],
  },
  {
    name: 'batch without what was read ahead of it',
    file: 'src/kafka/reading/read-ahead.ts',
    find: 'if (missed !== undefined) throw',
    replace: 'if (missed === null) throw',
    test: [readAhead, 'what is read ahead may not be left out of the ranges'],
  },
  {
    name: 'records read ahead beyond the bound of a batch',
    file: 'src/sources/kafka/plan-ranges.ts',
    find: 'maxRecords: limits.maxRecords - read }',
    replace: 'maxRecords: limits.maxRecords }',
    test: [readAhead, 'what is read ahead counts in the bounds of the batch'],
  },
  {
    name: 'bytes read ahead that do not count',
    file: 'src/kafka/reading/reader.ts',
    find: 'let bytesLeft = maxBytes - this.#ahead.recordBytes',
    replace: 'let bytesLeft = maxBytes',
    test: [readAhead, 'what is read ahead counts in the bounds of the batch'],
  },
  {
    name: 'log checked with records of it in the batch',
    file: 'src/sources/kafka/source.ts',
    find: 'if (ahead.length > 0 && this.#check',
    replace: 'if (ahead.length < 0 && this.#check',
    test: [readAhead, 'what is read ahead is committed before it is told that the log was cut below it'],
  },
  {
    name: 'records read ahead of a rate',
    file: 'src/sources/kafka/source.ts',
    find: 'if (this.#pacing === null) yield*',
    replace: 'yield*',
    test: [readAhead, 'what is read ahead is nothing where rates decide what a batch may read'],
  },
]
