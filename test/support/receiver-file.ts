// Pipeline files in receiver mode, and the same in direct mode.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrap } from './kafka.ts'
import type { PipelineFile } from './pipeline-file.ts'
import { query } from './sqlite.ts'

export interface ReceiverText {
  readonly topics: readonly string[]
  readonly groupId?: string
  readonly brokers?: string
  /** Keys below `receiver:`; null: direct mode. */
  readonly receiver: Readonly<Record<string, unknown>> | null
  readonly maxRecordsPerBatch?: number
  readonly maxBytesPerBatch?: string
  readonly batchInterval?: string
  readonly onDataLoss?: 'fail' | 'continue'
  readonly topicPattern?: string
}

let made = 0

/** Each run is a group of its own where none is named; table `rows` gets every record with its place. */
export function receiverFile(text: ReceiverText, folder = mkdtempSync(join(tmpdir(), 'sprk-receiver-'))): PipelineFile {
  const name = `rows${made++}`
  const path = join(folder, `${name}.yaml`)
  const { receiver, groupId = `g-${name}-${Math.random().toString(36).slice(2)}` } = text
  const kafka = {
    brokers: text.brokers ?? bootstrap(),
    ...(text.topicPattern === undefined ? { topics: text.topics } : { topicPattern: text.topicPattern }),
    startingOffsets: 'earliest',
    groupId,
    maxRecordsPerBatch: text.maxRecordsPerBatch ?? 200_000,
    ...(text.maxBytesPerBatch !== undefined && { maxBytesPerBatch: text.maxBytesPerBatch }),
    ...(text.onDataLoss !== undefined && { onDataLoss: text.onDataLoss }),
    format: 'text',
    ...(receiver !== null && { mode: 'receiver', receiver }),
  }
  const pipeline = {
    name,
    source: { kafka },
    batchInterval: text.batchInterval ?? '100ms',
    transforms: [
      {
        map: {
          topic: '_metadata.topic',
          part: '_metadata.partition',
          at: '_metadata.offset',
          length: 'length(value)',
          begin: 'substring(value, 1, 40)',
        },
      },
    ],
    sink: { sqlite: { table: 'rows', mode: 'append' } },
  }
  writeFileSync(path, JSON.stringify(pipeline))
  return { topic: text.topics[0] ?? '', folder, path, state: join(folder, `${name}.db`) }
}

/** What is in the table, and what tells whether ranges follow each other. */
export function rowsOf(state: string) {
  return query(state, 'SELECT topic, part, at, length, begin FROM rows ORDER BY 1, 2, 3')
}

/** Ranges that do not begin where the one before ended, or where a move took them. */
export function breaksOf(state: string): readonly unknown[][] {
  return query(
    state,
    `SELECT * FROM (
       SELECT *, lag(until_offset) OVER (PARTITION BY source, topic, partition ORDER BY batch_id) AS due
         FROM sprk_batch_ranges) AS range
      WHERE due IS NOT NULL AND from_offset <> due AND NOT EXISTS (
        SELECT * FROM sprk_moves AS m WHERE m.topic = range.topic AND m.partition = range.partition
           AND m.to_offset = range.from_offset AND m.batch_id < range.batch_id)`,
  )
}
