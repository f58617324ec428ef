import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Value } from '../../../src/column.ts'
import { sqliteSink } from '../../../src/sinks/sqlite/sink.ts'
import * as t from '../../../src/types.ts'
import { decimalText } from '../../../src/values/decimal.ts'
import { sinkInput } from '../../support/sink-input.ts'
import { query } from '../../support/sqlite.ts'
import {
  appended,
  CITY,
  COUNT,
  inAnyOrder,
  merged,
  results,
  statePath,
  thrown,
  write,
} from '../../support/sqlite-sink.ts'

describe('mode merge', () => {
  test('adds the results of each batch to those of its key', async () => {
    const path = statePath()
    const values = [
      [COUNT, 'sum'],
      [{ name: 'least', type: t.STRING }, 'min'],
    ] as const
    await write(path, merged([CITY], values), [
      [
        ['Berlin', 2n, 'm'],
        [null, 1n, null],
        ['', 5n, 'x'],
      ],
      [
        [null, 1n, 'b'],
        ['Berlin', 1n, 'k'],
        ['berlin', 7n, 'z'],
      ],
    ])
    const expected = [
      ['Berlin', 3, 'k'],
      [null, 2, 'b'],
      ['', 5, 'x'],
      ['berlin', 7, 'z'],
    ]
    expect(inAnyOrder(results(path))).toEqual(inAnyOrder(expected))
  })

  test.each<[string, t.DataType, readonly Value[]]>([
    ['string', t.STRING, [null, '', '1', '1.0', 'true', 'A', 'a', 'NULL', 'ä', 'a\u0308', ' ']],
    ['bigint', t.BIGINT, [null, 0n, 1n, -1n, 9_007_199_254_740_992n, 9_007_199_254_740_993n]],
    ['double', t.DOUBLE, [null, 0, 1, 1.5, 1e300, Number.POSITIVE_INFINITY, 2 ** 63, 2 ** 53 + 2]],
    ['boolean', t.BOOLEAN, [null, true, false]],
    ['binary', t.BINARY, [null, Uint8Array.of(), Uint8Array.of(49), Uint8Array.of(0)]],
    ['date', t.DATE, [null, 0, 1]],
  ])('keeps apart keys of type %s', async (_, type, keys) => {
    for (const others of [[], [{ name: 'other', type }]]) {
      const path = statePath()
      const key = [{ name: 'k', type }, ...others]
      const rows = keys.flatMap((k) =>
        others.length === 0 ? [[k, 1n]] : keys.map((other): readonly Value[] => [k, other, 1n]),
      )
      await write(path, merged(key, [[COUNT, 'sum']]), [rows, rows, rows])
      expect(query(path, 'SELECT count(*), min(count), max(count) FROM results')).toEqual([[rows.length, 3, 3]])
    }
  })

  test('keeps one row without a key', async () => {
    const path = statePath()
    await write(path, merged([], [[COUNT, 'sum']]), [[[2n]], [], [[3n]]])
    expect(results(path)).toEqual([[5]])
  })

  test('keeps rows that are keys alone', async () => {
    const path = statePath()
    await write(path, merged([CITY], []), [
      [['a'], [null]],
      [[null], ['b']],
    ])
    expect(inAnyOrder(results(path))).toEqual(inAnyOrder([['a'], [null], ['b']]))
  })

  test.each([
    [[CITY], [null]],
    [[CITY], ['x']],
    [
      [CITY, COUNT],
      [null, 1n],
    ],
    [[], []],
  ] as const)('guards the key %j against everybody else too', async (key, row) => {
    const path = statePath()
    await write(path, merged(key, [[{ name: 'n', type: t.INT }, 'sum']]), [[[...row, 1]]])
    const database = new Database(path)
    const insert = database.prepare(`INSERT INTO results VALUES (${[...row, 1].map(() => '?').join(', ')})`)
    expect(() => insert.run(...row, 1)).toThrow(/UNIQUE/)
    database.close()
  })

  test('finds rows by an index', async () => {
    const path = statePath()
    await write(path, merged([CITY], [[COUNT, 'sum']]), [])
    const plan = query(path, "EXPLAIN QUERY PLAN SELECT count FROM results WHERE city = 'x'")
    expect(plan.flat().join()).toContain('USING INDEX sprk_key_results')
  })

  test('sums decimals exactly', async () => {
    const path = statePath()
    const money: t.Field = { name: 'money', type: { kind: 'decimal', precision: 38, scale: 2 } }
    const first = [
      ['a', 10n ** 37n],
      [null, 1n],
    ] as const
    const others = [
      ['a', 10n],
      [null, -2n],
    ] as const
    await write(path, merged([CITY], [[money, 'sum']]), [first, ...Array.from({ length: 30 }, () => others)])
    const expected = [
      ['a', `1${'0'.repeat(32)}003.00`],
      [null, '-0.59'],
    ]
    expect(inAnyOrder(results(path))).toEqual(inAnyOrder(expected))
  })

  test('sums decimals of many keys at once as one by one', async () => {
    const decimal: t.DataType = { kind: 'decimal', precision: 30, scale: 2 }
    const keys: readonly (string | null)[] = [null, ...Array.from({ length: 120 }, (_, i) => `k${(i * 37) % 120}`)]
    for (const others of [[], [{ name: 'other', type: t.BIGINT }]]) {
      const path = statePath()
      const values = [
        [{ name: 'total', type: decimal }, 'sum'],
        [{ name: 'least', type: decimal }, 'min'],
      ] as const
      const rowsOf = (from: number, factor: bigint) =>
        keys.slice(from).map((key, i) => {
          const value = factor * BigInt(i + from)
          return [key, ...others.map(() => (i % 2 === 0 ? null : 7n)), value, -value] as const
        })
      // The last rows' keys are new, found, and there twice within a batch.
      const batches = [rowsOf(30, 10n ** 20n), rowsOf(0, 3n), [...rowsOf(0, 1n), ...rowsOf(0, 2n)]]
      await write(path, merged([CITY, ...others], values), batches)
      const expected = new Map<string, [sum: bigint, least: bigint]>()
      for (const [key, ...rest] of batches.flat()) {
        const [total, least] = rest.slice(-2) as [bigint, bigint]
        const name = JSON.stringify([key, ...rest.slice(0, -2).map(String)])
        const [sum, lowest] = expected.get(name) ?? [0n, least]
        expected.set(name, [sum + total, least < lowest ? least : lowest])
      }
      const text = (value: bigint) => decimalText(value, 2)
      expect(results(path).length).toBe(expected.size)
      for (const row of results(path)) {
        const [key, ...rest] = row as (string | number | null)[]
        const name = JSON.stringify([key, ...rest.slice(0, -2).map(String)])
        expect(rest.slice(-2)).toEqual(expected.get(name)?.map(text))
      }
    }
  })

  test('sums integers beyond 2^53 exactly', async () => {
    const path = statePath()
    const large = 9_007_199_254_740_993n
    await write(path, merged([CITY], [[COUNT, 'sum']]), [[['a', large]], [['a', 1n]], [['a', null]], [['a', large]]])
    expect(query(path, 'SELECT cast(count AS TEXT) FROM results')).toEqual([['18014398509481987']])
  })

  test('compares texts by their bytes, whatever the collation of the column', async () => {
    const path = statePath()
    const least: t.Field = { name: 'least', type: t.STRING }
    await write(path, appended([CITY]), [])
    const database = new Database(path)
    database.exec('DROP TABLE results; CREATE TABLE results (city TEXT, least TEXT COLLATE NOCASE) STRICT')
    database.close()
    await write(path, merged([CITY], [[least, 'min']]), [[['a', 'a']], [['a', 'B']], [['a', 'b']]])
    expect(results(path)).toEqual([['a', 'B']])
  })

  test('fails where a sum is no number', async () => {
    const path = statePath()
    const subject = merged([CITY], [[{ name: 'x', type: t.DOUBLE }, 'sum']])
    await write(path, subject, [[['a', Number.POSITIVE_INFINITY]], [['a', 1]], [['a', null]]])
    await expect(write(path, subject, [[['a', Number.NEGATIVE_INFINITY]]])).rejects.toMatchObject({
      exit: 65,
      code: 'E_NAN',
      message: 'table results, key a, column x: Infinity + -Infinity is NaN, which SQLite cannot store',
    })
  })

  test('fails where a sum overflows, with the key, and changes nothing', async () => {
    const path = statePath()
    const subject = merged([CITY], [[COUNT, 'sum']])
    const max = 9_223_372_036_854_775_807n
    await write(path, subject, [
      [
        ['a', 1n],
        ['b', max],
      ],
    ])
    const others = Array.from({ length: 99 }, (_, i) => [`c${i}`, 1n] as const)
    await expect(write(path, subject, [[...others, ['a', 1n], ['b', 1n]]])).rejects.toMatchObject({
      exit: 65,
      code: 'E_OVERFLOW',
      message: `table results, key b, column count: ${max} + 1 does not fit bigint`,
    })
    expect(query(path, 'SELECT city, cast(count AS TEXT) FROM results')).toEqual([
      ['a', '1'],
      ['b', String(max)],
    ])
  })

  test('merges into a table whose own rules let a statement fail by halves', async () => {
    const path = statePath()
    await write(path, appended([CITY, COUNT]), [])
    const database = new Database(path)
    database.exec('DROP TABLE results')
    database.exec('CREATE TABLE results (city TEXT, count INTEGER NOT NULL ON CONFLICT FAIL) STRICT')
    database.close()
    const rows = Array.from({ length: 60 }, (_, i) => [`c${i}`, 1n] as const)
    const others = rows.map(([city], i) => [city, i === 40 ? null : 1n] as const)
    await write(path, merged([CITY], [[COUNT, 'sum']]), [rows, others])
    expect(query(path, 'SELECT sum(count), min(count), max(count) FROM results')).toEqual([[119, 1, 2]])
  })

  test('gives the merged row to triggers of a user', async () => {
    const path = statePath()
    await write(path, merged([CITY], [[COUNT, 'sum']]), [[['a', 1n]]])
    const database = new Database(path)
    database.exec(`
      CREATE TABLE seen (count INTEGER) STRICT;
      CREATE TRIGGER look BEFORE INSERT ON results BEGIN INSERT INTO seen VALUES (new.count); END`)
    database.close()
    await write(path, merged([CITY], [[COUNT, 'sum']]), [[['a', 2n]]])
    expect(query(path, 'SELECT count FROM seen')).toEqual([[3]])
  })

  test('is refused without an aggregation', () => {
    const error = thrown(() => sqliteSink({ table: 'x', mode: 'merge' }, sinkInput([COUNT])))
    expect(error).toMatchObject({ exit: 78, code: 'E_MERGE' })
  })

  test('is refused for what cannot be merged, all at once', () => {
    const input = sinkInput([CITY, { name: 'mean', type: t.DOUBLE }, { name: 'last', type: t.VARIANT }], {
      keyColumns: 1,
      merges: [{ refused: 'an average of averages is wrong' }, 'max'],
      canonical: '',
    })
    const error = thrown(() => sqliteSink({ table: 'x', mode: 'merge' }, input))
    expect(error.exit).toBe(78)
    expect(error.problems.map(({ message, hint }) => [message, hint])).toEqual([
      ['column mean of table x cannot be merged', 'an average of averages is wrong'],
      ['column last of table x cannot be merged', 'there is no max of variant'],
    ])
  })
})
