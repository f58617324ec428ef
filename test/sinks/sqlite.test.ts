import { describe, expect, test } from 'vitest'
import { type Reject, Tag } from '../../src/column.ts'
import { Exit, SprkError } from '../../src/errors.ts'
import * as t from '../../src/types.ts'
import { frameOf, rowsOf } from '../support/frame.ts'
import { hasSqliteShell, query, shell } from '../support/sqlite.ts'
import { appended, CITY, COUNT, merged, results, statePath, thrown, upserted, write } from '../support/sqlite-sink.ts'

describe('mode append', () => {
  test('stores values of all types as sqlite3 shows them', async () => {
    const schema: t.Schema = [
      { name: 'b', type: t.BOOLEAN },
      { name: 'i', type: t.BIGINT },
      { name: 'd', type: t.DOUBLE },
      { name: 's', type: t.STRING },
      { name: 'm', type: { kind: 'decimal', precision: 10, scale: 2 } },
      { name: 'at', type: t.TIMESTAMP },
      { name: 'day', type: t.DATE },
      { name: 'raw', type: t.BINARY },
      { name: 'list', type: { kind: 'array', element: t.INT } },
      { name: 'v', type: t.VARIANT },
    ]
    const path = statePath()
    const values = [true, 9_007_199_254_740_993n, 1, 'ä|b', 150n, 0, 0, Uint8Array.of(255), [1, 2]]
    await write(path, appended(schema), [
      [
        [...values, { tag: Tag.STRING, text: '1' }],
        [...values, { tag: Tag.NUMBER, text: '1' }],
        [...values, { tag: Tag.NUMBER, text: '1.0' }],
        schema.map(() => null),
      ],
    ])
    const common = [1, '9007199254740993', 1, 'ä|b', '1.50', '1970-01-01T00:00:00.000000Z', '1970-01-01', 'FF', '[1,2]']
    const sql =
      'SELECT b, cast(i AS TEXT), d, s, m, at, day, hex(raw), list, typeof(v), typeof(i), typeof(d) FROM results'
    expect(query(path, sql)).toEqual([
      [...common, 'text', 'integer', 'real'],
      [...common, 'integer', 'integer', 'real'],
      [...common, 'real', 'integer', 'real'],
      [null, null, null, null, null, null, null, '', null, 'null', 'null', 'null'],
    ])
    if (!hasSqliteShell) return
    expect(shell(path, 'SELECT b, i, d, s, m, at, day, hex(raw), list, v FROM results LIMIT 1')).toBe(
      '1|9007199254740993|1.0|ä|b|1.50|1970-01-01T00:00:00.000000Z|1970-01-01|FF|[1,2]|1\n',
    )
    expect(shell(path, '.schema results')).toBe(
      'CREATE TABLE IF NOT EXISTS "results" (\n  "b" INTEGER,\n  "i" INTEGER,\n  "d" REAL,\n  "s" TEXT,\n  "m" TEXT,\n  "at" TEXT,\n  "day" TEXT,\n  "raw" BLOB,\n  "list" TEXT,\n  "v" ANY\n) STRICT;\n',
    )
  })

  test.each([0, 1, 49, 50, 51, 149])('stores %i rows in their order', async (count) => {
    const path = statePath()
    const rows = Array.from({ length: count }, (_, i) => [`city ${i}`, BigInt(i)])
    await write(path, appended([CITY, COUNT]), [rows])
    expect(results(path)).toEqual(rows.map(([city, n]) => [city, Number(n)]))
  })

  test('stores rows of very many columns', async () => {
    const path = statePath()
    const schema = Array.from({ length: 1999 }, (_, i) => ({ name: `c${i}`, type: t.INT }))
    const row = schema.map((_, i) => i)
    await write(path, appended(schema), [Array(20).fill(row)])
    expect(results(path)).toEqual(Array(20).fill(row))
  })

  test('refuses records with values that cannot be stored, before anything is added', async () => {
    const schema = [{ name: 'd', type: t.DOUBLE }, CITY]
    const sink = appended(schema).make()
    const frame = frameOf(schema, [
      [Number.NaN, 'a'],
      [1, 'a'],
      [2, 'half \ud800'],
    ])
    sink.stage({ frame, selection: { rows: Int32Array.of(1, 2), count: 2 } })
    expect([...frame.rejected]).toEqual([
      [2, { code: 'E_SURROGATE', message: expect.stringMatching(/^column city of table results: a string with half/) }],
    ])
  })

  test('refuses a value that cannot be stored, through the frame and then for the batch', () => {
    const sink = appended([{ name: 'd', type: t.DOUBLE }]).make()
    const rows = rowsOf([{ name: 'd', type: t.DOUBLE }], [[1], [Number.NaN]])
    const rejected: unknown[] = []
    // As behind a fold, whose rows stand for many records.
    const reject = (record: number, why: Reject) => {
      rejected.push([record, why])
      throw new SprkError(Exit.BAD_RECORD, why)
    }
    const error = thrown(() => sink.stage({ ...rows, frame: { ...rows.frame, rejects: { reject } } }))
    expect(error).toMatchObject({
      exit: 65,
      code: 'E_NAN',
      message: expect.stringMatching(/^column d of table results/),
    })
    expect(rejected).toEqual([[1, { code: 'E_NAN', message: error.message }]])
  })
})

describe('what reading again does', () => {
  const MIN: t.Field = { name: 'least', type: t.BIGINT }

  test.each([
    [appended([CITY]), 'their rows are there twice'],
    [upserted([CITY], { key: ['city'] }), 'the rows of their keys are overwritten, in the end by what they hold now'],
    [merged([CITY], [[COUNT, 'sum']]), 'counts and sums have them twice'],
    [merged([CITY], [[MIN, 'min']]), 'nothing changes, since minima and maxima stay what they are'],
  ])('is said by mode (%#)', ({ make }, words) => {
    expect(make().whenReadAgain).toBe(`table results: ${words}`)
  })
})
