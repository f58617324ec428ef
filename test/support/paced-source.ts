// A source over records in memory that keeps rates as the source kafka does.

import type { Clock } from '../../src/clock.ts'
import { PartitionMap } from '../../src/partition-map.ts'
import { byTopicPartition } from '../../src/record.ts'
import type { Source } from '../../src/source.ts'
import { Pacing, type PacingOptions } from '../../src/sources/kafka/pacing.ts'
import { PartitionTurns } from '../../src/sources/kafka/partition-turns.ts'
import { planRanges } from '../../src/sources/kafka/plan-ranges.ts'
import { type MemoryLog, memorySource } from './memory-source.ts'
import { placeOf } from './partitions.ts'

export const UNPACED: PacingOptions = { maxRateOf: () => 0, minRecords: 0, maxTriggerDelayMs: 900_000 }

export function pacedSource(log: MemoryLog, options: Partial<PacingOptions>, clock: Clock): Source {
  const inner = memorySource(log)
  const planning = { pacing: new Pacing({ ...UNPACED, ...options }), turns: new PartitionTurns() }
  let next = new PartitionMap<number>()
  return {
    ...inner,
    async *open(start, signal) {
      const opened = yield* inner.open(start, signal)
      next = PartitionMap.of(opened.positions, (position) => position.next)
      return opened
    },
    async *plan(limits) {
      const led = [...log.partitions].map(([key, values]) => {
        const at = placeOf(key)
        const end = limits.ends === null ? values.length : (limits.ends.get(at) ?? 0)
        return { ...at, topicId: null, next: next.get(at) ?? 0, end }
      })
      return planRanges(led.sort(byTopicPartition), limits, planning, clock.monotonic())
    },
    async *chunks(ranges, signal) {
      const read = yield* inner.chunks(ranges, signal)
      for (const range of read) next.set(range, range.untilOffset)
      return read
    },
  }
}
