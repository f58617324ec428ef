import { describe, expect, test } from 'vitest'
import { allRows, type StringColumn } from '../../../src/column.ts'
import { Groups } from '../../../src/transforms/reduce-by-key/groups.ts'
import { STRING } from '../../../src/types.ts'
import { createDictionary, mixByte } from '../../../src/values/interning.ts'

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
})
