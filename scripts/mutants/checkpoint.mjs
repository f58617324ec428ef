// @ts-check
// Barriers of the commit and of the state file. Where several overlap, the test goes around the others: it opens the file
// once, deletes the lock, or leaves the offsets as they are.

const commit = 'test/checkpoint/commit.test.ts'
const barriers = 'test/checkpoint/barriers.test.ts'
const diskFull = 'test/checkpoint/disk-full.test.ts'
const quickLook = 'test/checkpoint/quick-look.test.ts'
const open = 'test/checkpoint/open.test.ts'
const start = 'test/recovery/start.test.ts'
const readable = 'test/checkpoint/readable.test.ts'

/** Commits what was done so far, and goes on in a second transaction. */
const SPLIT = "transaction.prepare('COMMIT').run(), transaction.prepare('BEGIN IMMEDIATE').run()"

/** @type {readonly import('./run.mjs').Mutant[]} */
export const checkpointMutants = [
  // The transaction of a batch.
  {
    name: 'offsets outside the transaction',
    file: 'src/checkpoint/state-file.ts',
    find: 'advanceOffsets(this.#path, transaction, batch)',
    replace: `advanceOffsets(this.#path, transaction, batch), ${SPLIT}`,
    test: [commit, 'commit leaves nothing of a batch whose sink fails, and takes it again'],
  },
  {
    name: 'dead letters outside the transaction',
    file: 'src/checkpoint/state-file.ts',
    find: 'insertDeadLetters(transaction, batch)\n',
    replace: `${SPLIT}, insertDeadLetters(transaction, batch)\n`,
    test: [barriers, 'dead letters are kept together with their batch, or neither is'],
  },
  {
    name: 'history outside the transaction',
    file: 'src/checkpoint/state-file.ts',
    find: 'insertBatch(transaction, batch, this.#clock.now())',
    replace: `${SPLIT}, insertBatch(transaction, batch, this.#clock.now())`,
    test: [barriers, 'the row of a batch is kept together with its results, or neither is'],
  },
  {
    name: 'synchronous=NORMAL',
    file: 'src/checkpoint/connection.ts',
    find: "in a power cut.\n  expect(connection, path, 'synchronous', 'FULL', 2n)",
    replace: "in a power cut.\n  expect(connection, path, 'synchronous', 'NORMAL', 1n)",
    test: [commit, 'commit waits for the disk'],
  },
  {
    name: 'batches not synced, as the start',
    file: 'src/checkpoint/unsynced.ts',
    find: '    syncCommits(path, connection)\n',
    replace: '',
    test: [
      start,
      'a run on a state file has the start on the disk with its first batch, before anything else is written',
    ],
  },
  {
    name: 'COMMIT retried blindly, with the work',
    file: 'src/checkpoint/transaction.ts',
    find: 'throw new CommitFailed(error)',
    replace: 'return inTransaction(connection, work)',
    test: [barriers, 'an error from COMMIT does not repeat the work of the batch (after a COMMIT)'],
  },
  {
    name: 'COMMIT retried blindly, alone',
    file: 'src/checkpoint/transaction.ts',
    find: 'throw new CommitFailed(error)',
    replace: "connection.execute('COMMIT')",
    test: [commit, 'an error from COMMIT is exit 74 where it has not, and is not tried again'],
  },
  {
    name: 'connection kept open after an error from COMMIT',
    file: 'src/checkpoint/transaction.ts',
    find: '  dropped?.close()\n',
    replace: '',
    test: [commit, 'an error from COMMIT is a success where the file has the batch'],
  },
  {
    name: 'batch written again to a full disk before the file was read',
    file: 'src/checkpoint/state-file.ts',
    find: 'if (isInDoubt && isSaved(this.#resume, connection)) return\n',
    replace: '',
    test: [diskFull, 'a full disk that cannot even be read keeps the question open: COMMIT done'],
  },
  {
    name: "another process's batch taken for ours after an error from COMMIT",
    file: 'src/checkpoint/state-file.ts',
    find: "return row?.['digest'] === digestOf(batch)",
    replace: 'return row !== undefined',
    test: [barriers, 'an error from COMMIT is exit 74 where another process has committed its own batch instead'],
  },

  // Two writers.
  {
    name: 'lock skipped',
    file: 'src/checkpoint/lock.ts',
    find: "database.exec('BEGIN EXCLUSIVE')",
    replace: "database.exec('SELECT 1')",
    test: [open, 'the lock names its holder and lets others read'],
  },
  {
    name: 'epoch unchecked',
    file: 'src/checkpoint/state-file.ts',
    find: 'if (epoch !== this.#epoch) throw',
    replace: 'if (epoch === null) throw',
    test: [commit, 'commit is fenced off after another process took over, whose work stays'],
  },
  {
    name: 'epoch not counted up',
    file: 'src/checkpoint/meta.ts',
    find: 'SET value = value + 1',
    replace: 'SET value = value',
    test: [commit, 'register is fenced off by another process'],
  },
  {
    name: 'compare-and-swap removed',
    file: 'src/checkpoint/batch-rows.ts',
    find: 'if (changed !== 1) throw',
    replace: 'if (changed > 1) throw',
    test: [commit, 'commit is fenced off where the saved position is another'],
  },
  {
    name: 'compare-and-swap does not compare',
    file: 'src/checkpoint/batch-rows.ts',
    find: 'AND partition = ? AND next = ?`',
    replace: 'AND partition = ? AND ? >= 0`',
    test: [commit, 'commit is fenced off where the saved position is another'],
  },
  {
    name: 'state file replaced while in use',
    file: 'src/checkpoint/state-file.ts',
    find: 'if (inode === this.#inode) return',
    replace: 'if (inode !== 0n) return',
    test: [commit, 'commit stops where the file is no longer the one that was opened'],
  },

  // What a state file belongs to.
  {
    name: 'fingerprint not compared',
    file: 'src/checkpoint/fingerprint.ts',
    find: 'if (after !== before) problems.push',
    replace: 'if (after === null) problems.push',
    test: [open, 'a changed pipeline is refused where its saved results would not be its own, with the difference'],
  },
  {
    name: 'identity of the log not compared',
    file: 'src/checkpoint/state-file.ts',
    find: 'savedLogId !== undefined && savedLogId !== logId',
    replace: 'savedLogId !== undefined && savedLogId === null',
    test: [commit, 'register refuses another log'],
  },
  {
    name: 'pages of a lost file swallowed',
    file: 'src/checkpoint/create.ts',
    find: 'if (stats === null || stats.size === 0) continue',
    replace: 'if (stats === null || stats.size >= 0) return',
    test: [open, 'a new state file is refused beside the WAL of a file that is gone, whose pages it would swallow'],
  },
  {
    name: 'position moved from wherever it stands',
    file: 'src/checkpoint/positions.ts',
    find: 'if (moved !== 1) throw',
    replace: 'if (moved > 1) throw',
    test: [barriers, 'move is refused with exit 75 where a position stands elsewhere, and moves none'],
  },
  {
    name: 'move outside the transaction',
    file: 'src/checkpoint/state-file.ts',
    find: 'movePosition(this.#path, transaction, source, gap, now)\n',
    replace: `movePosition(this.#path, transaction, source, gap, now), ${SPLIT}\n`,
    test: [barriers, 'move is refused with exit 75 where a position stands elsewhere, and moves none'],
  },
  {
    name: 'a look at the lock keeps others out',
    file: 'src/checkpoint/lock.ts',
    find: 'Math.max(options.waitMs, POLL_MS)',
    replace: 'options.waitMs',
    test: ['test/checkpoint/lock.test.ts', 'isHeld keeps nobody from the lock who does not want to wait'],
  },
  {
    name: 'backup of several moments',
    file: 'src/checkpoint/reader.ts',
    find: "reader.execute('BEGIN')",
    replace: '',
    test: ['test/operations/backup.test.ts', 'backupState copies one moment, while batches are committed'],
  },

  // What a start looks at.
  {
    name: 'state file with a second name taken',
    file: 'src/checkpoint/quick-look.ts',
    find: 'if (names <= 1) return',
    replace: 'if (names >= 1) return',
    test: [quickLook, 'a start refuses, and leaves alone, a state file with two names, by its other name'],
  },
  {
    name: 'last batch with another digest taken',
    file: 'src/checkpoint/quick-look.ts',
    find: "if (digest !== row['digest']) throw",
    replace: "if (digest === '') throw",
    test: [quickLook, 'a start refuses, and leaves alone, a last batch with other rows than were committed'],
  },

  // What an account that may only read is given.
  {
    name: 'copy of a file that changed meanwhile read',
    file: 'src/checkpoint/private-copy.ts',
    find: 'imprintOf(path) === before && ',
    replace: '',
    test: [readable, 'a copy of a file that a run opens and closes meanwhile is not read'],
  },
  {
    name: 'copy of a file that changed just before read',
    file: 'src/checkpoint/private-copy.ts',
    find: ' && !isRecent(path, madeAtNs)',
    replace: '',
    test: [readable, 'a copy of a file that changed just before is not read'],
  },
  {
    name: 'copy without what is in the -wal read',
    file: 'src/checkpoint/private-copy.ts',
    find: 'logs.some((size) => size > 0) ? null : imprint(path)',
    replace: 'logs.length === 0 ? null : imprint(path)',
    test: [readable, 'an account that may only read is told who can read what a kill left without a -shm'],
  },
  {
    name: 'old copy read again',
    file: 'src/checkpoint/reader.ts',
    find: 'kept.imprint === imprintOf(path)',
    replace: "kept.imprint !== ''",
    test: [readable, 'an account that may only read copies a file again only when it has changed'],
  },
]
