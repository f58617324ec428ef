// The ranges of a batch of direct mode: all that there is, within rates and bounds.

import type { OffsetRange } from '../../record.ts'
import type { BatchPlan, Limits } from '../../source.ts'
import type { Behind, Pacing } from './pacing.ts'
import { limitRate } from './rate-limit.ts'

export type Planned = Pick<BatchPlan, 'ranges' | 'more' | 'rate'>

/** A partition with the id of its topic. */
interface Led extends Behind {
  readonly topicId: string | null
}

/** `led`: the partitions that can be read, in (topic, partition) order. `now` is of the monotonic clock. */
export function planRanges(led: readonly Led[], limits: Limits, pacing: Pacing | null, now: number): Planned {
  const behind = led.filter(({ next, end }) => end > next)
  if (pacing === null) return within(behind, limits.maxRecords)
  const lag = behind.reduce((sum, { next, end }) => sum + end - next, 0)
  if (limits.ends === null && pacing.waits(lag, now)) return { ranges: [], more: 'no' }
  const allowance = pacing.allowance(led, limits)
  const allowed =
    allowance === null ? behind : behind.map((each) => clamp(each, allowance.until.get(each) ?? each.next))
  const planned = within(allowed, limits.maxRecords)
  if (planned.ranges.length > 0) pacing.planned(now)
  if (allowance === null) return planned
  const isCut = allowed.some(({ end }, i) => end < (behind[i] as Led).end)
  return { ...planned, more: planned.more === 'no' && isCut ? 'rate' : planned.more, rate: allowance.rate }
}

/** To what rates allow, never past the end. Data loss may have moved `next` past what they allow. */
function clamp(led: Led, until: number): Led {
  return { ...led, end: Math.max(led.next, Math.min(until, led.end)) }
}

function within(behind: readonly Led[], maxRecords: number): Planned {
  const lags = behind.map(({ next, end }) => end - next)
  const shares = limitRate(lags, maxRecords)
  const ranges = behind.map(({ topic, partition, topicId, next }, i): OffsetRange => {
    return { topic, partition, topicId, fromOffset: next, untilOffset: next + (shares[i] as number) }
  })
  return {
    ranges: ranges.filter(({ fromOffset, untilOffset }) => untilOffset > fromOffset),
    more: lags.some((lag, i) => lag > (shares[i] as number)) ? 'bound' : 'no',
  }
}
