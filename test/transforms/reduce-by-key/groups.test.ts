import { describe, expect, test } from 'vitest'
import { allRows, type Column, type StringColumn, type Value, valueAt } from '../../../src/column.ts'
import { Groups } from '../../../src/transforms/reduce-by-key/groups.ts'
import { DOUBLE, STRING } from '../../../src/types.ts'
import { createDictionary, mixByte } from '../../../src/values/interning.ts'
import { columnOf, random, TestDictionary } from '../../expressions/support.ts'

/** A column of strings with the ids of a dictionary of its own. */
function dictionaryColumn(texts: readonly (string | null)[]): StringColumn {
  const dictionary = createDictionary()
  const ids = texts.map((text) => {
    const bytes = Buffer.from(text ?? '')
    return text === null ? -1 : dictionary.intern(bytes.reduce(mixByte, 0), bytes, 0, bytes.length)
  })
  return {
    layout: 'string',
    type: STRING,
    nulls: Uint8Array.from(texts, (text) => Number(text === null)),
    ids: Int32Array.from(ids),
    dictionary,
    textAt: (row) => texts[row] ?? '',
  }
}

/** Dictionaries have texts with a UTF-8. */
const storable = (text: string | null) => (text !== null && Buffer.from(text).toString() === text ? text : null)

const groupsOf = (groups: Groups, texts: readonly (string | null)[]) => [
  ...groups.groupsOf([dictionaryColumn(texts)], allRows(texts.length)),
]

/** The keys by column and group, as both ways give them. */
function keysOf(groups: Groups, columns: number): readonly (readonly Value[])[] {
  return Array.from({ length: columns }, (_, c) => {
    const column = groups.keysOf(c, STRING)
    const keys = Array.from({ length: groups.count }, (_, group) => valueAt(column, group))
    expect(keys).toEqual(keys.map((_, group) => groups.keyAt(c, group)))
    return keys
  })
}

/** A column of strings that stand in bytes, but for those that have no UTF-8 and for each `every`th row. */
function spansColumn(texts: readonly (string | null)[], every: number): StringColumn {
  const parts = texts.map((text) => Buffer.from(text ?? ''))
  const starts = new Int32Array(texts.length)
  const ends = new Int32Array(texts.length)
  let at = 0
  for (const [row, part] of parts.entries()) {
    const hasSpan = row % every !== 0 && part.toString() === texts[row]
    starts[row] = at
    at += part.length
    ends[row] = hasSpan ? at : -1
  }
  return {
    layout: 'string',
    type: STRING,
    nulls: texts.includes(null) ? Uint8Array.from(texts, (text) => Number(text === null)) : null,
    ids: null,
    dictionary: null,
    spans: { bytes: Buffer.concat(parts), starts, ends },
    textAt: (row) => texts[row] ?? '',
  }
}

/** Texts of which all have the same hash. */
function colliding(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) =>
    i.toString(2).padStart(10, '0').replaceAll('0', 'Aa').replaceAll('1', 'BB'),
  )
}

describe('groups', () => {
  test('of ids are those of their dictionary', () => {
    const groups = new Groups(1)
    expect(groupsOf(groups, ['a', 'b', 'a', 'c'])).toEqual([0, 1, 0, 2])
    expect(groupsOf(groups, ['c', 'a', 'd', 'b'])).toEqual([2, 0, 3, 1])
    expect(keysOf(groups, 1)).toEqual([['a', 'b', 'c', 'd']])
  })

  test('keep NULL apart from the text null', () => {
    const groups = new Groups(1)
    expect(groupsOf(groups, ['null', null, '', null])).toEqual([0, 1, 2, 1])
    expect(groups.groupOf(['null'])).toBe(0)
    expect(groups.groupOf([null])).toBe(1)
  })

  test('of several columns are the same with ids and without', () => {
    const pick = random(19)
    const texts = ['a', 'b', 'c', '', 'ab', 'null', null]
    const [byIds, byValues] = [new Groups(3), new Groups(3)]
    const dictionaries = [1, 2, 3].map(() => new TestDictionary())
    for (let chunk = 0; chunk < 6; chunk++) {
      // A new generation of one dictionary: its ids mean other strings.
      if (chunk === 3) dictionaries[1] = new TestDictionary()
      const values = dictionaries.map(() => Array.from({ length: 40 }, () => texts[pick(texts.length)] ?? null))
      const columns = values.map((column, c) => dictionaries[c]?.column(column, (row) => row % 9 !== c) as Column)
      const boxed = values.map((column): Column => ({ layout: 'values', type: STRING, values: column }))
      const expected = byValues.groupsOf(boxed, allRows(40))
      expect([...byIds.groupsOf(columns, allRows(40))]).toEqual([...expected])
    }
    expect(keysOf(byIds, 3)).toEqual(keysOf(byValues, 3))
    expect(byIds.keptBytes).toBeGreaterThan(byValues.keptBytes)
  })

  test('of texts are the same by their bytes, by ids and by values', () => {
    const pick = random(23)
    const pool = ['', 'null', 'a', 'ä', '\ufffd', '\ud800', '\udc00x', '🏰', 'k'.repeat(300), null]
    for (const special of [0, 40, 100, 200].map(colliding)) {
      const texts = [...pool, ...special, ...Array.from({ length: 3000 }, (_, i) => `order-${i * 7919}`)]
      const [byBytes, byValues] = [new Groups(1), new Groups(1)]
      for (let chunk = 0; chunk < 8; chunk++) {
        const values = Array.from({ length: 900 }, () => texts[pick(texts.length)] ?? null)
        const isText = chunk % 3 === 0
        const column = isText ? dictionaryColumn(values.map(storable)) : spansColumn(values, 7)
        const boxed: Column = { layout: 'values', type: STRING, values: isText ? values.map(storable) : values }
        const expected = byValues.groupsOf([boxed], allRows(values.length))
        expect([...byBytes.groupsOf([column], allRows(values.length))]).toEqual([...expected])
      }
      expect(keysOf(byBytes, 1)).toEqual(keysOf(byValues, 1))
      expect(byBytes.keptBytes).toBeGreaterThan(3000 * 10)
    }
  })

  test('of numbers are the same in every layout', () => {
    const [typed, byValues] = [new Groups(1), new Groups(1)]
    const values = [0, -0, 1, 1, null, 1, Number.NaN, Number.NaN, 0, null, null, 2, Infinity, Infinity]
    for (const order of [values, [...values].reverse()]) {
      const expected = byValues.groupsOf([{ layout: 'values', type: DOUBLE, values: order }], allRows(order.length))
      expect([...typed.groupsOf([columnOf(DOUBLE, order)], allRows(order.length))]).toEqual([...expected])
    }
    expect(keysOf(typed, 1)).toEqual(keysOf(byValues, 1))
  })
})
