// @ts-check
// Barriers of a replay: the same batches at the same times, ends that stay, results put in place all at once.

const recorded = 'test/operations/replay/recorded-source.test.ts'
const replace = 'test/operations/replay/swap.test.ts'
const diff = 'test/operations/replay/diff.test.ts'

/** Commits what was done so far, and goes on in a second transaction. */
const SPLIT = "connection.prepare('COMMIT').run(), connection.prepare('BEGIN').run()"

const REPEATS = 'RecordedSource repeats batches at their bounds and times, whatever a batch may hold, and nothing else'

/** @type {readonly import('./run.mjs').Mutant[]} */
export const replayMutants = [
  {
    name: 'replay without the recorded batch times',
    file: 'src/operations/replay/recorded-source.ts',
    find: "more: 'bound', gaps, batchTime }",
    replace: "more: 'bound', gaps }",
    test: [recorded, REPEATS],
  },
  {
    name: 'replay with the bounds of new batches',
    file: 'src/operations/replay/recorded-source.ts',
    find: '{ maxRecords: Infinity, maxBytes: Infinity, room',
    replace: '{ maxRecords: 10, maxBytes: Infinity, room',
    test: [recorded, REPEATS],
  },
  {
    name: 'repeated batch cut where a new one would be',
    file: 'src/operations/replay/recorded-source.ts',
    find: 'room: withoutEnd(room)',
    replace: 'room',
    test: [recorded, 'RecordedSource repeats a batch in whole, even where more is kept of it than of a new one'],
  },
  {
    name: 'end of a replay not fixed',
    file: 'src/operations/replay/recorded-source.ts',
    find: 'ends: this.#endsAt(this.#recording.ends) }',
    replace: 'ends: null }',
    test: [recorded, 'RecordedSource goes on with new batches up to ends that were fixed, and at no others'],
  },
  {
    name: 'replay passes over what the log no longer has',
    file: 'src/operations/replay/recorded-source.ts',
    find: 'assertWhole(batchId, ranges, planned.ranges)',
    replace: '',
    test: [recorded, 'RecordedSource refuses with exit 79 where the log is shorter than a recorded batch'],
  },
  {
    name: 'replay passes over what a run may pass over',
    file: 'src/operations/replay/recorded-source.ts',
    find: 'const [gap] = planned.gaps ?? []',
    replace: 'const [gap] = [undefined]',
    test: [recorded, 'RecordedSource refuses with exit 79 and its own hint what a run may pass over'],
  },
  {
    name: 'replay does not follow a run that was moved behind its last batch',
    file: 'src/operations/replay/recorded-source.ts',
    find: 'this.#isRepeating ? this.#gapsTo(this.#recording.final) : []',
    replace: '[]',
    test: [recorded, 'RecordedSource jumps where the recorded run was moved, also behind the last batch'],
  },
  {
    name: 'results replaced outside the transaction',
    file: 'src/operations/replay/swap.ts',
    find: 'replaceState(connection)\n  for',
    replace: `${SPLIT}\n  replaceState(connection)\n  for`,
    test: [
      replace,
      'replaceResults changes nothing where something fails at its end, and leaves the replayed file as it is',
    ],
  },
  {
    name: 'results replaced by a replay that has not caught up',
    file: 'src/operations/replay/swap.ts',
    find: 'assertCaughtUp(path, connection)\n',
    replace: '\n',
    test: [replace, 'replaceResults refuses a replay that has not caught up'],
  },
  {
    name: 'indexes of the user lost with the old table',
    file: 'src/operations/replay/remake.ts',
    find: 'for (const index of indexes) remakeIndex(transaction, table, index)',
    replace: 'void indexes',
    test: [replace, 'replaceResults makes a table anew whose columns are others, with the indexes of its user'],
  },
  {
    name: 'equal rows of a table without a key not counted',
    file: 'src/operations/replay/diff.ts',
    find: 'HAVING sum(times) <> 0',
    replace: 'HAVING min(times) = max(times)',
    test: [diff, 'diffStates counts equal rows of a table without a key'],
  },
]
