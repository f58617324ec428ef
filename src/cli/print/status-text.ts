// The status of a pipeline for people: a line a fact, then a table of its last batches.

import type { ReceiverReport } from '../../block.ts'
import { formatMs } from '../../duration.ts'
import { awayText } from '../../operations/away.ts'
import { waitingTotal } from '../../operations/history/blocks.ts'
import { batchesText } from '../../operations/history/pruned.ts'
import type { BatchRow } from '../../operations/history/rows.ts'
import type { Lag } from '../../operations/status/lag.ts'
import type { PipelineChange, StateReport } from '../../operations/status/state-report.ts'
import { oldestReceivedAt, type PipelineStatus, receiversOf, totalDelayMs } from '../../operations/status/status.ts'
import { recordsRead, refusedOf } from '../../progress.ts'
import { partitionKey } from '../../record.ts'
import { visible } from '../../reporters/visible.ts'
import { amount, count } from '../../words.ts'
import { formatTable, type TableColumn } from './table.ts'

export function statusText(status: PipelineStatus): readonly string[] {
  const { name, path, batchIntervalMs, state } = status
  const lines = [
    `${name}: ${activity(status)}`,
    `  state: ${path}`,
    ...(batchIntervalMs === null ? [] : [`  batch interval: ${formatMs(batchIntervalMs)}`]),
    `  last batch: ${state === null ? 'none' : lastBatch(state, status.now)}`,
    `  lag: ${lagText(status.lag)}`,
  ]
  if (state === null) return lines.map(visible)
  lines.push(...receiving(state, status))
  lines.push(`  errors: ${errors(state)}`)
  if (state.pruned.lastBatchId > 0) lines.push(`  pruned: ${pruned(state)}`)
  if (state.lastMove !== null) lines.push(`  moved: ${moved(state)}`)
  const { pipeline } = state
  if (pipeline !== null) lines.push(`  pipeline file: ${pipelineFile(pipeline, status.isRunning)}`)
  const shown = lines.map(visible)
  return state.batches.length === 0 ? shown : [...shown, '', ...batchTable(state.batches)]
}

function activity({ isRunning, state }: PipelineStatus): string {
  const holder = state?.meta.holder ?? null
  if (holder === null) return isRunning ? 'starting' : 'has not run yet'
  const who = `process ${holder.pid} on ${holder.host}, since ${timeOf(holder.startedAt)}`
  return isRunning ? `running, ${who}` : `not running; last was ${who}`
}

function lastBatch({ lastBatchId, batches }: StateReport, now: number): string {
  const last = batches.at(-1)
  if (last === undefined) return 'none'
  return `${lastBatchId}, committed ${timeOf(last.committedAt)}, ${formatMs(Math.max(0, now - last.committedAt))} ago`
}

function lagText(lag: PipelineStatus['lag']): string {
  if (lag === 'not asked') return 'not asked'
  if ('unknown' in lag) return `unknown: ${lag.unknown}`
  const { offsets, partitions, away, lost } = lag
  const all = away.length === 0 ? '' : `${count(partitions)} of `
  const where = `${amount(offsets, 'offsets')} in ${all}${amount(partitions + away.length, 'partitions')}`
  const gone = lost === 0 ? '' : `; ${amount(lost, 'offsets')} were deleted before they were read`
  return `${where}${trendText(lag)}${gone}${away.length === 0 ? '' : `; not known of ${awayText(away)}`}`
}

function trendText({ trend, offsets }: Lag): string {
  if (trend === null) return ''
  const { offsetsThen, ms, offsetsPerSecond, caughtUpInMs } = trend
  if (offsetsPerSecond === 0) return `; it was the same ${formatMs(ms)} before`
  const then = `; it was ${amount(offsetsThen, 'offsets')} ${formatMs(ms)} before`
  if (offsets === 0) return `${then}, and has caught up`
  const rate = Number(Math.abs(offsetsPerSecond).toPrecision(2))
  return caughtUpInMs === null
    ? `${then}, and grows by ${rate} a second`
    : `${then}, and falls by ${rate} a second: none is left in ${formatMs(caughtUpInMs)}`
}

/** Nothing of a pipeline that never had receivers. */
function receiving(state: StateReport, { isRunning, now }: PipelineStatus): string[] {
  const { blocks, bytes, records } = waitingTotal(state.waiting.values())
  const oldest = oldestReceivedAt(state)
  const since = oldest === null ? '' : `, the oldest for ${formatMs(Math.max(0, now - oldest))}`
  const waits = blocks === 1 ? 'waits' : 'wait'
  const received = `${amount(blocks, 'blocks')} of ${amount(bytes, 'bytes')} ${waits}${since}; ${amount(records, 'records')} received and not processed`
  const running = receiversOf(state, isRunning)
  if (running === null && blocks === 0) return []
  return [`  received: ${received}`, `  receivers: ${receivers(running ?? [])}`]
}

function receivers(running: readonly ReceiverReport[]): string {
  if (running.length === 0) return 'none runs'
  const [restarts, partitions] = [
    running.reduce((sum, each) => sum + each.restarts, 0),
    running.reduce((sum, each) => sum + each.partitions.length, 0),
  ]
  const counts = `${running.length}, with ${amount(partitions, 'partitions')} and ${amount(restarts, 'restarts')}`
  const failed = running
    .flatMap(({ number, lastError }) => (lastError === null ? [] : [{ number, ...lastError }]))
    .sort((a, b) => b.at - a.at)
  const [last] = failed
  if (last === undefined) return counts
  return `${counts}; the last error, of receiver ${last.number} ${timeOf(last.at)}: ${last.message}`
}

function pruned({ pruned: { firstBatchId, lastBatchId, committedAt, counts } }: StateReport): string {
  const which = batchesText({ firstBatchId, lastBatchId })
  const records = amount(recordsRead(counts), 'records')
  return `${which} of ${records}, committed up to ${timeOf(committedAt)}; the history begins with batch ${lastBatchId + 1}`
}

function errors({ batches, deadLetters, pruned }: StateReport): string {
  const sum = (of: (batch: BatchRow) => number) => batches.reduce((total, batch) => total + of(batch), 0)
  const [refused, skipped] = [sum(({ counts }) => counts.deadLetters), sum(({ counts }) => counts.skipped)]
  const which = batches.length === 1 ? 'in the last batch' : `in the last ${batches.length} batches`
  const recent =
    batches.length === 0
      ? ''
      : `; ${amount(refused, 'dead letters')} and ${amount(skipped, 'skipped records')} ${which}`
  const since = pruned.deadLetters === 0 ? '' : `, ${count(pruned.deadLetters)} of them pruned since`
  return `${amount(deadLetters, 'dead letters')} kept${since}${recent}`
}

function moved({ lastMove, moves }: StateReport): string {
  if (lastMove === null) return 'never'
  const { fromOffset, toOffset, at, batchId, cause } = lastMove
  const which = moves === 1 ? 'once' : `${moves} times, last`
  return `${which} ${timeOf(at)} after batch ${batchId}, ${partitionKey(lastMove)} from ${fromOffset} to ${toOffset}: ${cause}`
}

function pipelineFile({ change, why }: PipelineChange, isRunning: boolean): string {
  if (change === 'none') return isRunning ? 'as it runs' : 'as it ran last'
  const what = isRunning ? 'differs from what runs' : 'differs from what ran last'
  return change === 'accepted' ? `${what}; the next run takes it` : `${what}, and the next run refuses it: ${why}`
}

/** With a column for the rate where some batch had one. */
function batchTable(batches: readonly BatchRow[]): readonly string[] {
  if (batches.every(({ rate }) => rate === null)) return formatTable(COLUMNS, batches.map(cells))
  const rows = batches.map((batch) => [...cells(batch), batch.rate === null ? '' : `${count(batch.rate)}/s`])
  return formatTable([...COLUMNS, { title: 'rate', align: 'right' }], rows)
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'batch', align: 'right' },
  { title: 'committed', align: 'left' },
  { title: 'records', align: 'right' },
  { title: 'filtered', align: 'right' },
  { title: 'refused', align: 'right' },
  { title: 'scheduling delay', align: 'right' },
  { title: 'processing time', align: 'right' },
  { title: 'total delay', align: 'right' },
]

function cells(batch: BatchRow): readonly string[] {
  const { batchId, committedAt, counts, schedulingDelayMs, processingMs } = batch
  return [
    String(batchId),
    timeOf(committedAt),
    count(recordsRead(counts)),
    count(counts.filtered),
    count(refusedOf(counts)),
    formatMs(schedulingDelayMs),
    formatMs(processingMs),
    formatMs(totalDelayMs(batch)),
  ]
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
