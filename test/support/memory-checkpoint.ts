// A checkpoint in memory that keeps the laws which an execution relies on.

import type { Batch, Checkpoint, ResumePoint, Transaction } from '../../src/checkpoint.ts'
import type { Gap, Position } from '../../src/log.ts'
import { PartitionMap } from '../../src/partition-map.ts'
import { partitionKey } from '../../src/record.ts'

export interface MemoryCheckpoint extends Checkpoint {
  readonly batches: readonly Batch[]
  readonly moves: readonly Gap[]
  /** What the next commit throws, once. */
  failNext: Error | null
}

/** `lastBatchId` is that of the run before. */
export function memoryCheckpoint(lastBatchId = 0): MemoryCheckpoint {
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
      return { lastBatchId: last?.batchId ?? lastBatchId, lastBatchTime: last?.batchTime ?? null, logIds, positions }
    },
    register(source, logId, found) {
      const saved = positions.get(source) ?? []
      const known = PartitionMap.of(saved)
      positions.set(source, [...saved, ...found.filter((position) => !known.has(position))])
      if (logId !== null) logIds.set(source, logId)
    },
    move(source, gaps) {
      const to = PartitionMap.of(gaps)
      const moved = (positions.get(source) ?? []).map((position): Position => {
        const gap = to.get(position)
        if (gap !== undefined && gap.fromOffset !== position.next) throw new Error(`${partitionKey(gap)} is elsewhere`)
        return gap === undefined ? position : { ...position, next: gap.toOffset, topicId: gap.topicId }
      })
      positions.set(source, moved)
      moves.push(...gaps)
    },
    blocks: () => ({
      append: () => {},
      pending: () => [],
      read: () => {
        throw new Error('no block')
      },
      walBytes: () => 0,
      report: () => {},
    }),
    commit(batch, write) {
      const saved = positions.get(batch.source) ?? []
      const standing = PartitionMap.of(saved)
      for (const range of batch.ranges) {
        if (standing.get(range)?.next !== range.fromOffset)
          throw new Error(`range does not continue: ${partitionKey(range)}`)
      }
      write(transaction)
      if (this.failNext !== null) {
        const error = this.failNext
        this.failNext = null
        throw error
      }
      batches.push(batch)
      const read = PartitionMap.of(batch.ranges)
      positions.set(
        batch.source,
        saved.map((position) => ({ ...position, next: read.get(position)?.untilOffset ?? position.next })),
      )
    },
    close() {},
  }
}
