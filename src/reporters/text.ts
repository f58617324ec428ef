// Progress as text on stderr: one line for each batch, or only warnings, or nothing.

import { formatMs } from '../duration.ts'
import { placeText } from '../errors.ts'
import type { Notice } from '../notice.ts'
import { type BatchProgress, type Finished, type Printed, type Progress, refusedOf } from '../progress.ts'
import { amount, count } from '../words.ts'
import type { Output, Reporter } from './reporter.ts'
import { styled } from './style.ts'
import { visible } from './visible.ts'

export type Verbosity = 'quiet' | 'warnings' | 'all'

/** `data` takes what sinks print, whatever the verbosity. `monotonic` gives milliseconds. */
export function textReporter(verbosity: Verbosity, stderr: Output, data: Output, monotonic: () => number): Reporter {
  let before: Trend | null = null
  return {
    report(progress) {
      const at = monotonic()
      if (progress.kind === 'printed') data.write(progress.text)
      else if (isShown(progress, verbosity)) stderr.write(`${lineOf(progress, before, at)}\n`)
      if (progress.kind === 'batch') before = { lag: lagSum(progress), at }
    },
    close() {},
  }
}

/** The progress that is printed as a line. */
type Line = Exclude<Progress, Printed>

function isShown(progress: Line, verbosity: Verbosity): boolean {
  if (verbosity === 'all') return true
  return verbosity === 'warnings' && progress.kind === 'notice' && progress.level === 'warning'
}

function lineOf(progress: Line, before: Trend | null, now: number): string {
  switch (progress.kind) {
    case 'notice':
      return noticeLine(progress)
    case 'started':
      return `sprk: ${progress.name}: ${progress.lastBatchId === 0 ? 'started' : `resumed after batch ${progress.lastBatchId}`}`
    case 'batch':
      return `sprk: ${batchLine(progress, before, now)}`
    case 'finished':
      return `sprk: ${finishedLine(progress)}`
    default:
      return progress satisfies never
  }
}

/** One line, whatever is in the message. */
export function noticeLine({ level, message }: Notice): string {
  const text = visible(message)
  return level === 'warning' ? `sprk: ${styled('warning', 'warning')}: ${text}` : `sprk: ${text}`
}

/** Lag after the batch before, to tell whether it grows. */
interface Trend {
  readonly lag: number
  /** Milliseconds on the reporter's clock. */
  readonly at: number
}

function batchLine(batch: BatchProgress, before: Trend | null, now: number): string {
  const { batchId, numInputRows, processedRowsPerSecond, counts, durationMs } = batch
  const refused = refusedOf(counts)
  return [
    `batch ${batchId}: ${amount(numInputRows, 'records')} in ${formatMs(durationMs.triggerExecution)} (${count(processedRowsPerSecond)}/s)`,
    ...(counts.filtered > 0 ? [`${count(counts.filtered)} filtered`] : []),
    ...(refused > 0 ? [`${count(refused)} refused (${reasons(batch)})`] : []),
    ...rateOf(batch),
    ...lagOf(batch, before, now),
  ].join(' · ')
}

/** `E_CAST at f.yaml:11:15`; with several reasons, each with its count. */
function reasons({ refused }: BatchProgress): string {
  const shown = refused.slice(0, MAX_REASONS).map((refusal) => {
    const { code, place } = refusal
    const reason = place === null ? code : `${code} at ${placeText(place)}`
    return refused.length === 1 ? reason : `${reason}: ${count(refusal.count)}`
  })
  return [...shown, ...(refused.length > MAX_REASONS ? ['…'] : [])].join(', ')
}

const MAX_REASONS = 3

/** `limited to 1,000/s`; empty where rates have left nothing. */
function rateOf({ sources }: BatchProgress): string[] {
  return sources
    .filter(({ isCutByRate }) => isCutByRate)
    .map(({ rate }) => (rate === null ? 'limited by a rate' : `limited to ${count(rate)}/s`))
}

/** `1,200,000 behind, 4 s left` or `… behind and growing`; empty where all was read. */
function lagOf({ sources }: BatchProgress, before: Trend | null, now: number): string[] {
  const lag = lagSum({ sources })
  if (lag === 0) return []
  const unit = sources.every((source) => source.unit === 'bytes') ? ' bytes' : ''
  const behind = `${count(lag)}${unit} behind`
  if (before === null || before.lag === lag || now <= before.at) return [behind]
  if (lag > before.lag) return [`${behind} and growing`]
  return [`${behind}, ${formatMs(lag / ((before.lag - lag) / (now - before.at)))} left`]
}

function lagSum({ sources }: Pick<BatchProgress, 'sources'>): number {
  return sources.reduce((sum, { lag }) => sum + (lag ?? 0), 0)
}

function finishedLine({ reason, lastBatchId }: Finished): string {
  const last = lastBatchId === 0 ? 'no batch yet' : `last batch ${lastBatchId}`
  switch (reason) {
    case 'once':
      return `done, ${last}`
    case 'max-batches':
      return `stopped after --max-batches, ${last}`
    case 'max-duration':
      return `stopped after --max-duration, ${last}`
    case 'signal':
      return `stopped, ${last}`
    default:
      return reason satisfies never
  }
}
