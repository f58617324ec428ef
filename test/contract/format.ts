// The laws of src/format.ts, for every format.

import { describe, expect, test } from 'vitest'
import { type Column, stringAt, Tag, type Value, valueAt } from '../../src/column.ts'
import type { FieldRequest, Format } from '../../src/format.ts'
import { chunkOf, collectRejects, type TestRecord } from '../support/chunk.ts'

export interface FormatSubject {
  readonly create: () => Format
  /** At least two fields. */
  readonly fields: readonly FieldRequest[]
  /** At least three payloads that the format takes; the first has a value in every field. */
  readonly accepted: readonly string[]
  /** Payloads that the format refuses; none where it takes every one. */
  readonly refused: readonly (string | Uint8Array)[]
}

export function describeFormat(name: string, subject: FormatSubject): void {
  const { create, fields, accepted, refused } = subject
  const open = () => create().open(fields)
  const first = accepted[0] as string

  describe(`format ${name}`, () => {
    test('gives one column for each field, in order, aligned with the records', () => {
      const inOrder = rowsOf(open().read(chunkOf(accepted), collectRejects()), accepted.length)
      const swapped = create()
        .open([...fields].reverse())
        .read(chunkOf(accepted), collectRejects())
      expect(inOrder.every((row) => row.length === fields.length)).toBe(true)
      expect(inOrder[0]).not.toContain(null)
      expect(rowsOf(swapped, accepted.length)).toEqual(inOrder.map((row) => [...row].reverse()))
    })

    test('gives columns of the types it tells', () => {
      const columns = open().read(chunkOf(accepted), collectRejects())
      expect(columns.map((column) => column.type)).toEqual(fields.map((field) => create().typeOf(field.path)))
    })

    test('gives the same values however records are cut into chunks', () => {
      const records = [...accepted, ...accepted]
      const whole = rowsOf(open().read(chunkOf(records), collectRejects()), records.length)
      const reader = open()
      const single = records.flatMap((record) => rowsOf(reader.read(chunkOf([record]), collectRejects()), 1))
      expect(single).toEqual(whole)
    })

    test('gives the same values whatever keys and headers stand around them', () => {
      const decorated = accepted.map(
        (value, i): TestRecord => ({ value, key: i % 2 ? '"}' : '', headers: [['a', '"']] }),
      )
      const plain = rowsOf(open().read(chunkOf(accepted), collectRejects()), accepted.length)
      expect(rowsOf(open().read(chunkOf(decorated), collectRejects()), accepted.length)).toEqual(plain)
    })

    test('gives NULL in every field of a null payload, and no error', () => {
      const rejects = collectRejects()
      const reader = open()
      reader.read(chunkOf([first, first, first]), rejects)
      const rows = rowsOf(reader.read(chunkOf([first, null, first]), rejects), 3)
      expect(rows[1]).toEqual(fields.map(() => null))
      expect(rows[2]).toEqual(rows[0])
      expect(rejects.all.size).toBe(0)
    })

    test('takes an empty chunk', () => {
      expect(open().read(chunkOf([]), collectRejects())).toHaveLength(fields.length)
    })

    for (const payload of refused) {
      test(`rejects ${JSON.stringify(String(payload))} once, with NULL in its fields`, () => {
        const rejects = collectRejects()
        const rows = rowsOf(open().read(chunkOf([first, payload, first]), rejects), 3)
        expect([...rejects.all.keys()]).toEqual([1])
        expect(rejects.all.get(1)).toHaveLength(1)
        expect(rows[1]).toEqual(fields.map(() => null))
        expect(rows[2]).toEqual(rows[0])
      })

      test(`rejects ${JSON.stringify(String(payload))} though no field is asked for`, () => {
        const rejects = collectRejects()
        expect(
          create()
            .open([])
            .read(chunkOf([payload]), rejects),
        ).toEqual([])
        expect(rejects.all.get(0)).toHaveLength(1)
      })
    }

    test("leaves the chunk's bytes as they were", () => {
      const values = [...accepted, null, ...refused]
      const chunk = chunkOf(values.map((value) => ({ value, headers: [['key', 'value']] })))
      const before = Buffer.from(chunk.bytes)
      open().read(chunk, collectRejects())
      expect(chunk.bytes.equals(before)).toBe(true)
    })

    test('gives strings that outlive the chunk', () => {
      const reader = open()
      const chunk = chunkOf(accepted)
      const kept = rowsOf(reader.read(chunk, collectRejects()), accepted.length)
      const copy = structuredClone(kept)
      chunk.bytes.fill(0)
      reader.read(chunkOf([null, null, null]), collectRejects())
      expect(kept).toEqual(copy)
    })

    test('makes the same text of a row with and without its dictionary', () => {
      const reader = open()
      for (let round = 0; round < 3; round++) {
        const columns = reader.read(chunkOf(accepted), collectRejects())
        for (const column of columns) {
          for (const row of stringRows(column, accepted.length)) expect(stringAt(...row)).toBe(row[0].textAt(row[1]))
        }
      }
    })
  })
}

type TextColumn = Extract<Column, { readonly layout: 'string' | 'variant' }>

function stringRows(column: Column, length: number): [TextColumn, number][] {
  if (column.layout !== 'string' && column.layout !== 'variant') return []
  const isText = (row: number) => (column.layout === 'variant' ? column.tags[row] !== Tag.NULL : !column.nulls?.[row])
  return Array.from({ length }, (_, row) => row)
    .filter(isText)
    .map((row) => [column, row])
}

function rowsOf(columns: readonly Column[], length: number): Value[][] {
  return Array.from({ length }, (_, row) => columns.map((column) => valueAt(column, row)))
}
