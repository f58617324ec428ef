// Reading the recorded ranges again, to see that the log has as many records in them as were counted.

import { assertName, viewState } from '../../checkpoint/index.ts'
import { Exit, SprkError } from '../../errors.ts'
import { pull } from '../../execution/pull.ts'
import { isSameLog, type LogPartition, type Position, positionAt } from '../../log.ts'
import { isNotice } from '../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import type { Plan } from '../../plan/plan.ts'
import { recordsRead } from '../../progress.ts'
import type { OffsetRange } from '../../record.ts'
import { amount, count } from '../../words.ts'
import { type Asking, ask, inTime } from '../ask.ts'
import { batchesText } from '../history/pruned.ts'
import { type RecordedHistory, readHistory, recordedBatches } from '../history/recorded.ts'
import type { BatchWithRanges } from '../history/rows.ts'
import { RecordedSource } from '../replay/recorded-source.ts'
import type { Check } from './verify.ts'

const LAW = 'the log has as many records in the recorded ranges as were counted'
const NO_LIMITS = { maxRecords: Infinity, maxBytes: Infinity, ends: null }

/** Throws a SprkError: 69 where the log is away, 78 where the state file is another pipeline's. */
export async function recount(path: string, plan: Plan, asking: Asking): Promise<Check> {
  const history = viewState(path, (view) => {
    assertName(path, view, plan.name)
    return readHistory(view, plan.source.id)
  })
  const log = await partitionsOf(plan, history, asking)
  const findings = new Findings()
  if (log === null) findings.unchecked.push('the pipeline reads another log than the state file')
  else await countAll(path, plan, history, { log, findings, asking })
  const { problems, unchecked } = findings
  return { name: 'log', law: log === null || findings.isShort || findings.isEmpty ? null : LAW, problems, unchecked }
}

/** The partitions as they are now; null: of another cluster. */
async function partitionsOf(
  plan: Plan,
  history: RecordedHistory,
  asking: Asking,
): Promise<ReadonlyPartitionMap<LogPartition> | null> {
  const view = plan.source.view(asking.host.clock, history.stateId)
  try {
    const { logId, partitions } = await ask(view.partitions(asking.signal), asking)
    if (history.logId !== null && logId !== history.logId) return null
    return PartitionMap.of(partitions)
  } finally {
    await view.close()
  }
}

interface Recounting {
  readonly log: ReadonlyPartitionMap<LogPartition>
  readonly findings: Findings
  readonly asking: Asking
}

async function countAll(path: string, plan: Plan, history: RecordedHistory, recounting: Recounting): Promise<void> {
  const { log, findings, asking } = recounting
  let current: BatchWithRanges | null = null
  function* readable(): Generator<BatchWithRanges> {
    const { firstBatchId, lastBatchId, pruned } = history
    if (pruned.lastBatchId > 0)
      findings.unchecked.push(`${batchesText(pruned)} were pruned: their ranges are not known`)
    for (const batch of recordedBatches(path, plan.source.id, firstBatchId - 1, lastBatchId)) {
      const gone = batch.ranges.find((range) => !isThere(range, log))
      if (gone !== undefined) findings.skip(batch.batchId, log.has(gone) ? 'gone' : 'unread')
      else if (batch.ranges.length > 0) {
        current = batch
        yield batch
      }
    }
  }
  const recording = { batches: readable(), final: new PartitionMap<number>(), ends: new PartitionMap<number>() }
  const source = new RecordedSource(() => plan.source.create(asking.host.clock), recording)
  try {
    await ask(source.open({ logId: history.logId, positions: beginnings(history, log) }, asking.signal), asking)
    for (;;) {
      const { ranges } = await ask(source.plan(NO_LIMITS, asking.signal), asking)
      if (source.repeated === 'all' || current === null) break
      findings.compare(current, await countRecords(source, ranges, asking))
    }
  } catch (error) {
    // Deleted from the log, or pruned, while it was read.
    if (!(error instanceof SprkError) || error.exit !== Exit.DATA_LOSS) throw error
    findings.unchecked.push(error.message)
  } finally {
    findings.tellSkipped()
    await source.close()
  }
}

/** The same partition, and all of the range. */
function isThere(range: OffsetRange, log: ReadonlyPartitionMap<LogPartition>): boolean {
  const at = log.get(range)
  if (at === undefined || range.fromOffset < at.start || range.untilOffset > at.end) return false
  return isSameLog(range.topicId, at.topicId)
}

/** Of partitions that the log still has: where it can be read from. */
function beginnings({ partitions }: RecordedHistory, log: ReadonlyPartitionMap<LogPartition>): readonly Position[] {
  return partitions.flatMap(({ topic, partition, topicId, start }) => {
    const at = log.get({ topic, partition })
    if (at === undefined || !isSameLog(topicId, at.topicId)) return []
    const next = Math.min(Math.max(start, at.start), at.end)
    return [positionAt(at, next, topicId)]
  })
}

async function countRecords(source: RecordedSource, ranges: readonly OffsetRange[], asking: Asking): Promise<number> {
  const { host, signal, timeoutMs } = asking
  let records = 0
  try {
    for await (const item of pull(source.chunks(ranges, signal), { clock: host.clock, signal, timeoutMs })) {
      if (!isNotice(item)) records += item.length
    }
  } catch (error) {
    throw inTime(error, asking)
  }
  return records
}

const MAX_LINES = 10

/** Of batches that cannot be read again: what they read is no longer in the log, or the pipeline does not read it. */
type Skipped = 'gone' | 'unread'

const WHY: Readonly<Record<Skipped, string>> = {
  gone: 'ranges that are no longer in the log',
  unread: 'ranges of partitions that the pipeline does not read any more, or that are gone',
}

class Findings {
  readonly problems: string[] = []
  readonly unchecked: string[] = []
  /** Some batch counted more than the log has. */
  isShort = false
  #compared = 0
  readonly #skipped = new Map<Skipped, { count: number; first: number; last: number }>()

  /** No batch could be read again. */
  get isEmpty(): boolean {
    return this.#skipped.size > 0 && this.#compared === 0
  }

  compare({ batchId, counts }: BatchWithRanges, found: number): void {
    this.#compared += 1
    const counted = recordsRead(counts)
    if (found === counted) return
    if (found < counted) this.isShort = true
    const line = `batch ${batchId} counted ${amount(counted, 'records')}, the log has ${count(found)} in its ranges`
    const lines = found > counted ? this.problems : this.unchecked
    if (lines.length < MAX_LINES) lines.push(found > counted ? line : `${line}: compaction may have removed some`)
  }

  skip(batchId: number, why: Skipped): void {
    const skipped = this.#skipped.get(why) ?? { count: 0, first: batchId, last: batchId }
    this.#skipped.set(why, { ...skipped, count: skipped.count + 1, last: batchId })
  }

  tellSkipped(): void {
    for (const [why, { count: batches, first, last }] of this.#skipped) {
      const which = batches === 1 ? `batch ${first} has` : `${count(batches)} batches from ${first} to ${last} have`
      this.unchecked.push(`${which} ${WHY[why]}`)
    }
  }
}
