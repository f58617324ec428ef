// Progress for programs: one JSON object a batch on stdout, with the field names of Spark's StreamingQueryProgress.

import { placeText } from '../errors.ts'
import { type LogEnd, lagsOf } from '../log.ts'
import type { BatchProgress, Refusal, SourceProgress } from '../progress.ts'
import type { TopicPartition } from '../record.ts'
import type { Output, Reporter } from './reporter.ts'
import { jsonText } from './visible.ts'

/** Names the run in each line. */
export interface Reported {
  readonly name: string
  /** A new one for each run. */
  readonly runId: string
}

/** Prints batches; passes all other progress on to `others`. */
export function jsonReporter(reported: Reported, stdout: Output, others: Reporter): Reporter {
  let id: string | null = null
  return {
    report(progress) {
      if (progress.kind === 'started') id = progress.stateId
      if (progress.kind === 'batch') stdout.write(`${jsonText(batchObject({ id, ...reported }, progress))}\n`)
      else others.report(progress)
    },
    close: () => others.close(),
  }
}

function batchObject({ id, runId, name }: Reported & { readonly id: string | null }, batch: BatchProgress): object {
  const { batchId, numInputRows, inputRowsPerSecond, processedRowsPerSecond, counts, durationMs } = batch
  const { processed, filtered, skipped, deadLetters, late } = counts
  return {
    id,
    runId,
    name,
    timestamp: new Date(batch.batchTime).toISOString(),
    batchId,
    batchDuration: durationMs.triggerExecution,
    numInputRows,
    inputRowsPerSecond,
    processedRowsPerSecond,
    processed,
    filtered,
    skipped,
    deadLetters,
    late,
    schedulingDelayMs: batch.schedulingDelayMs,
    durationMs,
    // A pipeline has one source in this version: its numbers are those of the batch.
    sources: batch.sources.map((source) => sourceObject(source, batch)),
    sink: {
      description: batch.sinks.map(({ description }) => description).join(', '),
      numOutputRows: batch.sinks.reduce((sum, { rows }) => sum + rows, 0),
    },
    sinks: batch.sinks.map((sink) => {
      return { id: sink.id, description: sink.description, numOutputRows: sink.rows }
    }),
    refused: batch.refused.map(refusalObject),
  }
}

function sourceObject(source: SourceProgress, batch: BatchProgress): object {
  const { description, before, after, latest, lag, rate } = source
  const { numInputRows, inputRowsPerSecond, processedRowsPerSecond } = batch
  return {
    description,
    startOffset: offsetsOf(before, ({ next }) => next),
    endOffset: offsetsOf(after, ({ next }) => next),
    latestOffset: latest.length === 0 ? null : offsetsOf(latest, ({ end }) => end),
    numInputRows,
    inputRowsPerSecond,
    processedRowsPerSecond,
    lag,
    rate,
    metrics: behindLatest(source, latest),
  }
}

/** Numbers as strings, as Spark's Kafka source gives them; null where the ends are not known. */
function behindLatest({ after }: SourceProgress, latest: readonly LogEnd[]): object | null {
  if (latest.length === 0) return null
  const lags = lagsOf(latest, after)
  return {
    avgOffsetsBehindLatest: (lags.reduce((sum, lag) => sum + lag, 0) / lags.length).toFixed(1),
    maxOffsetsBehindLatest: String(Math.max(...lags)),
    minOffsetsBehindLatest: String(Math.min(...lags)),
  }
}

function refusalObject({ code, message, step, column, place, count }: Refusal): object {
  const at = place === null ? null : placeText(place)
  return { code, message, step, column, place: at, count }
}

/** `{topic: {partition: offset}}`, as Spark's Kafka source writes offsets. */
function offsetsOf<At extends TopicPartition>(all: readonly At[], offset: (at: At) => number): object {
  const topics = new Map<string, [string, number][]>()
  for (const at of all) {
    const partitions = topics.get(at.topic) ?? []
    partitions.push([String(at.partition), offset(at)])
    topics.set(at.topic, partitions)
  }
  return Object.fromEntries([...topics].map(([topic, partitions]) => [topic, Object.fromEntries(partitions)]))
}
