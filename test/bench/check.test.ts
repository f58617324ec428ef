import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it, test } from 'vitest'
import { isSlower, pairTable } from '../../bench/harness/pair-table.mjs'
import { geometricMean, median } from '../../bench/harness/statistics.mjs'

const check = (...args: string[]) => promisify(execFile)(process.execPath, ['bench/check.mjs', ...args])

describe('bench:check', () => {
  it('compares a built tree with this one', async () => {
    const { stdout } = await check('.', '--pairs', '2', '--only', 'help', '--broker', 'localhost:9')
    expect(stdout).toMatch(/^\| (\*\*)?`sprk --help`(\*\*)? \| \d\.\d\d \| \d\.\d\d \| \d\.\d{3} \| \d/m)
    expect(stdout).toContain('geometric means of 2 pairs with .')
  })

  test.each([
    [[], 'usage: '],
    [['no-such-commit'], 'no-such-commit: no commit'],
    [['.', '--only', 'nothing'], '--only nothing'],
    [['.', '--tree', 'test'], 'test: not built'],
  ])('refuses %j', async (args, message) => {
    await expect(check(...args)).rejects.toMatchObject({ code: 64, stderr: expect.stringContaining(message) })
  })

  it('names a case that needs more CPU time in all pairs, and none that differs by chance', () => {
    const run = (cpuS: number) => ({ wallS: 1, cpuS, rssMb: null, rate: null, latency: null })
    const before = [1, 1.1, 0.9, 1].map(run)
    const pairs = (...after: number[]) => ({ name: 'count', title: 'count', before, after: after.map(run) })
    expect(isSlower(pairs(1.1, 1.21, 0.99, 1.1))).toBe(true)
    expect(isSlower(pairs(1.02, 1.122, 0.918, 1.02))).toBe(false)
    expect(isSlower(pairs(0.9, 1.5, 0.8, 1.3))).toBe(false)
    expect(pairTable([pairs(1.1, 1.21, 0.99, 1.1)], 'abc', 5)).toContain('**count** | 1.00 | 1.10 | 1.100 |')
  })
})

describe('statistics', () => {
  it('gives the interval of Student', () => {
    // Logarithms 0, ln 2, 2 ln 2: mean ln 2, standard error ln 2 / sqrt 3; t for 2 degrees of freedom is 4.303.
    const half = (4.303 * Math.LN2) / Math.sqrt(3)
    const { mean, lower, upper } = geometricMean([1, 2, 4])
    expect(mean).toBeCloseTo(2)
    expect(Math.log(upper)).toBeCloseTo(Math.LN2 + half)
    expect(Math.log(lower)).toBeCloseTo(Math.LN2 - half)
    expect(geometricMean([1.5])).toEqual({ mean: 1.5, lower: 0, upper: Number.POSITIVE_INFINITY })
  })

  it('knows the percentile for 20 pairs', () => {
    const ratios = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? Math.E : 1 / Math.E))
    expect(Math.log(geometricMean(ratios).upper)).toBeCloseTo(2.093 * Math.sqrt(20 / 19 / 20), 3)
  })

  it('takes the middle', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
  })
})
