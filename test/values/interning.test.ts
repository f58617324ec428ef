import { describe, expect, test } from 'vitest'
import { stringAt, type VariantColumn } from '../../src/column.ts'
import { jsonFormat } from '../../src/formats/json/format.ts'
import { createDictionary, mixByte } from '../../src/values/interning.ts'
import { chunkOf, collectRejects } from '../support/chunk.ts'

const intern = (dictionary: ReturnType<typeof createDictionary>, text: string, hash?: number): number => {
  const bytes = Buffer.from(text)
  return dictionary.intern(hash ?? bytes.reduce(mixByte, 0), bytes, 0, bytes.length)
}

describe('dictionary', () => {
  test('numbers strings in the order of their first appearance', () => {
    const dictionary = createDictionary()
    expect(['b', 'a', '', 'b', 'São', 'a', ''].map((text) => intern(dictionary, text))).toEqual([0, 1, 2, 0, 3, 1, 2])
    expect([0, 1, 2, 3].map((id) => dictionary.text(id))).toEqual(['b', 'a', '', 'São'])
    expect(dictionary.size).toBe(4)
  })

  test('tells strings of equal hash apart', () => {
    const dictionary = createDictionary()
    expect(['Aa', 'BB', 'Aa', 'BB', 'A'].map((text) => intern(dictionary, text, 7))).toEqual([0, 1, 0, 1, 2])
  })

  test('leaves strings out that are made to collide, and keeps those it has', () => {
    const dictionary = createDictionary()
    const ids = Array.from({ length: 1000 }, (_, i) => intern(dictionary, `x${i}`, 7))
    expect(ids.filter((id) => id < 0).length).toBeGreaterThan(900)
    expect(intern(dictionary, 'x0', 7)).toBe(0)
  })

  test('takes 65,536 strings and no more', () => {
    const dictionary = createDictionary()
    const ids = Array.from({ length: 65_536 }, (_, i) => intern(dictionary, `user-${i}`))
    const inOrder = ids.filter((id) => id >= 0)
    expect(inOrder).toEqual(inOrder.map((_, i) => i))
    expect(dictionary.size).toBe(65_536)
    expect([0, 40_000, 65_535].map((id) => dictionary.text(id))).toEqual(['user-0', 'user-40000', 'user-65535'])
    expect(dictionary.full).toBe(false)
    expect(intern(dictionary, 'one more')).toBe(-1)
    expect(dictionary.full).toBe(true)
    expect([0, 7, 65_535].map((i) => intern(dictionary, `user-${i}`))).toEqual([0, 7, 65_535])
  })
})

describe('the dictionary of a JSON field', () => {
  /** The columns of `a` for chunks of records whose `a` is `text(i)`, each with what is read from it. */
  function* chunks(count: number, size: number, text: (i: number) => string) {
    const reader = jsonFormat().open([{ path: ['a'] }])
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

  test('begins a new generation when it is full', () => {
    const dictionaries = new Set()
    for (const chunk of chunks(300_000, 30_000, (i) => `id ${i >> 2}`)) {
      expect(right(chunk)).toBe(true)
      dictionaries.add(chunk.column.dictionary)
    }
    expect(dictionaries.size).toBe(2)
  })

  test('has no ids for rows that are no strings', () => {
    const reader = jsonFormat().open([{ path: ['a'] }])
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
