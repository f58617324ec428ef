// Progress for programs: one JSON object a batch on stdout, with the field names of Spark's StreamingQueryProgress.

import type { BatchProgress } from '../progress.ts'
import type { OffsetRange } from '../record.ts'
import type { Output, Reporter } from './reporter.ts'

/** Passes everything but batches on to `others`. */
export function jsonReporter(name: string, stdout: Output, others: Reporter): Reporter {
  return {
    report(progress) {
      if (progress.kind === 'batch') stdout.write(`${JSON.stringify(batchObject(name, progress))}\n`)
      else others.report(progress)
    },
    close: () => others.close(),
  }
}

function batchObject(name: string, batch: BatchProgress): object {
  const {
    batchId,
    batchTime,
    numInputRows,
    processedRowsPerSecond,
    counts: { processed, filtered },
    schedulingDelayMs,
    durationMs,
    sources,
  } = batch
  return {
    name,
    timestamp: new Date(batchTime).toISOString(),
    batchId,
    numInputRows,
    processedRowsPerSecond,
    processed,
    filtered,
    schedulingDelayMs,
    durationMs,
    sources: sources.map(({ ranges }) => ({
      startOffset: offsetsOf(ranges, (range) => range.fromOffset),
      endOffset: offsetsOf(ranges, (range) => range.untilOffset),
    })),
  }
}

/** `{topic: {partition: offset}}`, as Spark's Kafka source writes offsets. */
function offsetsOf(ranges: readonly OffsetRange[], offset: (range: OffsetRange) => number): object {
  const topics = new Map<string, [string, number][]>()
  for (const range of ranges) {
    const partitions = topics.get(range.topic) ?? []
    partitions.push([String(range.partition), offset(range)])
    topics.set(range.topic, partitions)
  }
  return Object.fromEntries([...topics].map(([topic, partitions]) => [topic, Object.fromEntries(partitions)]))
}
