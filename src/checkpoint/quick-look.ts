// A quick look at a state file at every start: what is plainly not what the last run left is refused, and not changed.
// The command verify looks at all of it.

import { type Stats, statSync } from 'node:fs'
import type { Transaction } from '../checkpoint.ts'
import { Exit, SprkError } from '../errors.ts'
import { countsOf, digestOf } from './batch-rows.ts'
import { toNumber } from './resume.ts'

/**
 * Looks at the file from outside. Throws a SprkError: 78 where it has a second name, 74 where it was cut. Call it under the
 * lock, while this process has no connection to the file.
 */
export function lookAtFile(path: string, pageBytes: number): void {
  const stats = statSync(path)
  assertOneName(path, stats)
  const hasLog = sizeOf(`${path}-wal`) > 0
  // A log, or a hot journal, may be what makes it whole.
  if (hasLog || stats.size % pageBytes === 0 || sizeOf(`${path}-journal`) > 0) return
  throw unsound(path, `its ${stats.size} bytes are no whole number of pages of ${pageBytes}: it was cut or overwritten`)
}

/** Throws a SprkError (exit 74) where the last batch is not the one that was committed. */
export function lookAtLastBatch(path: string, transaction: Transaction, batchId: number): void {
  const row = transaction.prepare('SELECT * FROM sprk_batches WHERE batch_id = ?').get(BigInt(batchId))
  if (row === undefined) return
  const ranges = transaction.prepare('SELECT * FROM sprk_batch_ranges WHERE batch_id = ?').all(BigInt(batchId))
  const digest = digestOf({
    batchId,
    batchTime: toNumber(row['batch_time']),
    counts: countsOf(row),
    source: String(ranges[0]?.['source'] ?? ''),
    ranges: ranges.map((range) => ({
      topic: String(range['topic']),
      partition: toNumber(range['partition']),
      fromOffset: toNumber(range['from_offset']),
      untilOffset: toNumber(range['until_offset']),
    })),
  })
  if (digest !== row['digest']) throw unsound(path, `its last batch, ${batchId}, has another digest than its rows say`)
}

/** Lock and -wal go by the name: under another one they would be others. */
function assertOneName(path: string, stats: Stats): void {
  const names = stats.nlink - (isSameFile(`${path}.new`, stats) ? 1 : 0)
  if (names <= 1) return
  throw new SprkError(Exit.CONFIG, {
    code: 'E_STATE_LINKED',
    message: `${path}: the state file has ${names} names (hard links): a run under another one would not see this one's lock`,
    hint: `find the others with \`find / -xdev -inum ${stats.ino}\`, and remove them; sprk backup makes a copy`,
  })
}

/** A crash while it was made may have left that name. */
function isSameFile(path: string, { dev, ino }: Stats): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && stats.dev === dev && stats.ino === ino
}

function unsound(path: string, what: string): SprkError {
  return new SprkError(Exit.IO, {
    code: 'E_STATE_UNSOUND',
    message: `${path}: the state file is not sound: ${what}`,
    hint: `\`sprk verify ${path}\` says more; restore it from a backup, or begin anew with another file under \`state:\``,
  })
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
