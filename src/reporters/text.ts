// Progress for people: a line a batch on stderr where somebody looks, only warnings where nobody does.

import { formatMs } from '../duration.ts'
import { type BatchProgress, type Finished, type Printed, type Progress, rangesOf } from '../progress.ts'
import { partitionKey } from '../record.ts'
import { count } from './count.ts'
import type { Output, Reporter } from './reporter.ts'

export type Verbosity = 'quiet' | 'warnings' | 'all'

/** `data` takes what sinks print, whatever the verbosity. */
export function textReporter(verbosity: Verbosity, stderr: Output, data: Output): Reporter {
  return {
    report(progress) {
      if (progress.kind === 'printed') data.write(progress.text)
      else if (isShown(progress, verbosity)) stderr.write(`${lineOf(progress)}\n`)
    },
    close() {},
  }
}

/** What is told in a line. */
type Line = Exclude<Progress, Printed>

function isShown(progress: Line, verbosity: Verbosity): boolean {
  if (verbosity === 'all') return true
  return verbosity === 'warnings' && progress.kind === 'notice' && progress.level === 'warning'
}

function lineOf(progress: Line): string {
  switch (progress.kind) {
    case 'notice':
      return progress.level === 'warning' ? `sprk: warning: ${progress.message}` : `sprk: ${progress.message}`
    case 'started':
      return `sprk: ${progress.name}: ${progress.lastBatchId === 0 ? 'started' : `resumed after batch ${progress.lastBatchId}`}`
    case 'batch':
      return `sprk: ${batchLine(progress)}`
    case 'finished':
      return `sprk: ${finishedLine(progress)}`
    default:
      return progress satisfies never
  }
}

function batchLine(batch: BatchProgress): string {
  const { batchId, numInputRows, processedRowsPerSecond, durationMs } = batch
  const [first, ...others] = rangesOf(batch)
  const where = first === undefined ? '' : ` · ${partitionKey(first)} ${first.fromOffset}…${first.untilOffset}`
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  return `batch ${batchId}: ${count(numInputRows)} records in ${formatMs(durationMs.triggerExecution)} (${count(processedRowsPerSecond)}/s)${where}${more}`
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
