// Bounds how many records of a run may be refused. A batch beyond the bound is not committed.

import { Exit, SprkError } from '../errors.ts'
import { type Counts, recordsRead, refusedOf } from '../progress.ts'
import type { MaxRejects } from './deadline.ts'

/** A share is compared only after this number of records: of fewer it says little. */
const LEAST_FOR_SHARE = 1000

export class RejectBound {
  readonly #max: MaxRejects | null
  #read = 0
  #refused = 0

  constructor(max: MaxRejects | null) {
    this.#max = max
  }

  /**
   * Called before the commit. Throws a SprkError (exit 80) if the run, this batch included, has refused too many
   * records.
   */
  assertWithin(counts: Counts): void {
    const max = this.#max
    const read = this.#read + recordsRead(counts)
    const refused = this.#refused + refusedOf(counts)
    if (max === null || refusedOf(counts) === 0) return
    if ('count' in max ? refused <= max.count : read < LEAST_FOR_SHARE || refused * 100 <= max.percent * read) return
    const bound = 'count' in max ? String(max.count) : `${max.percent}%`
    throw new SprkError(Exit.REJECTS, {
      code: 'E_TOO_MANY_REJECTS',
      message: `${refused} of ${read} records of this run were refused, more than --max-rejects ${bound} allows`,
      hint: '`sprk run <pipeline> --once` with `onError: fail` names the first of them; this batch was not committed',
    })
  }

  /** Called after the commit: counts the batch. */
  add(counts: Counts): void {
    this.#read += recordsRead(counts)
    this.#refused += refusedOf(counts)
  }
}
