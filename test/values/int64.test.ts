import { describe, expect, test } from 'vitest'
import { numberAt, setNumber, wordsOf } from '../../src/values/int64.ts'

const SAFE = [0n, 1n, -1n, 2n ** 31n, -(2n ** 31n), 2n ** 32n, -(2n ** 32n), 2n ** 32n - 1n, 123_456_789_012n]
const LIMIT = 2n ** 53n

describe('a 64-bit integer', () => {
  test('is a number where that holds it', () => {
    const values = BigInt64Array.from([...SAFE, LIMIT - 1n, -(2n ** 52n)])
    expect([...values].map((_, i) => numberAt(wordsOf(values), i))).toEqual([...values].map(Number))
  })

  test('is no number beyond', () => {
    const values = BigInt64Array.of(LIMIT, -LIMIT, LIMIT + 1n, -LIMIT - 1n, 2n ** 63n - 1n, -(2n ** 63n))
    expect([...values].map((_, i) => numberAt(wordsOf(values), i))).toEqual([...values].map(() => Number.NaN))
  })

  test('is set from a number', () => {
    const numbers = [...SAFE, LIMIT, -LIMIT, LIMIT - 1n, 1n - LIMIT].map(Number)
    const values = new BigInt64Array(numbers.length)
    numbers.forEach((number, i) => {
      setNumber(wordsOf(values), i, number)
    })
    expect([...values]).toEqual(numbers.map(BigInt))
  })

  test('of a part of a buffer is found in it', () => {
    const values = BigInt64Array.of(7n, 8n, 9n).subarray(1)
    expect(numberAt(wordsOf(values), 1)).toBe(9)
  })
})
