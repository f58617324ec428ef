// The ranges of a batch of direct mode: all that there is, within rates and bounds.

import { PartitionMap } from '../../partition-map.ts'
import { byTopicPartition, type OffsetRange } from '../../record.ts'
import type { BatchPlan, Limits } from '../../source.ts'
import type { Behind, Pacing } from './pacing.ts'
import type { PartitionTurns } from './partition-turns.ts'
import { limitRate } from './rate-limit.ts'

export type Planned = Pick<BatchPlan, 'ranges' | 'more' | 'rate'>

/** A partition with the id of its topic. */
interface Led extends Behind {
  readonly topicId: string | null
}

/** What plans go on with from one batch to the next. */
export interface Planning {
  readonly pacing: Pacing | null
  readonly turns: PartitionTurns
  /** Ranges that the batch has read already, in (topic, partition) order; only where there is no pacing. Absent: none. */
  readonly ahead?: readonly OffsetRange[]
}

/** `led`: the partitions that can be read, in (topic, partition) order. `now` is of the monotonic clock. */
export function planRanges(led: readonly Led[], limits: Limits, planning: Planning, now: number): Planned {
  const { ahead = [] } = planning
  if (ahead.length === 0) return planBehind(led, limits, planning, now)
  const reached = PartitionMap.of(ahead)
  const rest = led.map((each) => {
    const next = reached.get(each)?.untilOffset ?? each.next
    return { ...each, next, end: Math.max(next, each.end) }
  })
  const read = ahead.reduce((sum, { fromOffset, untilOffset }) => sum + untilOffset - fromOffset, 0)
  return behindAhead(ahead, planBehind(rest, { ...limits, maxRecords: limits.maxRecords - read }, planning, now))
}

function planBehind(led: readonly Led[], limits: Limits, { pacing, turns }: Planning, now: number): Planned {
  const behind = led.filter(({ next, end }) => end > next)
  const share: Share = (them, maxRecords) => {
    if (limits.backlog === 'turns') return turns.share(them, maxRecords)
    return limitRate(
      them.map(({ next, end }) => end - next),
      maxRecords,
    )
  }
  if (pacing === null) return within(behind, limits.maxRecords, share)
  const lag = behind.reduce((sum, { next, end }) => sum + end - next, 0)
  if (limits.ends === null && pacing.waits(lag, now)) return { ranges: [], more: 'no' }
  const allowance = pacing.allowance(led, limits)
  const allowed =
    allowance === null ? behind : behind.map((each) => clamp(each, allowance.until.get(each) ?? each.next))
  const planned = within(allowed, limits.maxRecords, share)
  if (planned.ranges.length > 0) pacing.planned(now)
  if (allowance === null) return planned
  const isCut = allowed.some(({ end }, i) => end < (behind[i] as Led).end)
  return { ...planned, more: planned.more === 'no' && isCut ? 'rate' : planned.more, rate: allowance.rate }
}

/** To what rates allow, never past the end. Data loss may have moved `next` past what they allow. */
function clamp(led: Led, until: number): Led {
  return { ...led, end: Math.max(led.next, Math.min(until, led.end)) }
}

/** How many records each gets. */
type Share = (behind: readonly Behind[], maxRecords: number) => readonly number[]

function within(behind: readonly Led[], maxRecords: number, share: Share): Planned {
  const shares = share(behind, maxRecords)
  const ranges = behind.map(({ topic, partition, topicId, next }, i): OffsetRange => {
    return { topic, partition, topicId, fromOffset: next, untilOffset: next + (shares[i] as number) }
  })
  return {
    ranges: ranges.filter(({ fromOffset, untilOffset }) => untilOffset > fromOffset),
    more: behind.some(({ next, end }, i) => end - next > (shares[i] as number)) ? 'bound' : 'no',
  }
}

/** The ranges of a batch that begins with what was read ahead of it, and goes on with what is planned behind that. */
function behindAhead(ahead: readonly OffsetRange[], planned: Planned): Planned {
  const ranges = PartitionMap.of(planned.ranges)
  for (const range of ahead) {
    ranges.set(range, { ...range, untilOffset: ranges.get(range)?.untilOffset ?? range.untilOffset })
  }
  return { ...planned, ranges: [...ranges.values()].sort(byTopicPartition) }
}
