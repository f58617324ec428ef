import { describe, expect, test } from 'vitest'
import { allRows, type Column, type ListColumn, type Value, valueAt } from '../../src/column.ts'
import { BIGINT, BOOLEAN, DOUBLE, STRING, VARIANT } from '../../src/types.ts'
import { elementsOf, repeated } from '../../src/values/elements.ts'
import { columnOf, spanned, TestDictionary, variant } from '../expressions/support.ts'

const LIST: ListColumn = {
  layout: 'list',
  type: { kind: 'array', element: STRING },
  nulls: Uint8Array.of(0, 1, 0, 0),
  starts: Int32Array.of(0, 2, 2, 2),
  ends: Int32Array.of(2, 2, 2, 5),
  elements: columnOf(STRING, ['a', 'b', 'c', null, 'e']),
}

function values(column: Column, length: number): readonly Value[] {
  return Array.from({ length }, (_, row) => valueAt(column, row))
}

describe('elements of lists', () => {
  test('are the column of elements itself where all lists are selected', () => {
    const { elements, origins } = elementsOf(LIST, STRING, allRows(4))
    expect(elements).toBe(LIST.elements)
    expect([...origins]).toEqual([0, 0, 3, 3, 3])
  })

  test('are those of the selected lists', () => {
    const { elements, origins } = elementsOf(LIST, STRING, { rows: Int32Array.of(1, 3), count: 2 })
    expect(values(elements, origins.length)).toEqual(['c', null, 'e'])
    expect([...origins]).toEqual([3, 3, 3])
  })

  test('are the same of boxed arrays', () => {
    const boxed: Column = { layout: 'values', type: LIST.type, values: values(LIST, 4) }
    expect(boxed.values).toEqual([['a', 'b'], null, [], ['c', null, 'e']])
    const { elements, origins } = elementsOf(boxed, STRING, allRows(4))
    expect(values(elements, origins.length)).toEqual(['a', 'b', 'c', null, 'e'])
    expect([...origins]).toEqual([0, 0, 3, 3, 3])
  })
})

describe('a column beside the elements', () => {
  const texts = ['x', null, 'Łódź']
  const jsons = ['"x"', 'null', '1.50'].map(variant)
  const columns: Readonly<Record<string, Column>> = {
    number: columnOf(DOUBLE, [1.5, null, -0]),
    bigint: columnOf(BIGINT, [2n ** 62n, null, -1n]),
    boolean: columnOf(BOOLEAN, [true, null, false]),
    string: columnOf(STRING, texts),
    'string with ids': new TestDictionary().column(texts, (row) => row === 0),
    'string in bytes': spanned(STRING, texts),
    variant: columnOf(VARIANT, jsons),
    'variant with ids': new TestDictionary().variants(jsons),
    list: { ...LIST, type: LIST.type },
    values: { layout: 'values', type: STRING, values: texts },
    constant: { layout: 'constant', type: STRING, value: 'always' },
  }
  const origins = Int32Array.of(2, 2, 0, 1, 1, 0)

  test.each(Object.keys(columns))('is repeated: %s', (layout) => {
    const column = columns[layout] as Column
    const expected = [...origins].map((row) => valueAt(column, row))
    expect(values(repeated(column, origins), origins.length)).toEqual(expected)
  })

  test('has its spans for each element', () => {
    const column = repeated(spanned(STRING, texts), origins)
    if (column.layout !== 'string' || column.spans === undefined) throw new Error('no spans')
    const { bytes, starts, ends } = column.spans
    expect(bytes.toString('utf8', starts[1], ends[1])).toBe('Łódź')
  })

  test('makes a long text once for all rows of one origin', () => {
    let made = 0
    const counting: Column = {
      ...columnOf(STRING, texts),
      layout: 'string',
      type: STRING,
      nulls: null,
      ids: null,
      dictionary: null,
      textAt: (row) => {
        made++
        return texts[row] as string
      },
    }
    expect(values(repeated(counting, Int32Array.of(2, 2, 2, 0)), 4)).toEqual(['Łódź', 'Łódź', 'Łódź', 'x'])
    expect(made).toBe(2)
  })
})
