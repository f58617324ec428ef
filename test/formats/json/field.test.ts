import { describe, expect, test } from 'vitest'
import { type Dictionary, stringAt, type VariantColumn } from '../../../src/column.ts'
import { jsonFormat } from '../../../src/formats/json/format.ts'
import { chunkOf, collectRejects } from '../../support/chunk.ts'
import { scanners } from '../../support/json-scanner.ts'

describe.each(scanners)('the dictionary of a JSON field, by %s,', (_, load) => {
  /** The columns of `a` for chunks of records whose `a` is `text(i)`, each with what is read from it. */
  function* chunks(count: number, size: number, text: (i: number) => string) {
    const reader = jsonFormat(load).open([{ path: ['a'] }])
    for (let i = 0; i < count; i += size) {
      const texts = Array.from({ length: size }, (_, k) => text(i + k))
      const [column] = reader.read(chunkOf(texts.map((a) => JSON.stringify({ a }))), collectRejects())
      yield { column: column as VariantColumn, texts }
    }
  }

  const right = ({ column, texts }: { column: VariantColumn; texts: string[] }) =>
    texts.every((text, row) => stringAt(column, row) === text)

  test('stays where strings come back', () => {
    const all = [...chunks(70_000, 7000, (i) => `city ${i % 1000}`)].map((chunk) => [
      right(chunk),
      chunk.column.dictionary,
    ])
    expect(all).toEqual(all.map(() => [true, all[0]?.[1]]))
    expect(all[0]?.[1]).not.toBeNull()
  })

  test('is switched off for good where they do not', () => {
    const off: boolean[] = []
    for (const chunk of chunks(150_000, 10_000, (i) => (i < 90_000 ? `id ${i}` : 'again'))) {
      expect(right(chunk)).toBe(true)
      expect(chunk.column.ids === null).toBe(chunk.column.dictionary === null)
      off.push(chunk.column.dictionary === null)
    }
    expect(off).toEqual([...Array(7).fill(false), ...Array(8).fill(true)])
  })

  test('begins a new generation when it is full; the old one keeps its texts', () => {
    const dictionaries = new Set<Dictionary>()
    for (const { column } of chunks(180_000, 30_000, (i) => `id ${i >> 1}`))
      dictionaries.add(column.dictionary as Dictionary)
    const [first, second, ...others] = dictionaries
    expect(others).toEqual([])
    // No text was read before the second generation took the place of the first.
    expect([0, 30_000, 65_535].map((id) => first?.text(id))).toEqual(['id 0', 'id 30000', 'id 65535'])
    expect([first?.size, second?.size, second?.text(0), second?.text(14_999)]).toEqual([
      65_536,
      15_000,
      'id 75000',
      'id 89999',
    ])
  })

  test('has no ids for rows that are no strings', () => {
    const reader = jsonFormat(load).open([{ path: ['a'] }])
    for (const a of ['"x"', '"y"']) reader.read(chunkOf(Array(5).fill(`{"a":${a}}`)), collectRejects())
    const records = ['{}', null, 'x', '{"a":null}', '{"a":1}']
    const [column] = reader.read(chunkOf(records), collectRejects())
    expect([...((column as VariantColumn).ids?.subarray(0, 5) ?? [])]).toEqual([-1, -1, -1, -1, -1])
  })

  test('has no strings above 64 bytes and none with escapes', () => {
    const texts = ['x'.repeat(64), 'x'.repeat(65), '"', 'é'.repeat(32), 'é'.repeat(33)]
    const [chunk] = [...chunks(5, 5, (i) => texts[i] as string)]
    expect([...(chunk?.column.ids?.subarray(0, 5) ?? [])]).toEqual([0, -1, -1, 1, -1])
    expect(chunk && right(chunk)).toBe(true)
  })
})
