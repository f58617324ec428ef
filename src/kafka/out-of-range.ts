// A saved offset that is not in the log: which side it fell off, and what that cost.

import { Exit, SprkError } from '../errors.ts'
import { partitionKey, type TopicPartition } from '../record.ts'
import type { Cluster } from './cluster.ts'
import { Fault } from './fault.ts'
import { Isolation, LOG_END, LOG_START } from './protocol/list-offsets.ts'

/** Where the log of a partition begins and ends. */
export interface LogBounds {
  readonly start: number
  /** The high watermark. */
  readonly end: number
}

/** `partitionKey` → bounds. Throws what `listOffsets` throws. */
export async function logBounds(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
): Promise<Map<string, LogBounds>> {
  if (cluster.isStale) await cluster.refresh()
  const [starts, ends] = await Promise.all([
    cluster.listOffsets(partitions, LOG_START, Isolation.READ_UNCOMMITTED),
    cluster.listOffsets(partitions, LOG_END, Isolation.READ_UNCOMMITTED),
  ])
  const entries = [...starts].map(([key, start]) => [key, { start, end: ends.get(key) ?? start }] as const)
  return new Map(entries)
}

/** What a broker's OFFSET_OUT_OF_RANGE means; a Fault where the log has moved in the meantime. */
export async function outOfRange(cluster: Cluster, at: TopicPartition, offset: number): Promise<Fault | SprkError> {
  const bounds = (await logBounds(cluster, [at])).get(partitionKey(at))
  const lost = bounds === undefined ? null : dataLoss(at, offset, bounds)
  return lost ?? new Fault(`${partitionKey(at)}: OFFSET_OUT_OF_RANGE at offset ${offset}`)
}

/** Null where the offset is within the log. */
export function dataLoss(at: TopicPartition, offset: number, { start, end }: LogBounds): SprkError | null {
  const where = `${partitionKey(at)}: saved offset ${offset}`
  const hint = 'to start over, name another `state:` file in the pipeline and choose its `startingOffsets:`'
  if (offset < start) {
    const message = `${where} is below log start ${start}; ${start - offset} offsets were deleted before they were read`
    return new SprkError(Exit.DATA_LOSS, { code: 'E_OFFSET_GONE', message, hint })
  }
  if (offset > end) {
    const message = `${where} is beyond the end ${end} of the log: the topic was truncated or created anew`
    return new SprkError(Exit.DATA_LOSS, { code: 'E_OFFSET_AHEAD', message, hint })
  }
  return null
}
