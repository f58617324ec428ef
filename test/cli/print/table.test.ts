import { describe, expect, test } from 'vitest'
import { formatTable } from '../../../src/cli/print/table.ts'
import { painted, plain } from '../../../src/reporters/style.ts'

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
    expect(formatTable(COLUMNS, rows).map(plain)).toEqual([
      'topic    next  state',
      'orders      7  ok',
      'x       12345',
    ])
  })

  test('stands in columns where names are in characters of two columns', () => {
    const rows = [
      ['注文', '7', 'ok'],
      ['orders', '12', 'ok'],
      ['주문-🛒', '3', 'ok'],
    ]
    expect(formatTable(COLUMNS, rows).map(plain)).toEqual([
      'topic    next  state',
      '注文        7  ok',
      'orders     12  ok',
      '주문-🛒     3  ok',
    ])
  })

  test('has its head set back, and lets nothing from outside out of its cell', () => {
    const rows = [['a\x1b[2J\nb', '1', 'ok\ufdd1']]
    const [head = '', ...body] = formatTable(COLUMNS, rows)
    expect(painted(head, (style, text) => `${style}: ${text}`)).toMatch(/^quiet: topic +next {2}state$/)
    expect(body).toEqual(['a\\u001b[2J\\nb     1  ok\\ufdd1'])
  })
})
