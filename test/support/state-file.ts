// Checkpoints on real files, each in a directory of its own.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type CheckpointOptions, openCheckpoint } from '../../src/checkpoint/index.ts'
import type { Batch, Checkpoint } from '../../src/checkpoint.ts'
import type { Clock } from '../../src/clock.ts'
import { type EffectiveRange, type Position, positionAt } from '../../src/log.ts'

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sprk-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A clock that stands still, and goes on when somebody sleeps. */
export function steppingClock(start = 1_767_225_600_000): Clock {
  let elapsed = 0
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    sleep: async (ms) => {
      elapsed += ms
    },
    yield: async () => {},
    random: () => 0.5,
  }
}

export const TABLE = (transaction: { prepare(sql: string): { run(): number } }) => {
  transaction.prepare('CREATE TABLE IF NOT EXISTS results (n INTEGER) STRICT').run()
}

export function optionsFor(path: string, changes: Partial<CheckpointOptions> = {}): CheckpointOptions {
  return {
    path,
    mode: 0o600,
    name: 'test',
    stateId: 'test',
    fingerprint: { steps: [{ id: 'sqlite', kind: 'sqlite', canonical: 'merge "results"' }], plan: 'plan one' },
    retain: { batchesMs: null, deadLettersMs: null },
    onOpen: [TABLE],
    waitLockMs: 0,
    holder: { pid: 4711, host: 'here', startedAt: 1_767_225_600_000 },
    version: '0.1.0',
    clock: steppingClock(),
    ...changes,
  }
}

/** Closed after the test at the latest. */
export async function openState(path: string, changes: Partial<CheckpointOptions> = {}): Promise<Checkpoint> {
  const checkpoint = await openCheckpoint(optionsFor(path, changes))
  onTestFinished(() => checkpoint.close())
  return checkpoint
}

export function position(partition: number, next: number, changes: Partial<Position> = {}): Position {
  return { ...positionAt({ topic: 'events', partition }, next), ...changes }
}

export function range(partition: number, fromOffset: number, untilOffset: number): EffectiveRange {
  const read = { topic: 'events', topicId: 'ab'.repeat(16), bytes: 1000, leaderEpoch: 3, tailHash: 'cafe' }
  return { ...read, partition, fromOffset, untilOffset }
}

export function batchOf(batchId: number, ranges: readonly EffectiveRange[], changes: Partial<Batch> = {}): Batch {
  return {
    batchId,
    batchTime: 1_767_225_600_000 + batchId,
    counts: { processed: 7, filtered: 3, skipped: 0, deadLetters: 0, late: 0 },
    schedulingDelayMs: 1,
    rate: null,
    processingMs: 2,
    source: 'source',
    ranges,
    deadLetters: [],
    ...changes,
  }
}

/** A batch that adds one row to the table `results`. */
export function commitRow(checkpoint: Checkpoint, fromOffset: number, untilOffset: number, n: bigint): void {
  const batch = batchOf(checkpoint.resume.lastBatchId + 1, [range(0, fromOffset, untilOffset)])
  checkpoint.commit(batch, (transaction) => {
    transaction.prepare('INSERT INTO results VALUES (?)').run(n)
  })
}

/** A state file with one batch: before the first one nothing in it depends on the plan. */
export async function usedStateFile(path: string, fingerprint = optionsFor(path).fingerprint): Promise<void> {
  const checkpoint = await openState(path, { fingerprint })
  checkpoint.register('source', null, [position(0, 0)])
  commitRow(checkpoint, 0, 10, 1n)
  checkpoint.close()
}
