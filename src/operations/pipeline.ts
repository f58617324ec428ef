// How a pipeline's state file is opened.

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { CheckpointOptions, Holder } from '../checkpoint/index.ts'
import { systemClock } from '../cli/system-clock.ts'
import { version } from '../cli/version.ts'
import type { Plan } from '../plan/plan.ts'
import type { PipelineSpec } from '../spec.ts'

/** `waitLockMs`: how long to wait for another process that holds the file. */
export function stateOptions({ state }: PipelineSpec, plan: Plan, waitLockMs: number): CheckpointOptions {
  return {
    path: state.path,
    mode: state.mode,
    name: plan.name,
    stateId: randomUUID(),
    fingerprint: plan.fingerprint,
    prepare: plan.sinks.map(
      ({ sink }) =>
        (transaction) =>
          sink.open(transaction),
    ),
    waitLockMs,
    holder: thisProcess(),
    version,
    clock: systemClock,
  }
}

export function thisProcess(): Holder {
  return { pid: process.pid, host: hostname(), startedAt: systemClock.now() }
}
