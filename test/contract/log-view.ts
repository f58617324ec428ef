// What the view of a log promises, for every implementation.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogView } from '../../src/log.ts'
import { PartitionMap } from '../../src/partition-map.ts'
import { byTopicPartition, type TopicPartition } from '../../src/record.ts'
import type { Source } from '../../src/source.ts'
import { collect } from '../support/chunks.ts'
import { resultOf } from '../support/drain.ts'
import { byKey } from '../support/partitions.ts'

/** A log that a test can fill, with views of it and sources over it: what a view tells is what a source would read. */
export interface ViewedLog {
  /** Appends values to partition 0, or to partition 1 where there are two; they can be read when it returns. */
  append(partition: number, values: readonly string[]): Promise<void>
  /** A new view of all of the log, of a pipeline that begins at the log's beginning and has no mirror. */
  view(): LogView
  /** A new source of the same pipeline. */
  source(): Source
  /** A view of a log that does not answer. */
  viewAway(): LogView
  /** Of another log: nothing that the pipeline selects. */
  readonly other: TopicPartition
  /** Appends a record with a time, epoch milliseconds, to partition 0; absent: the log knows no times. */
  appendAt?(value: string, timestamp: number): Promise<void>
  /** Deletes what is below an offset of partition 0; absent: the log keeps all of it. */
  trim?(offset: number): Promise<void>
  /** A view with a mirror that holds an offset of partition 0 and what was written beside it; absent: it never has one. */
  viewMirrored?(offset: number, metadata: string): Promise<LogView>
  /** Frees what the log needed; views and sources are closed before. */
  close(): Promise<void>
}

export interface ViewSubject {
  readonly partitions: 1 | 2
  /** Whether a view waits for a log that is away; else it says at once what is wrong. */
  readonly waits: boolean
}

const CLOSED_WITHIN_MS = 2000

export function logViewContract(
  name: string,
  makeLog: () => Promise<ViewedLog>,
  { partitions, waits }: ViewSubject = { partitions: 2, waits: true },
): void {
  describe(`${name} as the view of a log`, () => {
    const { signal } = new AbortController()
    let log: ViewedLog
    let opened: { close(): Promise<void> }[]

    beforeEach(async () => {
      log = await makeLog()
      opened = []
    })

    afterEach(async () => {
      for (const each of opened) await each.close()
      await log.close()
    })

    const keep = <T extends { close(): Promise<void> }>(one: T): T => {
      opened.push(one)
      return one
    }

    const partitionsOf = async (view: LogView) => (await resultOf(view.partitions(signal))).partitions

    const boundsOf = async (view: LogView) => (await partitionsOf(view)).map(({ start, end }) => ({ start, end }))

    /** Opens a source for a new state. */
    const openSource = async () => {
      const source = keep(log.source())
      return { source, ...(await resultOf(source.open({ logId: null, positions: [] }, signal))) }
    }

    /** Offsets of partition 0, and where it ends. */
    const offsetsOf = async (): Promise<number[]> => {
      const { source } = await openSource()
      const limits = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }
      const { ranges } = await resultOf(source.plan(limits, signal))
      const { records, result } = await collect(source.chunks(ranges, signal))
      const offsets = records.filter(({ at }) => at.endsWith('/0')).map(({ offset }) => offset)
      return [...offsets, result.find(({ partition }) => partition === 0)?.untilOffset ?? 0]
    }

    const first = async (view: LogView): Promise<TopicPartition> => {
      const [at] = await partitionsOf(view)
      if (at === undefined) throw new Error('there is no partition')
      return at
    }

    it('tells all partitions, in order, and an empty log that ends where it starts', async () => {
      const all = await partitionsOf(keep(log.view()))
      expect(all.map(({ partition }) => partition)).toEqual(Array.from({ length: partitions }, (_, i) => i))
      expect(all).toEqual([...all].sort(byTopicPartition))
      for (const { start, end } of all) expect(end).toBe(start)
    })

    it('tells the same of the partitions that are there, where none is away, and starts of some of them', async () => {
      const view = keep(log.view())
      const all = await resultOf(view.partitions(signal))
      expect(await resultOf(view.partitions(signal, 'present'))).toEqual({ ...all, away: [] })
      const last = all.partitions.slice(-1)
      const starts = await resultOf(view.starts(signal, last))
      expect(starts.map(({ topic, partition }) => ({ topic, partition }))).toEqual(
        last.map(({ topic, partition }) => ({ topic, partition })),
      )
    })

    it('tells the ends that a source would read up to, and the same log', async () => {
      await log.append(0, ['a', 'b', 'c'])
      const { logId, partitions: all } = await resultOf(keep(log.view()).partitions(signal))
      const { source, ...opened } = await openSource()
      const ends = await resultOf(source.ends(signal))
      expect(byKey(PartitionMap.of(all, ({ end }) => end))).toEqual(byKey(ends))
      expect(all[0]?.end).toBeGreaterThan(all[0]?.start ?? 0)
      expect(logId).toBe(opened.logId)
    })

    it('looks at the log as it is, each time', async () => {
      const view = keep(log.view())
      const [before] = await boundsOf(view)
      await log.append(0, ['a'])
      const [once] = await boundsOf(view)
      await log.append(0, ['b'])
      const [twice] = await boundsOf(view)
      expect(once?.end).toBeGreaterThan(before?.end ?? Infinity)
      expect(twice?.end).toBeGreaterThan(once?.end ?? Infinity)
    })

    it('tells the first offset that is still there', async ({ skip }) => {
      if (log.trim === undefined) skip('nothing of it is ever deleted')
      await log.append(0, ['a', 'b', 'c'])
      await log.trim?.(2)
      expect((await boundsOf(keep(log.view())))[0]).toEqual({ start: 2, end: 3 })
    })

    it('selects what the pipeline reads, and nothing else, also of a log that is away', async () => {
      const all = await partitionsOf(keep(log.view()))
      for (const view of [keep(log.view()), keep(log.viewAway())]) {
        for (const { topic, partition } of all) expect(view.selects({ topic, partition })).toBe(true)
        expect(view.selects(log.other)).toBe(false)
      }
    })

    it('starts where a source opens a new state', async () => {
      await log.append(0, ['a'])
      const starts = await resultOf(keep(log.view()).starts(signal))
      expect(starts).toHaveLength(partitions)
      expect(starts).toEqual((await openSource()).positions)
    })

    it('finds the first record that is as late as a time, or the end', async ({ skip }) => {
      if (log.appendAt === undefined) skip('its records have no times')
      await log.appendAt?.('a', 1000)
      await log.appendAt?.('b', 3000)
      const view = keep(log.view())
      const at = await first(view)
      const found = async (timestamp: number) => {
        return (await resultOf(view.offsetsAt([at], timestamp, signal))).get(at)
      }
      expect([await found(0), await found(1000), await found(1001), await found(3000)]).toEqual([0, 0, 1, 1])
      expect(await found(3001)).toBe(2)
    })

    it('finds offsets of the partitions that are named, and of no others', async ({ skip }) => {
      if (log.appendAt === undefined) skip('its records have no times')
      const view = keep(log.view())
      const at = await first(view)
      const { topic, partition } = at
      expect([...(await resultOf(view.offsetsAt([at], 0, signal))).keys()]).toEqual([{ topic, partition }])
      expect((await resultOf(view.offsetsAt([], 0, signal))).size).toBe(0)
    })

    it('refuses times where it knows none', async ({ skip }) => {
      if (log.appendAt !== undefined) skip('its records have times')
      const view = keep(log.view())
      const asked = resultOf(view.offsetsAt([await first(view)], 0, signal))
      await expect(asked).rejects.toMatchObject({ exit: 64 })
    })

    it('tells an id that stays while the log grows, and that a source saves', async ({ skip }) => {
      const view = keep(log.view())
      if (view.identify !== undefined) skip('its id changes as it grows')
      const [before] = await partitionsOf(view)
      await log.append(0, ['a'])
      const [after] = await partitionsOf(view)
      const { positions } = await openSource()
      expect([after?.topicId, positions[0]?.topicId]).toEqual([before?.topicId, before?.topicId])
    })

    it('knows a log again by the id of its former size, and by no other', async ({ skip }) => {
      const view = keep(log.view())
      if (view.identify === undefined) skip('`partitions` tells ids that stay')
      await log.append(0, ['a'])
      const at = await first(view)
      const { positions } = await openSource()
      const known = await view.identify?.(at, null)
      expect(known).toBe(positions[0]?.topicId)
      await log.append(0, ['b'])
      const grown = await view.identify?.(at, null)
      expect(grown).not.toBe(known)
      expect(await view.identify?.(at, known ?? null)).toBe(known)
      expect(await view.identify?.(at, `${'f'.repeat(28)}0001`)).toBe(grown)
      // What `partitions` told would be compared with what is saved.
      expect((await partitionsOf(view))[0]?.topicId).toBeNull()
    })

    it('refuses offsets inside a record, and only these', async ({ skip }) => {
      const view = keep(log.view())
      if (view.refusal === undefined) skip('reading can begin at any offset')
      await log.append(0, ['abc', 'defg'])
      const at = await first(view)
      const offsets = await offsetsOf()
      expect(offsets).toHaveLength(3)
      for (const offset of offsets) {
        expect(await view.refusal?.(at, offset)).toBeNull()
        expect(await view.refusal?.(at, offset + 1)).toEqual(expect.any(String))
      }
    })

    it('can be read from any offset, where it refuses none', async ({ skip }) => {
      if (keep(log.view()).refusal !== undefined) skip('it refuses some')
      await log.append(0, ['a', 'b'])
      const { logId, positions } = await openSource()
      const end = (await offsetsOf()).at(-1) ?? 0
      for (let offset = 0; offset <= end; offset++) {
        const moved = positions.map((each) => (each.partition === 0 ? { ...each, next: offset } : each))
        const reopened = await resultOf(keep(log.source()).open({ logId, positions: moved }, signal))
        expect(reopened.positions).toEqual(moved)
      }
    })

    it('has no mirrored offsets without a mirror', async () => {
      expect(await resultOf(keep(log.view()).mirrored(signal))).toBeNull()
    })

    it('tells what the mirror holds', async ({ skip }) => {
      const viewMirrored = log.viewMirrored?.bind(log)
      if (viewMirrored === undefined) return skip('it never has a mirror')
      const view = keep(await viewMirrored(7, 'beside'))
      const mirrored = await resultOf(view.mirrored(signal))
      expect(mirrored?.size).toBe(1)
      expect(mirrored?.get(await first(view))).toMatchObject({ offset: 7, metadata: 'beside' })
    })

    it('waits for a log that is away, says so, and stops when it is told to', async ({ skip }) => {
      if (!waits) skip('waiting would not help')
      for (const ask of ['partitions', 'starts'] as const) {
        const stop = new AbortController()
        const asking = keep(log.viewAway())[ask](stop.signal)
        const { value, done } = await asking.next()
        expect(done).toBe(false)
        expect(value).toMatchObject({ message: expect.stringContaining('trying again') })
        const waiting = asking.next()
        stop.abort(new Error('enough'))
        await expect(waiting).rejects.toThrow('enough')
      }
    })

    it('says what is wrong with a log that is away, where waiting does not help', async ({ skip }) => {
      if (waits) skip('it waits')
      const view = keep(log.viewAway())
      await expect(resultOf(view.partitions(signal))).rejects.toMatchObject({ exit: 66 })
      await expect(resultOf(view.starts(signal))).rejects.toMatchObject({ exit: 66 })
    })

    it('closes without throwing, at once: unused, used, twice, away, and while it is asked', async () => {
      const closes = async (view: LogView) => {
        const startedAt = performance.now()
        await view.close()
        expect(performance.now() - startedAt).toBeLessThan(CLOSED_WITHIN_MS)
      }
      await closes(log.view())
      const used = log.view()
      await partitionsOf(used)
      await closes(used)
      await closes(used)
      const away = log.viewAway()
      const stop = new AbortController()
      const asking = away.partitions(stop.signal)
      await asking.next().catch(() => {})
      await closes(away)
      const asked = log.view()
      const answer = asked.partitions(stop.signal).next()
      answer.catch(() => {})
      await closes(asked)
      stop.abort(new Error('enough'))
      await asking.return(undefined as never)
      await answer.catch(() => {})
    })
  })
}
