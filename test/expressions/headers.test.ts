// Headers of a record by their name, and the fields of structs in arrays.

import { describe, expect, it } from 'vitest'
import { METADATA_TYPES } from '../../src/metadata.ts'
import { type DataType, INT } from '../../src/types.ts'
import { columnOf, compileOver, run } from './support.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const POINTS: DataType = { kind: 'array', element: { kind: 'struct', fields: [{ name: 'x', type: INT }] } }
const SCHEMA = [
  { name: 'headers', type: METADATA_TYPES.headers },
  { name: 'points', type: POINTS },
]
const COLUMNS = [
  columnOf(METADATA_TYPES.headers, [
    [
      ['a', bytes('1')],
      ['trace-id', bytes('x')],
      ['a', bytes('2')],
      ['key', bytes('k')],
    ],
    [
      ['a', bytes('1')],
      ['a', null],
    ],
    [],
  ]),
  columnOf(POINTS, [[[1], [2]], [null, [null]], null]),
]
const values = (source: string) => run(compileOver(source, SCHEMA), COLUMNS, 3).values

describe('headers', () => {
  it.each([
    ["CAST(headers['a'] AS string)", ['2', null, null]],
    ['CAST(headers.a AS string)', ['2', null, null]],
    ["CAST(headers['trace-id'] AS string)", ['x', null, null]],
    ["CAST(headers['key'] AS string)", ['k', null, null]],
    ["CAST(headers['value'] AS string)", [null, null, null]],
  ])('are read by their name, the last one of it: %s', (source, expected) => {
    expect(values(source)).toEqual(expected)
  })

  it.each([
    ['headers.key', [['a', 'trace-id', 'a', 'key'], ['a', 'a'], []]],
    ['points.x', [[1, 2], [null, null], null]],
    ['CAST(headers[0].value AS string)', ['1', '1', null]],
    [
      "CAST(element_at(map_from_entries(filter(headers, h -> h.key = 'trace-id')), 'trace-id') AS string)",
      ['x', null, null],
    ],
  ])('are an array of structs: %s', (source, expected) => {
    expect(values(source)).toEqual(expected)
  })
})
