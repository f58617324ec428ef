// A checkpoint in memory that keeps the laws which an execution relies on.

import type { Batch, Checkpoint, ResumePoint, Transaction } from '../../src/checkpoint.ts'
import type { Gap, Position } from '../../src/log.ts'
import { partitionKey } from '../../src/record.ts'

export interface MemoryCheckpoint extends Checkpoint {
  readonly batches: readonly Batch[]
  readonly moves: readonly Gap[]
  /** What the next commit throws, once. */
  failNext: Error | null
}

export function memoryCheckpoint(): MemoryCheckpoint {
  const batches: Batch[] = []
  const moves: Gap[] = []
  const positions = new Map<string, Position[]>()
  const logIds = new Map<string, string>()
  const transaction: Transaction = {
    prepare: () => ({ run: () => 0, get: () => undefined, all: () => [] }),
  }
  return {
    batches,
    stateId: 'memory',
    moves,
    failNext: null,
    changes: [],
    get resume(): ResumePoint {
      const last = batches.at(-1)
      return { lastBatchId: last?.batchId ?? 0, lastBatchTime: last?.batchTime ?? null, logIds, positions }
    },
    register(source, logId, found) {
      const saved = positions.get(source) ?? []
      const known = new Set(saved.map(partitionKey))
      positions.set(source, [...saved, ...found.filter((position) => !known.has(partitionKey(position)))])
      if (logId !== null) logIds.set(source, logId)
    },
    move(source, gaps) {
      const to = new Map(gaps.map((gap) => [partitionKey(gap), gap]))
      const moved = (positions.get(source) ?? []).map((position): Position => {
        const gap = to.get(partitionKey(position))
        if (gap !== undefined && gap.fromOffset !== position.next) throw new Error(`${partitionKey(gap)} is elsewhere`)
        return gap === undefined ? position : { ...position, next: gap.toOffset, topicId: gap.topicId }
      })
      positions.set(source, moved)
      moves.push(...gaps)
    },
    commit(batch, write) {
      const saved = positions.get(batch.source) ?? []
      for (const range of batch.ranges) {
        const position = saved.find((other) => partitionKey(other) === partitionKey(range))
        if (position?.next !== range.fromOffset) throw new Error(`range does not continue: ${partitionKey(range)}`)
      }
      write(transaction)
      if (this.failNext !== null) {
        const error = this.failNext
        this.failNext = null
        throw error
      }
      batches.push(batch)
      const next = new Map(batch.ranges.map((range) => [partitionKey(range), range.untilOffset]))
      positions.set(
        batch.source,
        saved.map((position) => ({ ...position, next: next.get(partitionKey(position)) ?? position.next })),
      )
    },
    close() {},
  }
}
