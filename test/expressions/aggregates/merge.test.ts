// Aggregates give the same however rows are split into partitions and chunks.

import { describe, expect, it } from 'vitest'
import { type Column, type Value, valueAt } from '../../../src/column.ts'
import { AGGREGATES } from '../../../src/expressions/functions/aggregate-names.ts'
import { compileAggregates } from '../../../src/expressions/index.ts'
import { BIGINT, BOOLEAN, type DataType, DOUBLE, INT, STRING } from '../../../src/types.ts'
import { columnOf, frameOf, OPTIONS, random, scopeOf } from '../support.ts'

const GROUPS = 4
/** No row is of the last group. */
const USED = GROUPS - 1

const DECIMAL: DataType = { kind: 'decimal', precision: 20, scale: 2 }

const makes: readonly (readonly [string, DataType, (pick: (below: number) => number) => Value])[] = [
  ['i', INT, (pick) => [pick(9), pick(2000) - 1000, 2 ** 31 - 1, -(2 ** 31)][pick(4)] as number],
  ['l', BIGINT, (pick) => [BigInt(pick(5)), 2n ** 53n + BigInt(pick(9)), -(2n ** 40n)][pick(3)] as bigint],
  ['n', DECIMAL, (pick) => BigInt(pick(100_000)) * 10n ** BigInt(pick(12))],
  ['d', DOUBLE, (pick) => [pick(100) / 8, -0, 0, pick(1000) - 500][pick(4)] as number],
  ['e', DOUBLE, (pick) => [Number.NaN, Infinity, -0, 1][pick(4)] as number],
  ['s', STRING, (pick) => ['', 'a', 'Straße 😀', `x${pick(5)}`][pick(4)] as string],
  ['b', BOOLEAN, (pick) => pick(2) === 1],
  ['f', INT, (pick) => pick(4)],
  ['z', INT, () => null],
]

const schema = makes.map(([name, type]) => ({ name, type }))

/** Of doubles the last digits depend on how they are split. */
const ROUNDED = [
  ...['stddev', 'std', 'stddev_pop', 'stddev_samp', 'variance', 'var_pop', 'var_samp', 'skewness', 'kurtosis'].map(
    (name) => `${name}(d)`,
  ),
  ...['covar_pop', 'covar_samp', 'corr', 'regr_r2', 'regr_slope', 'regr_intercept'].map((name) => `${name}(d, i)`),
  ...['regr_sxx', 'regr_sxy', 'regr_syy', 'regr_avgx'].map((name) => `${name}(i, d)`),
]

const EXACT = [
  ...['count(*)', 'count(i)', 'count(i, s, d)', 'count_if(i > 3)', 'count(DISTINCT d)', 'count(DISTINCT i, s)'],
  ...[
    'sum(i)',
    'sum(n)',
    'try_sum(l)',
    'avg(n)',
    'try_avg(n)',
    'mean(i)',
    'sum(DISTINCT i)',
    'avg(DISTINCT n)',
    'sum(d)',
  ],
  ...['min(s)', 'max(e)', 'min(e)', 'bool_and(b)', 'every(b)', 'bool_or(b)', 'some(b)', 'any(b)'],
  ...['min_by(s, i)', 'max_by(i, d)', 'bit_and(l)', 'bit_or(i)', 'bit_xor(l)', 'bit_xor(DISTINCT i)'],
  ...['first(s)', 'first_value(s, true)', 'last(i) IGNORE NULLS', 'last_value(s)', 'any_value(i)'],
  ...[
    'collect_list(s)',
    'array_agg(DISTINCT s)',
    'collect_set(d)',
    'collect_list(i) RESPECT NULLS',
    'mode(s)',
    'mode(i, true)',
  ],
  ...["listagg(s, '-') WITHIN GROUP (ORDER BY f DESC, s)", "string_agg(s, ',')", "listagg(DISTINCT s, ',')"],
  ...[
    'median(d)',
    'percentile(i, 0.3)',
    'percentile(n, 0.7, f)',
    'percentile_cont(0.1) WITHIN GROUP (ORDER BY d DESC)',
  ],
  ...['percentile_disc(0.4) WITHIN GROUP (ORDER BY l)', 'percentile_approx(i, 0.3)', 'approx_percentile(n, 0.9, 100)'],
  ...['approx_count_distinct(s)', 'approx_count_distinct(l, 0.2)', 'regr_count(d, i)', 'regr_avgy(n, i)'],
  ...['sum(i) FILTER (WHERE b)', 'collect_list(s) FILTER (WHERE i > 0)', 'count(DISTINCT s) FILTER (WHERE b)'],
  ...[
    'first(s) FILTER (WHERE NOT b)',
    'sum(z)',
    'max(z)',
    'collect_list(z)',
    'median(z)',
    'count(DISTINCT z)',
    'mode(z)',
  ],
]

interface Rows {
  readonly columns: readonly Column[]
  readonly groups: Int32Array
  readonly length: number
}

function rowsOf(length: number, pick: (below: number) => number): Rows {
  const columns = makes.map(([, type, make]) =>
    columnOf(
      type,
      Array.from({ length }, () => (pick(5) === 0 ? null : make(pick))),
    ),
  )
  return { columns, groups: Int32Array.from({ length }, () => pick(USED)), length }
}

/** `parts` has the rows of each partition, in chunks. */
function aggregate(
  source: string,
  { columns, groups, length }: Rows,
  parts: readonly (readonly Int32Array[])[],
): Value[] {
  const { aggregates } = compileAggregates(source, scopeOf(schema), OPTIONS)
  const [{ open }] = aggregates as [(typeof aggregates)[0]]
  const frame = frameOf(columns, length)
  // Partitions number their groups as they meet them.
  const accumulators = parts.map((chunks, part) => {
    const accumulator = open()
    for (const rows of chunks) {
      const numbers = Int32Array.from(rows, (row) => ((groups[row] as number) + part) % GROUPS)
      accumulator.add(numbers, GROUPS, frame, { rows, count: rows.length })
    }
    return accumulator
  })
  const whole = open()
  accumulators.forEach((accumulator, part) => {
    const into = Int32Array.from({ length: GROUPS }, (_, g) => (g - part + GROUPS * parts.length) % GROUPS)
    whole.mergeFrom(accumulator, into, GROUPS)
  })
  const result = whole.result(GROUPS)
  return Array.from({ length: GROUPS }, (_, group) => valueAt(result, group))
}

function chunked(from: number, until: number, pick: (below: number) => number): Int32Array[] {
  const chunks: Int32Array[] = []
  for (let at = from; at < until; ) {
    const next = Math.min(until, at + 1 + pick(20))
    chunks.push(Int32Array.from({ length: next - at }, (_, i) => at + i))
    at = next
  }
  return chunks
}

function split(length: number, partitions: number, pick: (below: number) => number): Int32Array[][] {
  const cuts = Array.from({ length: partitions - 1 }, () => pick(length + 1)).sort((a, b) => a - b)
  return [0, ...cuts].map((from, i) => chunked(from, cuts[i] ?? length, pick))
}

function near(a: Value, b: Value): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return Object.is(a, b)
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
}

describe('partial aggregates', () => {
  it('are tested for every function', () => {
    const names = new Set([...EXACT, ...ROUNDED].map((source) => source.slice(0, source.indexOf('('))))
    expect([...AGGREGATES].filter((name) => !names.has(name))).toEqual([])
  })

  it.each([...EXACT, ...ROUNDED])('merge to the whole: %s', (source) => {
    const isRounded = ROUNDED.includes(source)
    for (const [seed, length] of [300, 60, 3, 1, 0].entries()) {
      const pick = random(seed + 7)
      const rows = rowsOf(length, pick)
      const whole = aggregate(source, rows, [[Int32Array.from({ length }, (_, i) => i)]])
      for (const partitions of [1, 2, 5]) {
        const merged = aggregate(source, rows, split(length, partitions, pick))
        if (isRounded)
          expect(
            merged.every((value, g) => near(value, whole[g] as Value)),
            `${merged} ${whole}`,
          ).toBe(true)
        else expect(merged).toEqual(whole)
      }
      const none = /^(?:count|regr_count|approx_count)/.test(source)
        ? 0n
        : /^(?:collect|array)/.test(source)
          ? []
          : null
      expect(whole[USED]).toEqual(none)
      if (/\(z\)/.test(source) || /DISTINCT z/.test(source)) expect(whole).toEqual(whole.map(() => none))
    }
  })
})
