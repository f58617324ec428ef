// A source in memory that reads records of the next batch before it is planned.

import type { EffectiveRange } from '../../src/log.ts'
import type { Notice } from '../../src/notice.ts'
import { PartitionMap } from '../../src/partition-map.ts'
import type { Chunk } from '../../src/record.ts'
import type { BatchPlan, Limits, Source } from '../../src/source.ts'
import { type MemoryLog, memorySource } from './memory-source.ts'

/** Of logs that are not moved and do not grow; what is read ahead is a batch of `memorySource` of its own. */
export function aheadSource(log: MemoryLog): Source {
  const inner = memorySource(log)
  let read = new PartitionMap<EffectiveRange>()
  let rest: BatchPlan = { ranges: [], more: 'no' }
  const join = (ranges: readonly EffectiveRange[]): PartitionMap<EffectiveRange> => {
    const joined = PartitionMap.of([...read.values()])
    for (const range of ranges) {
      const { bytes, ...first } = joined.get(range) ?? { ...range, bytes: 0 }
      joined.set(range, { ...first, untilOffset: range.untilOffset, bytes: bytes + range.bytes })
    }
    return joined
  }
  const left = (limits: Limits): Limits => {
    const offsets = [...read.values()].reduce((sum, range) => sum + range.untilOffset - range.fromOffset, 0)
    return { ...limits, maxRecords: limits.maxRecords - offsets }
  }
  return {
    ...inner,
    async *ahead(limits, signal): AsyncGenerator<Chunk | Notice, void> {
      const { ranges } = yield* inner.plan(left(limits), signal)
      if (ranges.length > 0) read = join(yield* inner.chunks(ranges, signal))
    },
    async *plan(limits, signal): AsyncGenerator<Notice, BatchPlan> {
      rest = yield* inner.plan(left(limits), signal)
      const planned = rest.ranges.map((range) => ({ ...range, bytes: 0, leaderEpoch: null, tailHash: null }))
      return { ...rest, ranges: [...join(planned).values()] }
    },
    async *chunks(_, signal): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]> {
      const all = join(rest.ranges.length > 0 ? yield* inner.chunks(rest.ranges, signal) : [])
      read = new PartitionMap()
      return [...all.values()]
    },
  }
}
