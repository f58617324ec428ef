import { expect, test } from 'vitest'
import { allRows, type StringColumn, type Value } from '../../../src/column.ts'
import { textCells } from '../../../src/sinks/sqlite/text-cells.ts'
import { encoderOf, type Unstorable } from '../../../src/sinks/sqlite/value.ts'
import { STRING } from '../../../src/types.ts'
import { spanned } from '../../expressions/support.ts'

const take = (column: StringColumn, count: number) => {
  const refused: [number, string][] = []
  const refuse = (i: number, { code }: Unstorable) => void refused.push([i, code])
  const cells = textCells(column, encoderOf(STRING), allRows(count), refuse)
  return { cells, refused, values: Array.from({ length: count }, (_, i) => cells.at(i)) }
}

test('texts that stand in bytes are what they are, with characters beyond ASCII and without', () => {
  const texts: readonly Value[] = ['a', 'ä', '', null, 'b\u007f', '\u0080', '🏰', 'x'.repeat(3000), 'end', null]
  const column = spanned(STRING, texts, (row) => row !== 4) as StringColumn
  expect(take(column, texts.length).values).toEqual(texts)
})

test('short texts are kept in one string, so that a row takes little more than its characters', () => {
  const texts = Array.from({ length: 10_000 }, (_, i) => `user-${i}`)
  const { cells, values } = take(spanned(STRING, texts) as StringColumn, texts.length)
  expect(values).toEqual(texts)
  expect(cells.keptBytes).toBeLessThan(20 * texts.length)
})

test('a text of a dictionary is looked at once, and refused in each of its rows', () => {
  const texts = ['good', 'half \ud800']
  let looks = 0
  const dictionary = {
    size: 2,
    text: (id: number) => {
      looks++
      return texts[id] as string
    },
  }
  const ids = Int32Array.of(0, 1, 0, 1, 0)
  const textAt = (row: number) => texts[ids[row] as number] as string
  const column: StringColumn = { layout: 'string', type: STRING, nulls: null, ids, dictionary, textAt }
  const cells = textCells(column, encoderOf(STRING), allRows(3), () => {})
  expect(looks).toBeLessThanOrEqual(3)
  expect(cells.at(2)).toBe('good')
  expect(take(column, 5).refused).toEqual([
    [1, 'E_SURROGATE'],
    [3, 'E_SURROGATE'],
  ])
})
