import { describe, expect, test } from 'vitest'
import { formatTable } from '../../../src/cli/print/table.ts'

const COLUMNS = [
  { title: 'topic', align: 'left' },
  { title: 'next', align: 'right' },
  { title: 'state', align: 'left' },
] as const

describe('a table', () => {
  test('is as wide as its widest cells, with numbers at the right and no space at the end', () => {
    const rows = [
      ['orders', '7', 'ok'],
      ['x', '12345', ''],
    ]
    expect(formatTable(COLUMNS, rows)).toEqual(['topic    next  state', 'orders      7  ok', 'x       12345'])
  })

  test('stands in columns where names are in characters of two columns', () => {
    const rows = [
      ['注文', '7', 'ok'],
      ['orders', '12', 'ok'],
      ['주문-🛒', '3', 'ok'],
    ]
    expect(formatTable(COLUMNS, rows)).toEqual([
      'topic    next  state',
      '注文        7  ok',
      'orders     12  ok',
      '주문-🛒     3  ok',
    ])
  })
})
