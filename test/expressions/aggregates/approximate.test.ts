// Approximations beside what Spark 4.3 answers, and within their bounds.

import { describe, expect, it } from 'vitest'
import { allRows, type Value, valueAt } from '../../../src/column.ts'
import { hashOf, XXHASH64 } from '../../../src/expressions/functions/hash-values.ts'
import { compileAggregates } from '../../../src/expressions/index.ts'
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE, FLOAT, INT, STRING } from '../../../src/types.ts'
import { columnOf, frameOf, OPTIONS, random, scopeOf } from '../support.ts'

/** The same with the rows in parts that are merged. */
function aggregate(source: string, type: DataType, values: readonly Value[], parts = 1): Value {
  const { aggregates } = compileAggregates(source, scopeOf([{ name: 'x', type }]), OPTIONS)
  const [{ open }] = aggregates as [(typeof aggregates)[0]]
  const whole = open()
  for (let part = 0; part < parts; part++) {
    const some = values.filter((_, i) => i % parts === part)
    const accumulator = open()
    const frame = frameOf([columnOf(type, some)], some.length)
    accumulator.add(new Int32Array(some.length), 1, frame, allRows(some.length))
    whole.mergeFrom(accumulator, new Int32Array(1), 1)
  }
  return valueAt(whole.result(1), 0)
}

const range = (length: number) => Array.from({ length }, (_, i) => BigInt(i))

describe('XXH64', () => {
  const decimal = (precision: number, scale: number): DataType => ({ kind: 'decimal', precision, scale })
  const long = 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz'

  it.each<[DataType, Value, bigint]>([
    [INT, 1, -6698625589789238999n],
    [BOOLEAN, true, -6698625589789238999n],
    [BIGINT, 1n, -7001672635703045582n],
    [STRING, 'abc', 1423657621850124518n],
    [STRING, long, -1782802557466636359n],
    [DOUBLE, 1.5, 7738255526519901366n],
    [DOUBLE, -0, -5252525462095825812n],
    [DOUBLE, Number.NaN, -3127944061524951246n],
    [FLOAT, 1.5, 6163473420726370430n],
    [DATE, 18262, 2299834470729022467n],
    [decimal(3, 2), 150n, -6873856301616164681n],
    [decimal(38, 10), 123456789012345678905000000000n, 7280968364475777497n],
    [{ kind: 'array', element: INT }, [1, 2], -8133857028838179022n],
  ])('of a value of %o is Spark’s', (type, value, hash) => {
    expect(BigInt.asIntN(64, hashOf(XXHASH64, type)(value, 42n))).toBe(hash)
  })
})

describe('approx_count_distinct', () => {
  it.each([
    [300, '', 296n],
    [1000, '', 1026n],
    [2000, '', 1947n],
    [10_000, '', 9571n],
    [20_000, ', 0.01', 19_867n],
    [60_000, ', 0.01', 60_000n],
    [60, ', 0.2', 67n],
    [60, ', 0.39', 51n],
  ])('estimates %i values%s as Spark does', (count, deviation, estimate) => {
    const source = `approx_count_distinct(x${deviation})`
    expect(aggregate(source, BIGINT, range(count))).toBe(estimate)
    expect(aggregate(source, BIGINT, [...range(count), ...range(count)], 3)).toBe(estimate)
  })

  it('estimates texts as Spark does', () => {
    expect(aggregate('approx_count_distinct(x)', STRING, range(1500).map(String))).toBe(1441n)
  })
})

describe('percentile_approx', () => {
  const one = (part: number, accuracy: number, type: DataType, values: readonly Value[], parts = 1) =>
    aggregate(`percentile_approx(x, ${part}D, ${accuracy})`, type, values, parts)

  it('gives what Spark gives', () => {
    expect([0.1, 0.5, 0.99].map((part) => one(part, 10, BIGINT, range(1000)))).toEqual([0n, 412n, 999n])
  })

  it('gives what Spark gives of more numbers than it collects', () => {
    const values = range(120_000).map((i) => (i * 7919n) % 100_003n)
    expect([0.1, 0.5, 0.99].map((part) => one(part, 100, BIGINT, values))).toEqual([9272n, 49_874n, 100_002n])
  })

  it('is exact for few numbers', () => {
    const pick = random(1)
    const values = Array.from({ length: 999 }, () => pick(10_000))
    const sorted = values.toSorted((a, b) => a - b)
    for (const part of [0, 0.001, 0.25, 0.5, 0.77, 1])
      expect(one(part, 10_000, INT, values, 4)).toBe(sorted[Math.max(0, Math.ceil(part * 999) - 1)])
  })

  it('keeps its bound of rank over merged parts', () => {
    const pick = random(2)
    const values = Array.from({ length: 30_000 }, () => pick(1_000_000))
    const sorted = values.toSorted((a, b) => a - b)
    for (const part of [0.05, 0.3, 0.5, 0.9]) {
      const found = one(part, 50, INT, values, 7) as number
      const rank = sorted.indexOf(found) / values.length
      expect(Math.abs(rank - part)).toBeLessThanOrEqual(1 / 50)
    }
  })
})
