// @ts-check
// Barriers of the micro-batch: what is counted, when, and into which row.

const execute = 'test/execution/execute.test.ts'
const batchContext = 'test/execution/batch-context.test.ts'
const branches = 'test/execution/branches.test.ts'
const reduceByKey = 'test/transforms/reduce-by-key.test.ts'
const transforms = 'test/transforms/contract.test.ts'
const groups = 'test/transforms/reduce-by-key/groups.test.ts'
const merge = 'test/sinks/sqlite/merge.test.ts'
const upsert = 'test/sinks/sqlite/upsert.test.ts'
const sinks = 'test/sinks/contract.test.ts'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const executionMutants = [
  // The loop.
  {
    name: 'error in one branch keeps the row in another',
    file: 'src/execution/micro-batch.ts',
    find: 'if (refused.size === 0) return rows',
    replace: 'if (refused.size >= 0) return rows',
    test: [
      execute,
      'execute, with records that cannot be read leaves nothing of them in any branch, though only one branch refuses',
    ],
  },
  {
    name: 'error in one branch keeps the row in a fold of another',
    file: 'src/execution/micro-batch.ts',
    find: 'this.#fold(step).add(origin, accepted)',
    replace: 'this.#fold(step).add(origin, rows)',
    test: [branches, 'branches fold nothing of a record that another branch refuses'],
  },
  {
    name: 'error in one of the rows of a record keeps the others',
    file: 'src/execution/micro-batch.ts',
    find: 'if (!refused.has(frame.records === null ? row : (frame.records[row] as number)))',
    replace: 'if (!refused.has(row))',
    test: [branches, 'branches keep no row of a record one of whose elements is refused'],
  },
  {
    name: 'row that a sink refuses kept by another sink',
    file: 'src/execution/micro-batch.ts',
    find: 'staged: sink.stage(rows) }]',
    replace: 'staged: { add: (origin) => sink.stage(rows).add(origin) } }]',
    test: [
      execute,
      'execute fails with exit 65 for a record that a sink cannot store, before another sink has seen it',
    ],
  },
  {
    name: 'batch time goes back',
    file: 'src/execution/execute.ts',
    find: 'Math.max(lastBatchTime ?? 0, planned.batchTime ?? due.batchTime)',
    replace: 'planned.batchTime ?? due.batchTime',
    test: [execute, 'execute never lets the batch time go back'],
  },
  {
    name: 'ends of --once ignored',
    file: 'src/execution/execute.ts',
    find: '...this.#plan.source.limits, ends, room',
    replace: '...this.#plan.source.limits, ends: ends && null, room',
    test: [execute, 'execute with once reads exactly up to the ends at the start, in bounded batches'],
  },
  {
    name: 'partitions that appear not saved before they are read',
    file: 'src/execution/execute.ts',
    find: 'if (ranges.discovered !== undefined) yield*',
    replace: 'if (ranges.discovered === null) yield*',
    test: [execute, 'execute saves partitions that appear before it reads them'],
  },
  {
    name: 'write tried again after any error',
    file: 'src/execution/disk-full.ts',
    find: "return error instanceof SprkError && error.code === 'E_DISK_FULL'",
    replace: 'return error instanceof SprkError',
    test: ['test/execution/disk-full.test.ts', 'withRoom waits for nothing else'],
  },
  {
    name: 'batch kept after a failed commit',
    file: 'src/execution/execute.ts',
    find: 'else this.#batch.abandoned()',
    replace: '',
    test: [execute, 'execute clears the batch when the commit fails'],
  },
  {
    name: 'failed commit told as a commit',
    file: 'src/execution/execute.ts',
    find: 'else this.#batch.abandoned()',
    replace: 'else this.#batch.committed()',
    test: [batchContext, 'folds and sinks hear how each batch ended'],
  },
  {
    name: 'record that another branch refuses added from what was staged',
    file: 'src/execution/micro-batch.ts',
    find: 'accepted === rows ? staged : sink.stage(accepted)',
    replace: 'staged',
    test: [branches, 'branches fold nothing of a record that another branch refuses'],
  },

  {
    name: 'exploded row led back to no record',
    file: 'src/transforms/flat-map.ts',
    find: 'columns, records, rejects',
    replace: 'columns, records: null, rejects',
    test: [transforms, 'transform flatMap leads each row back to its record, and on to its batch'],
  },
  {
    name: 'error behind a fold passed over',
    file: 'src/transforms/reduce-by-key/fold.ts',
    find: 'throw batchError(of, group, code, message)',
    replace: 'batchError(of, group, code, message)',
    test: [transforms, 'transform reduceByKey knows the batch that closes it, and fails for the whole of it'],
  },

  // Keys and values.
  {
    name: 'keys in a plain object',
    file: 'src/transforms/reduce-by-key/groups.ts',
    find: 'new Map<Value, number>()',
    replace:
      '{ of: {} as Record<string, number>, get(k: Value) { return this.of[String(k)] }, set(k: Value, g: number) { this.of[String(k)] = g } }',
    test: [reduceByKey, 'reduceByKey takes constructor as a key'],
  },
  {
    name: 'NULL key taken for the text null',
    file: 'src/transforms/reduce-by-key/groups.ts',
    find: 'this.#byKey.get(mapKey)',
    replace: 'this.#byKey.get(mapKey ?? "null")',
    test: [groups, 'groups keep NULL apart from the text null'],
  },
  {
    name: 'ids of another dictionary taken for its own',
    file: 'src/transforms/reduce-by-key/groups.ts',
    find: 'if (this.#dictionary !== dictionary) {',
    replace: 'if (this.#dictionary === null) {',
    test: [groups, 'groups of ids are those of their dictionary'],
  },
  {
    name: 'text that came by its bytes and as a value in two groups',
    file: 'src/transforms/reduce-by-key/groups.ts',
    find: "this.#isByBytes && typeof first === 'string'",
    replace: 'false',
    test: [groups, 'groups of texts are the same by their bytes, by ids and by values'],
  },
  {
    name: 'texts of the Map not moved to the table of bytes',
    file: 'src/transforms/reduce-by-key/groups.ts',
    find: 'for (const [text, group] of this.#byKey) {',
    replace: 'for (const [text, group] of [] as [Value, number][]) {',
    test: [groups, 'groups of texts are the same by their bytes, by ids and by values'],
  },
  {
    name: 'texts that collide forgotten when the Map takes over',
    file: 'src/transforms/reduce-by-key/groups.ts',
    find: 'if (group === TOO_FAR) this.#closeTexts()',
    replace: 'if (group === TOO_FAR) this.#isByBytes = false',
    test: [groups, 'groups of texts are the same by their bytes, by ids and by values'],
  },
  {
    name: 'row of the NULL key not found again',
    file: 'src/sinks/sqlite/key.ts',
    find: 'value === null ? { where: isNull, bound: [] } : { where: isValue, bound: [value] }',
    replace: '({ where: isValue, bound: [value] })',
    test: [merge, 'mode merge sums decimals exactly'],
  },
  {
    name: 'sum that overflows told as SQLite tells it',
    file: 'src/sinks/sqlite/merge.ts',
    find: 'if (!isConstraint(error)) throw error',
    replace: 'throw error',
    test: [merge, 'mode merge fails where a sum overflows, with the key, and changes nothing'],
  },
  {
    name: 'rows that a failed statement has left merged twice',
    file: 'src/sinks/sqlite/merge.ts',
    find: "or: 'OR ABORT'",
    replace: "or: ''",
    test: [merge, 'mode merge merges into a table whose own rules let a statement fail by halves'],
  },
  {
    name: 'trigger given what is added, not the sum',
    file: 'src/sinks/sqlite/merge.ts',
    find: 'const isOneByOne = hasTriggers(transaction, table)',
    replace: 'const isOneByOne = false',
    test: [merge, 'mode merge gives the merged row to triggers of a user'],
  },
  {
    name: 'decimals that many rows read at once put into other rows',
    file: 'src/sinks/sqlite/merge-saved.ts',
    find: "Number(saved['row']) * width",
    replace: '0',
    test: [merge, 'mode merge sums decimals of many keys at once as one by one'],
  },
  {
    name: 'key that stands twice merged with what the table had before both',
    file: 'src/sinks/sqlite/merge-saved.ts',
    find: ' || isSameKey(rows, from, from - width)',
    replace: '',
    test: [merge, 'mode merge sums decimals of many keys at once as one by one'],
  },
  {
    name: 'sum that is NaN stored as NULL',
    file: 'src/sinks/sqlite/merge-value.ts',
    find: "`ifnull(${saved} + ${added}, 'NaN')`",
    replace: '`${saved} + ${added}`',
    test: [merge, 'mode merge fails where a sum is no number'],
  },
  {
    name: 'extremes by the collation of a table that was there',
    file: 'src/sinks/sqlite/merge-value.ts',
    find: ' COLLATE BINARY`',
    replace: '`',
    test: [merge, 'mode merge compares texts by their bytes, whatever the collation of the column'],
  },
  {
    name: 'sink buffer not cleared',
    file: 'src/sinks/sqlite/rows.ts',
    find: 'this.#origins.clear()',
    replace: '',
    test: [sinks, 'sink sqlite append forgets an abandoned batch'],
  },
  {
    name: 'text beyond ASCII kept as its bytes',
    file: 'src/sinks/sqlite/text-cells.ts',
    find: 'if (bits > 127) return false',
    replace: '',
    test: [
      'test/sinks/sqlite/text-cells.test.ts',
      'texts that stand in bytes are what they are, with characters beyond ASCII and without',
    ],
  },
  {
    name: 'half a surrogate pair of a dictionary stored',
    file: 'src/sinks/sqlite/text-cells.ts',
    find: 'isStorableText(dictionary.text(id)) ? YES : NO',
    replace: 'YES',
    test: [
      'test/sinks/sqlite/text-cells.test.ts',
      'a text of a dictionary is looked at once, and refused in each of its rows',
    ],
  },
  {
    name: 'older version overwrites a newer one',
    file: 'src/sinks/sqlite/winners.ts',
    find: 'if (current !== undefined && versions.isLess(version, current))',
    replace: 'if (version === undefined)',
    test: [upsert, 'mode upsert keeps the greatest version of type bigint, and the last of equal ones'],
  },
  {
    name: 'equal version does not overwrite',
    file: 'src/sinks/sqlite/upsert.ts',
    find: 'compare(a, b) < 0',
    replace: 'compare(a, b) <= 0',
    test: [upsert, 'mode upsert keeps the greatest version of type bigint, and the last of equal ones'],
  },
  {
    name: 'row that deletes is stored',
    file: 'src/sinks/sqlite/upsert.ts',
    find: 'if (!rows.isDelete(row))',
    replace: 'if (!rows.isDelete(row) || true)',
    test: [upsert, 'mode upsert deletes the row of a key, whatever was dropped from the table'],
  },
  {
    name: 'rows in the order in which partitions arrived',
    file: 'src/sinks/sqlite/rows.ts',
    find: '.sort((a, b) => byOrigin(a.origin, b.origin))',
    replace: '',
    test: [sinks, 'sink sqlite append writes partitions in their order, whatever order they came in'],
  },
  {
    name: 'sums in the order in which partitions arrived',
    file: 'src/transforms/reduce-by-key/fold.ts',
    find: '.sort((a, b) => byOrigin(a.origin, b.origin))',
    replace: '',
    test: [reduceByKey, 'reduceByKey adds up partitions in their order, on which sums of doubles depend'],
  },
  {
    name: 'gap of the start read before it is saved',
    file: 'src/execution/execute.ts',
    find: 'yield* this.#pass(gaps)\n',
    replace: '\n',
    test: ['test/execution/gaps.test.ts', 'a gap found when the source is opened is saved before anything is read'],
  },
  {
    name: 'gap between batches read before it is saved',
    file: 'src/execution/execute.ts',
    find: 'yield* this.#pass(ranges.gaps)\n',
    replace: '\n',
    test: ['test/execution/gaps.test.ts', 'a gap found between batches is saved before the batch behind it'],
  },
]
