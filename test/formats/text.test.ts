import { describe, expect, test } from 'vitest'
import { valueAt } from '../../src/column.ts'
import { textFormat } from '../../src/formats/text.ts'
import type { Chunk } from '../../src/record.ts'
import { describeFormat } from '../contract/format.ts'
import { chunkOf, collectRejects, type TestRecord } from '../support/chunk.ts'

const VALUE = { path: ['value'] }

describeFormat('text', {
  create: textFormat,
  fields: [VALUE, VALUE],
  accepted: ['São Paulo', '', ' \u0000 ', '日本 😀', 'x'.repeat(300)],
  refused: [[0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0xe6, 0x97]].map((bytes) =>
    Uint8Array.from(bytes),
  ),
})

function read(chunk: Chunk): unknown[] {
  const rejects = collectRejects()
  const [column] = textFormat().open([VALUE]).read(chunk, rejects)
  return Array.from({ length: chunk.length }, (_, i) => {
    const [reject] = rejects.all.get(i) ?? []
    return reject === undefined ? valueAt(column as never, i) : `${reject.code}: ${reject.message}`
  })
}

describe('text', () => {
  test('has the one column `value`', () => {
    expect(textFormat().schema?.map(({ name }) => name)).toEqual(['value'])
    expect(textFormat().typeOf(['other'])).toBeUndefined()
    expect(textFormat().typeOf(['value', 'x'])).toBeUndefined()
  })

  test.each([
    ['a lone byte of a sequence', [0x61, 0x80, 0x61], 1, '0x80'],
    ['a sequence that is cut', [0xc3, 0xa9, 0xe6, 0x97], 2, '0xE6'],
    ['a surrogate', [0x61, 0x61, 0xed, 0xa0, 0x80], 2, '0xED'],
  ])('names the byte of %s', (_, bytes, at, byte) => {
    expect(read(chunkOf([Uint8Array.from(bytes)]))).toEqual([`E_BAD_TEXT: not valid UTF-8 at byte ${at}: ${byte}`])
  })

  test('finds a character that is cut where the bytes behind would complete it', () => {
    // Without anything between them, two halves of one character look well-formed as a whole.
    const bytes = Buffer.from('aé!\n')
    const chunk = { ...chunkOf(['a', 'b']), bytes, valueStarts: Int32Array.of(0, 2), valueEnds: Int32Array.of(2, 4) }
    expect(read(chunk)).toEqual([
      'E_BAD_TEXT: not valid UTF-8 at byte 1: 0xC3',
      'E_BAD_TEXT: not valid UTF-8 at byte 0: 0xA9',
    ])
  })

  test('reads each record by itself where keys and headers are no text', () => {
    const binary = Uint8Array.of(0xff, 0xc3)
    const records = ['é', 'b', Uint8Array.of(0xc3), null].map((value): TestRecord => ({ value, key: binary }))
    expect(read(chunkOf(records))).toEqual(['é', 'b', 'E_BAD_TEXT: not valid UTF-8 at byte 0: 0xC3', null])
  })
})
