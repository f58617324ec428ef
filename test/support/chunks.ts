// Copies the records out of chunks, for comparison.

import { expect } from 'vitest'
import { isNotice, type Notice } from '../../src/notice.ts'
import type { Chunk } from '../../src/record.ts'

export interface PlainRecord {
  readonly at: string
  readonly offset: number
  readonly timestamp: number
  readonly timestampType: number
  readonly key: string | null
  readonly value: string | null
  /** In Kafka's encoding, as hex. */
  readonly headers: string
}

export function recordsOf(chunk: Chunk): PlainRecord[] {
  const { topic, partition, bytes, length } = chunk
  const text = (start: number, end: number) => (end < 0 ? null : bytes.toString('utf8', start, end))
  return Array.from({ length }, (_, i) => ({
    at: `${topic}/${partition}`,
    offset: chunk.offsets[i] as number,
    timestamp: chunk.timestamps[i] as number,
    timestampType: chunk.timestampTypes[i] as number,
    key: text(chunk.keyStarts[i] as number, chunk.keyEnds[i] as number),
    value: text(chunk.valueStarts[i] as number, chunk.valueEnds[i] as number),
    headers: bytes.toString('hex', chunk.headerStarts[i] as number, chunk.headerEnds[i] as number),
  }))
}

/** Takes the records while the chunk is valid. */
export async function collect<R>(
  generator: AsyncGenerator<Chunk | Notice, R>,
  onChunk?: (chunk: Chunk) => void,
): Promise<{ records: PlainRecord[]; notices: string[]; chunks: number; result: R }> {
  const records: PlainRecord[] = []
  const notices: string[] = []
  let chunks = 0
  for (;;) {
    const next = await generator.next()
    if (next.done === true) return { records, notices, chunks, result: next.value }
    if (isNotice(next.value)) notices.push(next.value.message)
    else {
      chunks++
      onChunk?.(next.value)
      records.push(...recordsOf(next.value))
    }
  }
}

/** Values of partition 0 and of partition 1. */
export function valuesBy(records: readonly PlainRecord[]): (string | null)[][] {
  return [0, 1].map((partition) => records.filter(({ at }) => at.endsWith(`/${partition}`)).map(({ value }) => value))
}

/** By partition and offset. */
export function sorted(records: readonly PlainRecord[]): PlainRecord[] {
  return [...records].sort((a, b) => (a.at === b.at ? a.offset - b.offset : a.at < b.at ? -1 : 1))
}

export function expectAscending(records: readonly PlainRecord[]): void {
  const last = new Map<string, number>()
  for (const { at, offset } of records) {
    expect(offset).toBeGreaterThan(last.get(at) ?? -1)
    last.set(at, offset)
  }
}
