// How a range is repeated: with recorded batches where they cover it, and what there is to be said about it.

import { viewState } from '../../checkpoint/index.ts'
import { Exit, SprkError } from '../../errors.ts'
import { PartitionMap } from '../../partition-map.ts'
import { dependentStep } from '../../plan/boundary.ts'
import type { Plan } from '../../plan/plan.ts'
import { partitionKey } from '../../record.ts'
import { batchesText } from '../history/pruned.ts'
import { batchAcross, prunedError, type RecordedHistory } from '../history/recorded.ts'
import type { RangeSpec } from './range.ts'
import type { ReplayHeader } from './replay-file.ts'
import { isOfNewLog, type ResolvedPartition } from './resolve.ts'

export interface Decision {
  readonly header: ReplayHeader
  /** Warnings. */
  readonly lines: readonly string[]
}

/** Throws a SprkError (exit 79) where the recorded start is of a log that is gone. */
export function decide(
  spec: RangeSpec,
  isRebatched: boolean,
  plan: Plan,
  history: RecordedHistory | null,
  logId: string | null,
  partitions: readonly ResolvedPartition[],
): Decision {
  const isFromStart = startsAsRecorded(history, partitions)
  const reason = isRebatched ? null : whyNotRecorded(spec, history, partitions, isFromStart)
  if (spec.from === 'recorded' || spec.from === 'kept') assertSameLog(partitions)
  return {
    header: {
      stateId: history?.stateId ?? null,
      replacedBy: history?.replacedBy ?? null,
      range: spec.text,
      plan: plan.fingerprint.plan,
      isRebatched,
      isRecorded: !isRebatched && reason === null && history !== null && history.lastBatchId > 0,
      isFromStart,
      logId: history?.logId ?? logId,
      partitions: partitions.map(({ topic, partition, topicId, from, until }) => ({
        ...{ topic, partition, topicId },
        from,
        until,
      })),
    },
    lines: reason === null ? [] : [`${reason}: new batches are made`],
  }
}

/** Whether every partition that the live state knows begins as it did there. */
function startsAsRecorded(history: RecordedHistory | null, partitions: readonly ResolvedPartition[]): boolean {
  if (history === null) return false
  const begun = partitions.filter(({ live }) => live !== null)
  return begun.length === history.partitions.length && begun.every(({ live, from }) => live?.start === from)
}

/** Only where no start is named the run is followed wherever it was moved: a named range has each offset once. */
function whyNotRecorded(
  spec: RangeSpec,
  history: RecordedHistory | null,
  partitions: readonly ResolvedPartition[],
  isFromStart: boolean,
): string | null {
  if (history === null || history.lastBatchId === 0) return null
  const known = partitions.filter(({ live }) => live !== null && live.highest > live.lowest)
  const before = known.find(({ live, from }) => live !== null && from < live.start)
  if (before !== undefined) {
    const { live, from } = before
    return `${partitionKey(before)}: the range begins at ${from}, and the recorded batches at ${live?.start}`
  }
  const other = known.find((at) => at.live?.isOfOtherLog === true || isOfNewLog(at))
  if (other !== undefined)
    return `${partitionKey(other)}: the topic was created anew after some of the recorded batches`
  const isWhole =
    spec.from === 'recorded' && isFromStart && known.every(({ live, end }) => live !== null && end >= live.next)
  // Before the first batch that is kept, moves do not matter: no range is repeated from there.
  const moved = PartitionMap.of(history.moves.filter(({ batchId }) => batchId > history.pruned.lastBatchId))
  const jumped = known.find((at) => moved.has(at))
  if (jumped !== undefined && !isWhole) {
    return `${partitionKey(jumped)}: the live run was moved, and a range has each offset once`
  }
  if (known.some(({ live, from }) => live !== null && from < live.highest)) return null
  return 'no recorded batch is in the range'
}

function assertSameLog(partitions: readonly ResolvedPartition[]): void {
  const other = partitions.find((at) => at.live?.isOfOtherLog === true || isOfNewLog(at))
  if (other === undefined) return
  const message = `${partitionKey(other)}: the topic was created anew after some of the recorded batches: what they read is gone`
  const hint = '`sprk replay <pipeline> --from-offset earliest` repeats what is in the log now'
  throw new SprkError(Exit.DATA_LOSS, { code: 'E_OFFSET_GONE', message, hint })
}

/** Throws a SprkError (exit 79) where the range begins in batches that were pruned. To be called before any was repeated. */
export function assertKept(
  livePath: string,
  { isRecorded, isFromStart }: ReplayHeader,
  history: RecordedHistory | null,
  partitions: readonly ResolvedPartition[],
): void {
  if (!isRecorded || history === null || history.pruned.lastBatchId === 0) return
  const first = partitions.find(({ live, from, end }) => {
    if (live === null) return false
    return isFromStart ? live.isPruned : from < Math.min(live.keptFrom, end)
  })
  if (first === undefined) return
  const which = batchesText(history.pruned)
  const what = `${partitionKey(first)}: the range begins at ${first.from}, and ${which} were pruned: where they were cut is no longer known`
  throw prunedError(livePath, what)
}

/** Lines about records that the log no longer has, and batches that are cut apart. */
export function remarks(
  spec: RangeSpec,
  plan: Plan,
  livePath: string,
  history: RecordedHistory | null,
  header: ReplayHeader,
  partitions: readonly ResolvedPartition[],
): readonly string[] {
  const first = history?.knownFrom ?? 0
  const deleted = first > 1 && header.isRecorded ? [`the batches before ${first} are no longer recorded`] : []
  const missing = spec.from === 'earliest' ? partitions.flatMap(missingOf) : []
  const edges = header.isFromStart
    ? []
    : plan.steps.flatMap(({ id, step }) =>
        step.state === undefined
          ? []
          : [`${id}: its state begins empty where the range does: what began before is incomplete`],
      )
  return [...deleted, ...missing, ...edges, ...(header.isRecorded ? cutBatches(plan, livePath, partitions) : [])]
}

function missingOf(at: ResolvedPartition): readonly string[] {
  const { from, live } = at
  if (live === null || live.isOfOtherLog || isOfNewLog(at)) return []
  const key = partitionKey(at)
  const until = Math.min(from, live.highest)
  const unread = Math.max(from - live.next, 0)
  return [
    ...(live.lowest < until
      ? [`${key}: offsets ${live.lowest} to ${until} were in the live run and are gone from the log`]
      : []),
    ...(unread > 0 ? [`${key}: offsets ${live.next} to ${from}, which the live run has not read, are gone too`] : []),
  ]
}

/** Tables that depend on where batches are cut are others for a part of one. */
function cutBatches(plan: Plan, livePath: string, partitions: readonly ResolvedPartition[]): readonly string[] {
  const [dependent] = plan.sinks.flatMap((sink) => dependentStep(plan.steps, sink) ?? [])
  if (dependent === undefined) return []
  return viewState(livePath, (transaction) =>
    partitions.flatMap((at) => {
      if (at.live === null || at.from >= at.end) return []
      return [at.from, at.end].flatMap((offset) => {
        const batchId = batchAcross(transaction, plan.source.id, at, offset)
        if (batchId === null) return []
        const what = `cuts recorded batch ${batchId} apart: ${dependent.id} has another result for a part of it`
        return [`${partitionKey(at)}: the range ${offset === at.from ? 'begins' : 'ends'} at ${offset} and ${what}`]
      })
    }),
  )
}
