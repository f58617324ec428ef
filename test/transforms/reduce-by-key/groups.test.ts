import { describe, expect, test } from 'vitest'
import { allRows, type Column, type StringColumn } from '../../../src/column.ts'
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

const groupsOf = (groups: Groups, texts: readonly (string | null)[]) => [
  ...groups.groupsOf([dictionaryColumn(texts)], allRows(texts.length)),
]

describe('groups', () => {
  test('of ids are those of their dictionary', () => {
    const groups = new Groups(1)
    expect(groupsOf(groups, ['a', 'b', 'a', 'c'])).toEqual([0, 1, 0, 2])
    expect(groupsOf(groups, ['c', 'a', 'd', 'b'])).toEqual([2, 0, 3, 1])
    expect(groups.keys).toEqual([['a', 'b', 'c', 'd']])
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
    expect(byIds.keys).toEqual(byValues.keys)
    expect(byIds.keptBytes).toBeGreaterThan(byValues.keptBytes)
  })

  test('of numbers are the same in every layout', () => {
    const [typed, byValues] = [new Groups(1), new Groups(1)]
    const values = [0, -0, 1, 1, null, 1, Number.NaN, Number.NaN, 0, null, null, 2, Infinity, Infinity]
    for (const order of [values, [...values].reverse()]) {
      const expected = byValues.groupsOf([{ layout: 'values', type: DOUBLE, values: order }], allRows(order.length))
      expect([...typed.groupsOf([columnOf(DOUBLE, order)], allRows(order.length))]).toEqual([...expected])
    }
    expect(typed.keys).toEqual(byValues.keys)
  })
})
