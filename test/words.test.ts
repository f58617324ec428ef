import { describe, expect, it } from 'vitest'
import { didYouMean } from '../src/words.ts'

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
