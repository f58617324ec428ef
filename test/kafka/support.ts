// A partition's log over bytes that are made by hand.

import { loadCodecs } from '../../src/kafka/protocol/compression.ts'
import type { AbortedTransaction } from '../../src/kafka/protocol/record-batch.ts'
import { RecordColumns } from '../../src/kafka/protocol/records.ts'
import { openLog, type PartitionLog } from '../../src/kafka/reading/partition-log.ts'
import type { LogMemory } from '../../src/kafka/reading/record-set.ts'
import { positionAt } from '../../src/log.ts'
import { type PlainRecord, recordsOf } from '../support/chunks.ts'
import type { TestRecord } from '../support/record-batch.ts'

// The reader loads codecs before it reads what it has added.
await loadCodecs(0b11110)

export const columns = new RecordColumns(64)
const at = { topic: 'orders', partition: 3 }
export const everything = {
  untilOffset: Number.MAX_SAFE_INTEGER,
  maxBytes: Infinity,
  chunkBytes: Infinity,
  atLeastOne: true,
}

export function logWith(bytes: Buffer, from = 0, aborted: readonly AbortedTransaction[] = []) {
  const memory: LogMemory = { spent: [], openBytes: 0 }
  const position = positionAt(at, from)
  const log = openLog(position, memory)
  const add = () => {
    const fetched = { ...at, errorCode: 0, highWatermark: 1000, lastStableOffset: 1000, aborted, start: 0 }
    return log.add({ ...fetched, end: bytes.length }, { bytes, users: 0 })
  }
  add()
  return { log, spent: memory.spent, add }
}

export function readAll(log: PartitionLog, bounds = everything): PlainRecord[] {
  const records: PlainRecord[] = []
  for (let chunk = log.read(columns, bounds); chunk !== null; chunk = log.read(columns, bounds)) {
    records.push(...recordsOf(chunk))
  }
  return records
}

export function valuesOf(bytes: Buffer, from = 0, aborted: readonly AbortedTransaction[] = []): (string | null)[] {
  return readAll(logWith(bytes, from, aborted).log).map(({ value }) => value)
}

export function values(...texts: string[]): TestRecord[] {
  return texts.map((value) => ({ value }))
}
