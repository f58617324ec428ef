// Reading topics of the tests' broker with the source kafka.

import { expect } from 'vitest'
import { systemClock } from '../../src/cli/system-clock.ts'
import type { Clock } from '../../src/clock.ts'
import { positionAt } from '../../src/log.ts'
import type { Chunk } from '../../src/record.ts'
import type { Limits, Source, Start } from '../../src/source.ts'
import { kafkaSource } from '../../src/sources/kafka/source.ts'
import type { KafkaSourceOptions } from '../../src/sources/kafka/source-options.ts'
import type { Selection } from '../../src/sources/kafka/subscription.ts'
import { collect, type PlainRecord } from '../support/chunks.ts'
import { drain, resultOf } from '../support/drain.ts'
import * as kafka from '../support/kafka.ts'

export const { signal } = new AbortController()
export const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED: Limits = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

export type StartingOffsets = KafkaSourceOptions['startingOffsets']

let ahead = 0

/** Puts the sources' clock forward. */
export function putForward(ms: number): void {
  ahead += ms
}
const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead }

export function sourceOf(read: string | Selection, startingOffsets: StartingOffsets = 'earliest'): Source {
  const selection = typeof read === 'string' ? { topics: [read] } : read
  return kafkaSource({ ...selection, brokers: [kafka.bootstrap()], clientId: 'test', startingOffsets }, clock)
}

/** What there is to read from a start on, in batches of at most `maxRecords`. */
export async function readAll(
  topic: string,
  start = NEW,
  maxRecords = Number.MAX_SAFE_INTEGER,
  onChunk?: (chunk: Chunk) => void,
): Promise<PlainRecord[]> {
  const source = sourceOf(topic)
  try {
    await resultOf(source.open(start, signal))
    const all: PlainRecord[] = []
    for (;;) {
      const plan = await resultOf(source.plan({ ...UNBOUNDED, maxRecords }, signal))
      if (plan.ranges.length === 0) return all
      all.push(...(await collect(source.chunks(plan.ranges, signal), onChunk)).records)
    }
  } finally {
    await source.close()
  }
}

export async function positionsAt(
  topic: string | Selection,
  startingOffsets: StartingOffsets,
  start = NEW,
): Promise<number[]> {
  const source = sourceOf(topic, startingOffsets)
  try {
    const { items, result } = await drain(source.open(start, signal))
    if (startingOffsets !== 'latest') expect(items).toEqual([])
    return result.positions.map(({ next }) => next)
  } finally {
    await source.close()
  }
}

export function savedAt(topic: string, next: number): Start {
  return { logId: null, positions: [positionAt({ topic, partition: 0 }, next)] }
}

export function given(
  topic: string,
  ...offsets: (readonly [number, number | 'earliest' | 'latest'])[]
): StartingOffsets {
  return { offsets: new Map([[topic, new Map(offsets)]]) }
}

export const offsetsOf = (records: readonly PlainRecord[]) => records.map(({ offset }) => offset)
export const valuesOf = (records: readonly PlainRecord[]) => records.map(({ value }) => value)
