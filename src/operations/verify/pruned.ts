// Whether what is left of pruned batches holds together: their totals by day, and where their ranges lie.

import type { View } from '../../checkpoint/index.ts'
import { prunedDigest } from '../../checkpoint/prune.ts'
import { recordsRead } from '../../progress.ts'
import { partitionKey } from '../../record.ts'
import { isoText } from '../../values/iso-text.ts'
import { amount } from '../../words.ts'
import { type PrunedDay, readPruned, readPrunedDays, readPrunedRanges } from '../history/pruned.ts'
import type { BatchRow } from '../history/rows.ts'
import type { Reports } from './reports.ts'

/** Where the batches that are kept have to go on. */
export interface PrunedPrefix {
  readonly firstBatchId: number
  readonly last: Pick<BatchRow, 'batchId' | 'batchTime'>
}

/** Null where nothing was pruned. */
export function checkPruned(view: View, { batches, digests, ranges }: Reports): PrunedPrefix | null {
  let before: PrunedDay | null = null
  const days = readPrunedDays(view)
  for (const day of days) {
    const { firstBatchId, lastBatchId } = day
    const which = `pruned batches ${firstBatchId} to ${lastBatchId}`
    if (before !== null && firstBatchId !== before.lastBatchId + 1)
      batches(`${which} follow batch ${before.lastBatchId}`)
    if (before !== null && day.batchTime < before.batchTime) batches(`${which} have an earlier time than those before`)
    if (lastBatchId < firstBatchId) batches(`${which} are none`)
    if (Math.min(...Object.values(day.counts)) < 0) batches(`${which} count less than none`)
    if (day.digest !== prunedDigest(day)) digests(`${which} have another one`)
    before = day
  }
  let offsets = 0
  for (const read of readPrunedRanges(view)) {
    offsets += read.offsets
    const { fromOffset, untilOffset, lowest, highest } = read
    if (lowest > fromOffset || untilOffset > highest || lowest >= highest)
      ranges(
        `${partitionKey(read)}: pruned batches read ${fromOffset} to ${untilOffset} within ${lowest} to ${highest}`,
      )
  }
  const { counts } = readPruned(view)
  const records = recordsRead(counts)
  if (records > offsets)
    batches(`pruned batches count ${amount(records, 'records')} in ranges of ${amount(offsets, 'offsets')}`)
  const [first] = days
  if (first === undefined || before === null) return null
  return { firstBatchId: first.firstBatchId, last: { batchId: before.lastBatchId, batchTime: before.batchTime } }
}

/** Says of which batches and dead letters nothing but totals is known. */
export function tellPruned(view: View, leave: (name: string, line: string) => void): void {
  const { firstBatchId, lastBatchId, committedAt, deadLetters, deadLettersThrough } = readPruned(view)
  if (lastBatchId > 0) {
    const which = `${firstBatchId} to ${lastBatchId}, committed up to ${isoText(committedAt)}`
    leave('batches', `${which}, were pruned (\`retain:\`): of them only totals can be checked`)
  }
  if (deadLetters > 0) {
    const which = `${amount(deadLetters, 'dead letters')} of batches up to ${deadLettersThrough}`
    leave('dead letters', `${which} were pruned (\`retain:\`): of them only the number can be checked`)
  }
}
