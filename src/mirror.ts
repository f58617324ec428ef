// The contract of a mirror: it publishes the saved positions outside of the state file.
//
// The execution calls `offer` at the start of a run (not with `--once`) and after each commit, `notices` before each
// batch, and `settle` once at the end. The command that made the mirror closes it. The mirror itself retries failed
// writes.

import type { Position } from './log.ts'
import type { Notice } from './notice.ts'

/** The pipeline and the state file that the positions belong to. */
export interface Owner {
  /** Name of the pipeline. */
  readonly pipeline: string
  /** Identity of the state file; null where there is none yet. */
  readonly stateId: string | null
}

/**
 * Publishes saved positions (Kafka: in a consumer group) for tools that show lag. A run never reads them back, so a
 * failure is a notice and does not end the run.
 */
export interface ProgressMirror {
  /** Takes all saved positions. Never waits: they replace positions that were not published yet. */
  offer(positions: readonly Position[]): void
  /** The notices since the last call. Throws only what is a bug. */
  notices(): Iterable<Notice>
  /** Waits until the last positions are published or refused, at most `timeoutMs`. */
  settle(timeoutMs: number): Promise<void>
  /** Never throws, ends within 2 s. */
  close(): Promise<void>
}
