// The laws of a source, for every implementation.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Position } from '../../src/log.ts'
import { PartitionMap } from '../../src/partition-map.ts'
import { byTopicPartition, type OffsetRange } from '../../src/record.ts'
import type { Limits, Source, Start } from '../../src/source.ts'
import { collect, expectAscending, type PlainRecord, sorted, valuesBy } from '../support/chunks.ts'
import { resultOf } from '../support/drain.ts'

/** A log that a test can fill. */
export interface TestLog {
  /** Appends values to partition 0, or to partition 1 where there are two; they can be read when it returns. */
  append(partition: number, values: readonly string[]): Promise<void>
  /** Adds a partition that sources meet with their next plan; absent: the log never has another one. */
  grow?(): Promise<void>
  /** A new source over all of the log, for a new state from its beginning. */
  source(): Source
  /** Frees what the log needed; the sources are closed before. */
  close(): Promise<void>
}

const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED: Limits = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

export interface SourceSubject {
  /** Cases that need two are skipped, or made with one, for a log that has one. */
  readonly partitions: 1 | 2
  /** Whether offsets count records; else a range says nothing about how many there are. */
  readonly countsRecords: boolean
}

export function sourceContract(
  name: string,
  makeLog: () => Promise<TestLog>,
  { partitions, countsRecords }: SourceSubject = { partitions: 2, countsRecords: true },
): void {
  describe(`${name} as a source`, () => {
    const { signal } = new AbortController()
    let log: TestLog
    let sources: Source[]

    beforeEach(async () => {
      log = await makeLog()
      sources = []
    })

    afterEach(async () => {
      for (const source of sources) await source.close()
      await log.close()
    })

    /** Gives what can be read, by partition. */
    const fill = async (...values: (readonly string[])[]): Promise<(readonly string[])[]> => {
      const filled = values.slice(0, partitions)
      for (const [partition, each] of filled.entries()) await log.append(partition, each)
      return [...filled, ...Array.from({ length: 2 - filled.length }, () => [])]
    }

    const create = (): Source => {
      const source = log.source()
      sources.push(source)
      return source
    }

    const open = async (start = NEW) => {
      const source = create()
      return { source, opened: await resultOf(source.open(start, signal)) }
    }

    const batch = async (source: Source, limits: Partial<Limits> = {}) => {
      const plan = await resultOf(source.plan({ ...UNBOUNDED, ...limits }, signal))
      return { plan, ...(await collect(source.chunks(plan.ranges, signal))) }
    }

    /** Of a record of partition 0. */
    const offsetOf = async (index: number): Promise<number | undefined> => {
      const { source } = await open()
      return (await batch(source)).records.filter(({ at }) => at.endsWith('/0'))[index]?.offset
    }

    it('opens a new state at positions in every partition, in order', async () => {
      const { opened } = await open()
      expect(opened.positions).toHaveLength(partitions)
      expect(opened.positions).toEqual([...opened.positions].sort(byTopicPartition))
    })

    it('plans nothing where there is nothing', async () => {
      const { source } = await open()
      expect(await resultOf(source.plan(UNBOUNDED, signal))).toEqual({ ranges: [], more: 'no' })
    })

    it('reads every record once, in offset order within a partition', async () => {
      const filled = await fill(['a', 'b', 'c'], ['d', 'e'])
      const { source } = await open()
      const { records, result, plan } = await batch(source)
      expect(valuesBy(records)).toEqual(filled)
      expectAscending(records)
      expect(plan.more).toBe('no')
      expect(result.map(bounds)).toEqual(plan.ranges.map(bounds))
      expect(result.every(({ bytes }) => bytes > 0)).toBe(true)
      expect((await batch(source)).plan.ranges).toEqual([])
    })

    it('sees what was appended after the last plan', async () => {
      const { source } = await open()
      await log.append(0, ['a'])
      expect((await batch(source)).records.map(({ value }) => value)).toEqual(['a'])
      await log.append(0, ['b'])
      expect((await batch(source)).records.map(({ value }) => value)).toEqual(['b'])
    })

    it('plans at most maxRecords, says that it cut, and begins where it ended', async () => {
      const filled = await fill(numbered('a', 20), numbered('b', 10))
      const count = filled.flat().length
      const { source } = await open()
      const ends = new PartitionMap<number>()
      const all: PlainRecord[] = []
      for (let batches = 0; ; batches++) {
        const { plan, records } = await batch(source, { maxRecords: 7 })
        if (plan.ranges.length === 0) break
        expect(batches).toBeLessThan(30)
        expect(records.length).toBeLessThanOrEqual(7)
        if (countsRecords) expect(sizeOf(plan.ranges)).toBeLessThanOrEqual(7)
        expect(plan.ranges).toEqual([...plan.ranges].sort(byTopicPartition))
        for (const range of plan.ranges) {
          expect(range.untilOffset).toBeGreaterThan(range.fromOffset)
          expect(range.fromOffset).toBe(ends.get(range) ?? range.fromOffset)
          ends.set(range, range.untilOffset)
        }
        all.push(...records)
        expect(plan.more).toBe(all.length < count ? 'bound' : 'no')
      }
      expect(valuesBy(all)).toEqual(filled)
    })

    it('does not pass the ends that it is given', async () => {
      const filled = await fill(['a', 'b'], ['c'])
      const { source } = await open()
      const ends = await resultOf(source.ends(signal))
      await log.append(0, ['later'])
      const { records, plan } = await batch(source, { ends })
      expect(valuesBy(records)).toEqual(filled)
      expect(plan.more).toBe('no')
      expect((await batch(source, { ends })).plan).toEqual({ ranges: [], more: 'no' })
      expect((await batch(source)).records.map(({ value }) => value)).toEqual(['later'])
    })

    it('keeps maxBytes at a record boundary, but reads one record', async () => {
      await log.append(0, numbered('x'.repeat(500), 40))
      const { source } = await open()
      const first = await batch(source, { maxBytes: 1 })
      expect(first.records).toHaveLength(1)
      expect(first.result.map(({ untilOffset }) => untilOffset)).toEqual([await offsetOf(1)])
      const all = [...first.records]
      for (let batches = 0; all.length < 40; batches++) {
        expect(batches).toBeLessThan(40)
        const { records, result } = await batch(source, { maxBytes: 5000 })
        expect(result.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(5000)
        expect(records.length).toBeGreaterThan(0)
        all.push(...records)
      }
      expect(all.map(({ value }) => value)).toEqual(numbered('x'.repeat(500), 40))
    })

    it('ends its ranges behind the chunk with which a batch is full, and goes on there', async () => {
      const filled = await fill(numbered('x'.repeat(2000), 900), numbered('y'.repeat(2000), 900))
      const count = filled.flat().length
      const { source, opened } = await open()
      const all: PlainRecord[] = []
      const positions = PartitionMap.of(opened.positions)
      let batches = 0
      for (; all.length < count; batches++) {
        let chunks = 0
        const plan = await resultOf(source.plan({ ...UNBOUNDED, room: () => (chunks === 0 ? 10_000 : 0) }, signal))
        const { records, result } = await collect(source.chunks(plan.ranges, signal), () => chunks++)
        expect(chunks).toBe(1)
        expect(records.length).toBeGreaterThan(0)
        expect(records.length).toBeLessThanOrEqual(5)
        for (const range of plan.ranges) expect(range.fromOffset).toBe(positions.get(range)?.next)
        for (const range of result) positions.set(range, { ...range, next: range.untilOffset })
        all.push(...records)
      }
      expect(batches).toBeGreaterThan(2)
      expect(valuesBy(all)).toEqual(filled)
      // As a run that begins where they end.
      const { source: again } = await open({ logId: opened.logId, positions: [...positions.values()] })
      expect((await batch(again)).records).toEqual([])
    })

    it('gives the same records for the same ranges, wherever batches end', async () => {
      const first = await fill(numbered('a', 12), numbered('c', 9))
      await log.append(0, numbered('b', 5))
      const count = first.flat().length + 5
      const { source, opened } = await open()
      const whole = await batch(source)
      for (let maxRecords = 1; maxRecords < 14; maxRecords++) {
        const start = { logId: opened.logId, positions: opened.positions }
        const { source: again } = await open(start)
        const all: PlainRecord[] = []
        while (all.length < count) {
          const { records, plan } = await batch(again, { maxRecords })
          expect(plan.ranges.length).toBeGreaterThan(0)
          all.push(...records)
        }
        expect(sorted(all)).toEqual(sorted(whole.records))
        await again.close()
      }
    })

    it('goes on from every position', async () => {
      await log.append(0, numbered('a', 6))
      const { source, opened } = await open()
      const { records, result } = await batch(source)
      const end = result.find(({ partition }) => partition === 0)?.untilOffset ?? 0
      for (let i = 0; i <= records.length; i++) {
        const next = records[i]?.offset ?? end
        const positions = opened.positions.map((each) => (each.partition === 0 ? { ...each, next } : each))
        const { source: again, opened: reopened } = await open({ logId: opened.logId, positions })
        expect(reopened.positions).toEqual(positions)
        expect((await batch(again)).records).toEqual(records.slice(i))
        await again.close()
      }
    })

    it('begins with partitions that the state does not know at their log start', async ({ skip }) => {
      if (partitions === 1) skip('its only partition is in every state')
      await log.append(0, ['a'])
      await log.append(1, ['b'])
      const { opened } = await open()
      const positions = opened.positions.filter(({ partition }) => partition === 0).map(ahead(1))
      const { source, opened: reopened } = await open({ logId: opened.logId, positions })
      expect(reopened.positions[0]).toEqual(positions[0])
      expect((await batch(source)).records.map(({ value }) => value)).toEqual(['b'])
    })

    it('meets partitions that appear while it reads, and begins at their log start', async ({ skip }) => {
      if (log.grow === undefined) skip('it never has another partition')
      await fill(['a'], ['b'])
      const { source } = await open()
      const ends = await resultOf(source.ends(signal))
      await batch(source, { ends })
      await log.grow?.()
      await log.append(partitions, ['c', 'd'])
      // Until the ends that were fixed before; a partition without one is not read.
      const bounded = await batch(source, { ends })
      expect(bounded.plan).toEqual({ ranges: [], more: 'no' })
      const { plan, records } = await batch(source, { maxRecords: 1 })
      expect(plan.discovered).toMatchObject([{ partition: partitions, next: 0 }])
      expect(records.map(({ value }) => value)).toEqual(['c'])
      const next = await batch(source)
      expect(next.plan.discovered).toBeUndefined()
      expect(next.records.map(({ value }) => value)).toEqual(['d'])
    })

    it('refuses a position that is beyond the end of the log', async () => {
      await log.append(0, ['a'])
      const { opened } = await open()
      const start = { logId: opened.logId, positions: opened.positions.map(ahead(5)) }
      await expect(resultOf(create().open(start, signal))).rejects.toMatchObject({ exit: 79 })
    })

    it('closes after whatever happened before', async () => {
      await create().close()
      const { source } = await open()
      await source.close()
      await source.close()
    })

    it('stops when it is told to', async () => {
      await log.append(0, numbered('a', 3))
      const { source } = await open()
      const plan = await resultOf(source.plan(UNBOUNDED, signal))
      const stopped = AbortSignal.abort(new Error('enough'))
      await expect(collect(source.chunks(plan.ranges, stopped))).rejects.toThrow('enough')
    })
  })
}

function ahead(by: number): (position: Position) => Position {
  return (position) => ({ ...position, next: position.next + by })
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`)
}

function bounds({ topic, partition, fromOffset, untilOffset }: OffsetRange): unknown[] {
  return [topic, partition, fromOffset, untilOffset]
}

function sizeOfRange({ fromOffset, untilOffset }: OffsetRange): number {
  return untilOffset - fromOffset
}

function sizeOf(ranges: readonly OffsetRange[]): number {
  return ranges.reduce((sum, range) => sum + sizeOfRange(range), 0)
}
