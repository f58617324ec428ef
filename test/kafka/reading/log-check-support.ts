// A broker whose log changes behind the back of its readers.

import type { Clock } from '../../../src/clock.ts'
import type { Position } from '../../../src/log.ts'
import type { Source, Start } from '../../../src/source.ts'
import { kafkaSource } from '../../../src/sources/kafka/source.ts'
import type { OnDataLoss } from '../../../src/sources/kafka/source-options.ts'
import { collect } from '../../support/chunks.ts'
import { drain, resultOf } from '../../support/drain.ts'
import { FAKE_TOPIC, type FakeBroker, type FakeLog, startFakeBroker } from '../../support/fake-broker.ts'
import { hurriedClock } from '../../support/hurried-clock.ts'
import { encodeBatch } from '../../support/record-batch.ts'

export const { signal } = new AbortController()
export const UNBOUNDED = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }
export const OTHER_ID = 'ff'.repeat(16)

/** Batches of ten records each: their values begin with `name`, their leader epochs are as given. */
export function logOf(name: string, ...epochs: number[]): FakeLog {
  const batches = epochs.map((leaderEpoch, i) => {
    const records = Array.from({ length: 10 }, (_, k) => ({ value: `${name}${10 * i + k}` }))
    return encodeBatch({ baseOffset: 10 * i, records, leaderEpoch, codec: i % 2 })
  })
  return { partitions: [batches], end: 10 * epochs.length }
}

export const LOG = logOf('v', 5, 5, 5)
export const RECREATED = { ...logOf('other', 0, 0, 0, 0), topicId: OTHER_ID }

const opened: { close(): Promise<void> }[] = []

/** After each test. */
export async function closeOpened(): Promise<void> {
  for (const one of opened.splice(0).reverse()) await one.close()
}

interface Age {
  readonly isOld?: boolean
}

/** An old one knows neither topics' ids nor leaders' epochs in its metadata. */
export async function fakeBroker(log = LOG, { isOld = false }: Age = {}): Promise<FakeBroker> {
  const broker = await startFakeBroker(log)
  opened.push(broker)
  if (isOld) Object.assign(broker, { fetchVersion: 12, metadataVersion: 11 })
  return broker
}

export function sourceOn(
  { address }: FakeBroker,
  onDataLoss: OnDataLoss = 'fail',
  clock: Clock = hurriedClock,
): Source {
  const options = { brokers: [address], clientId: 'test', topics: [FAKE_TOPIC], startingOffsets: 'earliest' as const }
  const source = kafkaSource({ ...options, onDataLoss }, clock)
  opened.push(source)
  return source
}

export async function batchOf(source: Source, maxRecords = Number.MAX_SAFE_INTEGER) {
  const plan = await drain(source.plan({ ...UNBOUNDED, maxRecords }, signal))
  const { records, notices, result } = await collect(source.chunks(plan.result.ranges, signal))
  const notes = [...plan.items.map(({ message }) => message), ...notices]
  return { values: records.map(({ value }) => value), notes, result, gaps: plan.result.gaps }
}

/** Reads `records` of a log, as a run before did. */
export async function startAfter(broker: FakeBroker, records: number): Promise<Start> {
  const source = sourceOn(broker)
  const { logId, positions } = await resultOf(source.open({ logId: null, positions: [] }, signal))
  const { result } = await batchOf(source, records)
  await source.close()
  broker.asked.splice(0)
  broker.fetched.splice(0)
  const [range] = result
  const [position] = positions
  if (range === undefined || position === undefined) throw new Error('nothing was read')
  const { topicId, leaderEpoch, tailHash, untilOffset } = range
  return { logId, positions: [{ ...position, next: untilOffset, topicId, leaderEpoch, tailHash }] }
}

export function without(start: Start, ...what: ('topicId' | 'leaderEpoch' | 'tailHash')[]): Start {
  const forgotten = Object.fromEntries(what.map((name) => [name, null]))
  return { ...start, positions: start.positions.map((position): Position => ({ ...position, ...forgotten })) }
}

export const reopen = (broker: FakeBroker, start: Start) => resultOf(sourceOn(broker).open(start, signal))
