// Which partition is read next: each in turn, as long as their decompressed batches fit into memory.

import type { OffsetRange } from '../../record.ts'
import type { PartitionLog } from './partition-log.ts'

/**
 * Bytes of decompressed batches above which no further one is begun: those of all partitions together, since each
 * partition may stand inside one.
 */
const MAX_OPEN_BYTES = 64 * 1024 * 1024

/** A range that is being read. */
export interface Target {
  readonly range: OffsetRange
  readonly log: PartitionLog
  bytes: number
}

export class Turns {
  readonly #maxOpenBytes: number
  #count = 0

  constructor(maxOpenBytes = MAX_OPEN_BYTES) {
    this.#maxOpenBytes = maxOpenBytes
  }

  /**
   * One of the targets that have something buffered; undefined: none has. `logs` are all partitions. Null: decompressed
   * batches of partitions that are no targets take too much memory to begin another one.
   */
  next(unfinished: readonly Target[], logs: Iterable<PartitionLog>): Target | undefined | null {
    const ready = unfinished.filter(({ log }) => !log.isEmpty)
    let openBytes = 0
    for (const { ownBytes } of logs) openBytes += ownBytes
    if (openBytes < this.#maxOpenBytes || ready.length === 0) return this.#oneOf(ready)
    return this.#oneOf(ready.filter(({ log }) => log.ownBytes > 0)) ?? null
  }

  /** The same, whatever memory it takes. */
  any(unfinished: readonly Target[]): Target | undefined {
    return this.#oneOf(unfinished.filter(({ log }) => !log.isEmpty))
  }

  #oneOf(targets: readonly Target[]): Target | undefined {
    return targets[this.#count++ % Math.max(targets.length, 1)]
  }
}
