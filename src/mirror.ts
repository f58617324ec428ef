// The contract of a mirror: it tells others how far the state file has come.

import type { Position } from './log.ts'
import type { Notice } from './notice.ts'

/** Whose positions they are. */
export interface Owner {
  /** Name of the pipeline. */
  readonly pipeline: string
  /** Identity of the state file; null where there is none yet. */
  readonly stateId: string | null
}

/**
 * Tells the world how far the state file has come (Kafka: in a consumer group). Nothing of ours depends on it: what goes
 * wrong is a notice.
 */
export interface ProgressMirror {
  /** All saved positions, after a commit. Never waits: they replace what was not told yet. */
  offer(positions: readonly Position[]): void
  /** Those since the last call. */
  notices(): Iterable<Notice>
  /** Waits until what was offered is told, or cannot be, but no longer than this. */
  settle(timeoutMs: number): Promise<void>
  /** Never throws, ends within 2 s. */
  close(): Promise<void>
}
