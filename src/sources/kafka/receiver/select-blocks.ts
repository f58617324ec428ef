// Which of the blocks that wait belong to the next batch.

import type { StoredBlock } from '../../../block.ts'
import type { Gap, Position } from '../../../log.ts'
import { PartitionMap } from '../../../partition-map.ts'
import { byTopicPartition, type OffsetRange } from '../../../record.ts'
import type { BatchPlan, Limits } from '../../../source.ts'

/**
 * Takes whole blocks in order of arrival, up to `maxRecords` and `maxBytes` (as they came), at least one. A batch ends before
 * a step over lost offsets; a step that stands at the saved position is a gap, and the batch begins behind it. Gaps without
 * ranges are followed by the next plan at once.
 */
export function selectBlocks(
  blocks: readonly StoredBlock[],
  positions: readonly Position[],
  { maxRecords, maxBytes, ends }: Limits,
): Pick<BatchPlan, 'ranges' | 'more'> & { readonly gaps: readonly Gap[] } {
  const saved = PartitionMap.of(positions)
  const ranges = new PartitionMap<OffsetRange>()
  const moved = new PartitionMap<number>()
  /** Partitions of which this batch takes nothing more. */
  const closed = new PartitionMap<true>()
  const gaps: Gap[] = []
  let [records, bytes] = [0, 0]
  let hasMore = false
  for (const block of blocks) {
    const next = ranges.get(block)?.untilOffset ?? moved.get(block) ?? saved.get(block)?.next
    const end = Math.min(block.untilOffset, ends === null ? Infinity : (ends.get(block) ?? block.untilOffset))
    if (next === undefined || closed.has(block)) continue
    const from = block.step === null ? next : block.fromOffset
    const count = end - from
    if (count < 0 || (count === 0 && block.step === null)) continue
    const isFirst = records === 0
    if (!isFirst && (records + count > maxRecords || bytes + block.byteLength > maxBytes)) {
      hasMore = true
      break
    }
    if (block.step !== null) {
      // Behind the records of this batch; or of an earlier one, which has not come to it yet.
      if (ranges.has(block) || moved.has(block) || next !== block.step.fromOffset) {
        closed.set(block, true)
        hasMore = true
        continue
      }
      const { topic, partition, topicId, fromOffset, step } = block
      gaps.push({ topic, partition, topicId, fromOffset: next, toOffset: fromOffset, cause: step.cause })
      moved.set(block, fromOffset)
      if (count === 0) continue
    }
    records += count
    bytes += block.byteLength
    const { topic, partition, topicId } = block
    const fromOffset = ranges.get(block)?.fromOffset ?? from
    ranges.set(block, { topic, partition, topicId, fromOffset, untilOffset: end })
    if (end < block.untilOffset) closed.set(block, true)
  }
  const hasMoved = ranges.size === 0 && gaps.length > 0
  const isLeft = hasMore && (ranges.size > 0 || gaps.length > 0)
  return { ranges: [...ranges.values()].sort(byTopicPartition), more: isLeft || hasMoved ? 'bound' : 'no', gaps }
}
