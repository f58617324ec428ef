// Which partition is read next: each in turn, as long as their decompressed batches fit into memory.

import type { OffsetRange } from '../../record.ts'
import type { PartitionLog } from './partition-log.ts'
import type { LogMemory } from './record-set.ts'

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

/** The turns of one batch's ranges. A turn takes as long however many ranges there are. */
export class Turns {
  readonly #memory: Readonly<LogMemory>
  readonly #targets: ReadonlyMap<PartitionLog, Target>
  /** Those that have something buffered, and maybe some that have not any more; the first one is next. */
  readonly #ready: Set<Target>

  /**
   * `memory`: of all partitions, those among them that are no targets. `batches` counts batches: each begins with another
   * target, so that a bound of bytes does not always cut the same ones.
   */
  constructor(targets: readonly Target[], memory: Readonly<LogMemory>, batches: number) {
    this.#memory = memory
    this.#targets = new Map(targets.map((target) => [target.log, target]))
    const first = batches % Math.max(targets.length, 1)
    this.#ready = new Set([...targets.slice(first), ...targets.slice(0, first)].filter(isReady))
  }

  /** Something has come for these partitions. */
  filled(logs: readonly PartitionLog[]): void {
    for (const log of logs) {
      const target = this.#targets.get(log)
      if (target !== undefined) this.#ready.add(target)
    }
  }

  /**
   * One of the targets that have something buffered; undefined: none has. Null: decompressed batches of partitions that are
   * no targets take too much memory to begin another one.
   */
  next(): Target | undefined | null {
    const first = this.any()
    if (first === undefined || this.#memory.openBytes < MAX_OPEN_BYTES) return first
    for (const target of this.#ready) if (target.log.ownBytes > 0 && isReady(target)) return target
    return null
  }

  /** The same, whatever memory it takes. */
  any(): Target | undefined {
    for (const target of this.#ready) {
      if (isReady(target)) return target
      this.#ready.delete(target)
    }
    return undefined
  }

  /** A target had its turn. */
  took(target: Target): void {
    this.#ready.delete(target)
    this.#ready.add(target)
  }
}

function isReady({ log, range }: Target): boolean {
  return !log.isEmpty && log.position < range.untilOffset
}
