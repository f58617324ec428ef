import { describe, expect, it } from 'vitest'
import { alternatives, amount, count, cut, didYouMean, displayWidth, shortList } from '../src/words.ts'

describe('a misspelt name', () => {
  it.each([
    ['topcis', 'topics'],
    ['topic', 'topics'],
    ['REDUCEBYKEY', 'reduceByKey'],
    ['reduceKey', 'reduceByKey'],
    ['fliter', 'filter'],
    ['mpa', 'map'],
    ['filter', 'filter'],
  ])('%s stands for %s', (name, meant) => {
    expect(didYouMean(name, ['filter', 'map', 'reduceByKey', 'topics'])).toBe(meant)
  })

  it('stands for the nearest of several, the first of equals', () => {
    expect(didYouMean('countx', ['mounts', 'count', 'counter'])).toBe('count')
    expect(didYouMean('countx', ['counts', 'count'])).toBe('counts')
  })

  it.each(['', 'x', 'select', 'flatten', 'parallelism'])('that is like no other stands for none: %s', (name) => {
    expect(didYouMean(name, ['filter', 'map', 'reduceByKey', 'topics'])).toBeUndefined()
  })
})

describe('words', () => {
  it('have a singular', () => {
    expect([0, 1, 2].map((n) => amount(n, 'records'))).toEqual(['0 records', '1 record', '2 records'])
  })

  it('group the digits of large numbers', () => {
    expect([0, 999, 1000, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '1,234,567'])
  })

  it('join alternatives, and cut long lists', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(alternatives)).toEqual([
      '',
      '`a`',
      '`a` or `b`',
      '`a`, `b` or `c`',
    ])
    expect([shortList(['a', 'b']), shortList(['a', 'b', 'c'], 2)]).toEqual(['a, b', 'a, b and 1 more'])
  })

  it('cut long texts', () => {
    expect([cut('', 3), cut('abc', 3), cut('abcd', 3)]).toEqual(['', 'abc', 'abc…'])
  })

  it('take as many columns as terminals draw', () => {
    const widths = ['orders', '注文', '주문', 'ＡＢ', '🛒', 'e\u0301', '👩‍👩‍👧', ''].map(displayWidth)
    expect(widths).toEqual([6, 4, 4, 4, 2, 1, 2, 0])
  })
})
