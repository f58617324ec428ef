// What a source of direct mode is made with.

import type { PacingOptions } from './pacing.ts'
import type { StartingOffsets } from './start.ts'
import type { Selection } from './subscription.ts'

export type KafkaSourceOptions = Selection & {
  /** `host:port` */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Only for a new state. */
  readonly startingOffsets: StartingOffsets
  /** What to do where the log no longer has what comes next; by default fail. */
  readonly onDataLoss?: OnDataLoss
  /** Null or absent: batches read all that there is, within their bounds. */
  readonly pacing?: PacingOptions | null
}

/** Exit 79, or go on behind a gap. */
export type OnDataLoss = 'fail' | 'continue'
