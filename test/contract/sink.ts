// The laws of src/sink.ts, for every sink, on a real state file.

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Checkpoint } from '../../src/checkpoint.ts'
import { allRows, type Value } from '../../src/column.ts'
import { type Sink, tablesOf } from '../../src/sink.ts'
import type { Rows } from '../../src/transform.ts'
import type { Schema } from '../../src/types.ts'
import { BATCH, origin, rowsOf } from '../support/frame.ts'
import { query } from '../support/sqlite.ts'
import { batchOf, openState, temporaryDirectory } from '../support/state-file.ts'

export interface SinkSubject {
  readonly create: () => Sink
  readonly schema: Schema
  /** Three different rows or more. */
  readonly rows: readonly (readonly Value[])[]
  /** What is in the sink's table now; null for a sink that writes nothing. */
  readonly read: ((path: string) => readonly unknown[]) | null
  /** Whether two rows stay two, in the order in which they were written. */
  readonly keepsRows: boolean
}

export function describeSink(name: string, subject: SinkSubject): void {
  const { create, schema, rows, keepsRows } = subject
  const read = subject.read ?? (() => [])

  async function openWith(sink: Sink): Promise<{ checkpoint: Checkpoint; path: string }> {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await openState(path, { onOpen: [(transaction) => sink.open(transaction)] })
    return { checkpoint, path }
  }

  const commit = (checkpoint: Checkpoint, sink: Sink) =>
    checkpoint.commit(batchOf(checkpoint.resume.lastBatchId + 1, []), (transaction) => {
      sink.write(transaction, checkpoint.resume.lastBatchId + 1)
    })

  /** What is in the table after one batch of these additions. */
  async function tableAfter(additions: readonly (readonly [number | null, Rows])[]): Promise<readonly unknown[]> {
    const sink = create()
    const { checkpoint, path } = await openWith(sink)
    for (const [partition, added] of additions) sink.stage(added).add(partition === null ? null : origin(partition))
    commit(checkpoint, sink)
    return read(path)
  }

  const one = (i: number) => rowsOf(schema, [rows[i] as readonly Value[]])

  describe(`sink ${name}`, () => {
    test('writes each row that was selected', async () => {
      const { frame } = rowsOf(schema, rows)
      const selection = { rows: Int32Array.of(1, 2, 99), count: 2 }
      expect(await tableAfter([[0, { frame, selection }]])).toEqual(
        await tableAfter([[0, rowsOf(schema, rows.slice(1, 3))]]),
      )
      if (subject.read !== null) expect(await tableAfter([[0, rowsOf(schema, rows)]])).toHaveLength(rows.length)
    })

    test('takes copies of what it is given', async () => {
      const sink = create()
      const { checkpoint, path } = await openWith(sink)
      const values = rows.map((row) => row.map((value) => (value instanceof Uint8Array ? value.slice() : value)))
      const columns = schema.map(({ type }, c) => ({
        layout: 'values' as const,
        type,
        values: values.map((r) => r[c] ?? null),
      }))
      const frame = { length: rows.length, columns, records: null, rejects: { reject() {} }, batch: BATCH }
      sink.stage({ frame, selection: allRows(rows.length) }).add(origin(0))
      for (const row of values) for (const value of row) if (value instanceof Uint8Array) value.fill(0)
      for (const column of columns) column.values.fill(null)
      commit(checkpoint, sink)
      expect(read(path)).toEqual(await tableAfter([[0, rowsOf(schema, rows)]]))
    })

    test('writes partitions in their order, whatever order they came in', async () => {
      const sorted = await tableAfter([
        [2, one(0)],
        [2, one(1)],
        [10, one(2)],
      ])
      const interleaved = await tableAfter([
        [2, one(0)],
        [10, one(2)],
        [2, one(1)],
      ])
      expect(interleaved).toEqual(sorted)
      const late = await tableAfter([
        [10, one(2)],
        [2, one(0)],
        [2, one(1)],
      ])
      expect(late).toEqual(sorted)
      if (keepsRows) {
        const swapped = await tableAfter([
          [2, one(1)],
          [2, one(0)],
          [10, one(2)],
        ])
        expect(swapped).not.toEqual(sorted)
      }
    })

    test('writes the same again after a batch that was rolled back', async () => {
      const sink = create()
      const { checkpoint, path } = await openWith(sink)
      sink.stage(rowsOf(schema, rows)).add(null)
      const failing = () =>
        checkpoint.commit(batchOf(1, []), (transaction) => {
          sink.write(transaction, 1)
          throw new TypeError('rolled back')
        })
      expect(failing).toThrow('rolled back')
      expect(read(path)).toEqual([])
      commit(checkpoint, sink)
      expect(read(path)).toEqual(await tableAfter([[null, rowsOf(schema, rows)]]))
    })

    test('forgets an abandoned batch', async () => {
      const sink = create()
      const { checkpoint, path } = await openWith(sink)
      sink.stage(rowsOf(schema, rows)).add(null)
      sink.abandoned()
      commit(checkpoint, sink)
      expect(read(path)).toEqual([])
    })

    test('keeps nothing of rows that were staged and not added', async () => {
      const sink = create()
      const { checkpoint, path } = await openWith(sink)
      sink.stage(rowsOf(schema, rows))
      sink.stage(one(0)).add(origin(0))
      sink.stage(rowsOf(schema, rows))
      commit(checkpoint, sink)
      expect(read(path)).toEqual(await tableAfter([[0, one(0)]]))
    })

    test('tells how much it keeps: of each row that was added, until the batch ends', () => {
      if (subject.read === null) return
      const sink = create()
      const longer = rows[0]?.map((value) => (typeof value === 'string' ? 'x'.repeat(5000) : value)) ?? []
      sink.stage(one(0))
      expect(sink.keptBytes()).toBe(0)
      sink.stage(one(0)).add(origin(0))
      const first = sink.keptBytes()
      expect(first).toBeGreaterThan(0)
      sink.stage(rowsOf(schema, [longer])).add(origin(1))
      expect(sink.keptBytes() - first).toBeGreaterThan(5000)
      expect(sink.keptBytes() - first).toBeLessThan(6000)
      sink.abandoned()
      expect(sink.keptBytes()).toBe(0)
      sink.stage(one(0)).add(origin(0))
      expect(sink.keptBytes()).toBe(first)
      sink.committed()
      expect(sink.keptBytes()).toBe(0)
    })

    test('forgets a batch that was committed', async () => {
      const sink = create()
      const { checkpoint, path } = await openWith(sink)
      sink.stage(one(0)).add(null)
      commit(checkpoint, sink)
      sink.committed()
      const before = read(path)
      commit(checkpoint, sink)
      expect(read(path)).toEqual(before)
    })

    test('goes on after a restart', async () => {
      const path = join(temporaryDirectory(), 'state.db')
      for (const i of [0, 1, 0]) {
        const sink = create()
        const checkpoint = await openState(path, { onOpen: [(transaction) => sink.open(transaction)] })
        sink.stage(one(i)).add(null)
        commit(checkpoint, sink)
        checkpoint.close()
      }
      const expected = create()
      const whole = await openWith(expected)
      for (const i of [0, 1, 0]) {
        expected.stage(one(i)).add(null)
        commit(whole.checkpoint, expected)
        expected.committed()
      }
      expect(read(path)).toEqual(read(whole.path))
      if (subject.read !== null) expect(read(path)).toHaveLength(keepsRows ? 3 : 2)
    })

    test('is known by one text', () => {
      expect(create().canonical).toBe(create().canonical)
      expect(create().targets.length > 0).toBe(subject.read !== null)
    })

    test('says the tables and indexes that it makes', async () => {
      const sink = create()
      const { path } = await openWith(sink)
      const made = query(
        path,
        "SELECT name FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*' AND tbl_name NOT GLOB 'sprk_*'",
      )
      const said = tablesOf(sink).flatMap(({ name, indexes }) => [name, ...indexes])
      expect(made.flat().sort()).toEqual([...said].sort())
      for (const { indexes, reservedIndexes } of tablesOf(sink))
        expect(reservedIndexes).toEqual(expect.arrayContaining([...indexes]))
    })
  })
}
