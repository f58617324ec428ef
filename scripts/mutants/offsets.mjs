// @ts-check
// Barriers of moving saved positions by hand.

const reset = 'test/operations/offsets/move-positions.test.ts'
const standing = 'test/operations/offsets/standing.test.ts'
const leaderless = 'test/cli/leaderless.test.ts'
const plan = 'test/operations/offsets/plan-moves.test.ts'

/** Commits what was done so far, and goes on in a second transaction. */
const SPLIT = "connection.prepare('COMMIT').run(), connection.prepare('BEGIN IMMEDIATE').run()"

/** @type {readonly import('./run.mjs').Mutant[]} */
export const offsetsMutants = [
  {
    name: 'reset in several transactions',
    file: 'src/operations/offsets/move-positions.ts',
    find: 'for (const move of moves) if (!stays(connection, source, move)) movePosition(path, connection, source, move, now)',
    replace: `for (const move of moves) movePosition(path, connection, source, move, now), ${SPLIT}`,
    test: [reset, 'a state file that is held changes nothing where what is moved is not what stands there'],
  },
  {
    name: 'reset forgets whatever stands there',
    file: 'src/operations/offsets/move-positions.ts',
    find: 'if (gone !== 1) throw',
    replace: 'if (gone > 1) throw',
    test: [reset, 'a state file that is held changes nothing where what is forgotten is not what stands there'],
  },
  {
    name: 'reset without the lock',
    file: 'src/operations/offsets/move-positions.ts',
    find: 'await acquireLock(path, { mode, waitMs, clock }, signal)',
    replace: '{ release() {} }',
    test: [reset, 'a state file that is held is refused while somebody works on it, and lets nobody else work on it'],
  },
  {
    name: 'reset without the next epoch',
    file: 'src/checkpoint/transaction.ts',
    find: '    nextEpoch(connection)\n',
    replace: '',
    test: [
      reset,
      'a state file that is held moves, begins and forgets positions, with a row each, the audit and the epoch',
    ],
  },
  {
    name: 'reset believes in a COMMIT that failed',
    file: 'src/checkpoint/transaction.ts',
    find: 'if (!settle(connection, reopen, isSaved)) throw error',
    replace: '',
    test: [
      reset,
      'a state file that is held asks the file, after an error from COMMIT, whether it was done (ROLLBACK)',
    ],
  },
  {
    name: 'reset believes in no COMMIT that failed',
    file: 'src/checkpoint/transaction.ts',
    find: 'if (!settle(connection, reopen, isSaved)) throw error',
    replace: 'throw error',
    test: [reset, 'a state file that is held asks the file, after an error from COMMIT, whether it was done (COMMIT)'],
  },
  {
    name: 'reset to another cluster in parts',
    file: 'src/operations/offsets/plan-moves.ts',
    find: 'if (isRebound && selected.length < log.partitions.length) throw otherLog(saved, log)',
    replace: '',
    test: [plan, 'a plan to reset binds the positions to another cluster only as a whole'],
  },
  {
    name: 'reset outside the log',
    file: 'src/operations/offsets/plan-moves.ts',
    find: 'if (to >= at.start && to <= at.end) return null',
    replace: 'if (to >= 0) return null',
    test: [plan, 'a plan to reset refuses offsets outside the log, all of them at once, with the numbers'],
  },
  {
    name: 'lost position left backwards only with duplicates',
    file: 'src/operations/offsets/plan-moves.ts',
    find: 'isBack(move) && !move.isLost',
    replace: 'isBack(move)',
    test: [plan, 'a plan to reset leaves a lost position by whatever is allowed, forward only with --allow-loss'],
  },

  // What is shown of a log.
  {
    name: 'partition without a leader called gone',
    file: 'src/operations/offsets/standing.ts',
    find: 'log === null || isAway.has(position)',
    replace: 'log === null',
    test: [standing, 'where partitions stand knows nothing of a partition that is away, and does not call it gone'],
  },
  {
    name: 'lag waits for all leaders',
    file: 'src/operations/status/lag.ts',
    find: "view.partitions(asking.signal, 'present')",
    replace: 'view.partitions(asking.signal)',
    test: [leaderless, 'a partition without a leader is named by status, beside the lag of the others'],
  },
]
