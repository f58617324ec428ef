import { describe, expect, test } from 'vitest'
import { Tag, type Value } from '../../../src/column.ts'
import { sqliteSink } from '../../../src/sinks/sqlite/sink.ts'
import * as t from '../../../src/types.ts'
import { frameOf, origin, rowsOf } from '../../support/frame.ts'
import { randomFrom } from '../../support/random.ts'
import { sinkInput } from '../../support/sink-input.ts'
import { query } from '../../support/sqlite.ts'
import {
  CITY,
  COUNT,
  inAnyOrder,
  results,
  statePath,
  thrown,
  upserted,
  upsertOptions,
  write,
} from '../../support/sqlite-sink.ts'
import { batchOf, openState } from '../../support/state-file.ts'

const DELETED: t.Field = { name: 'deleted', type: t.BOOLEAN }
type Row = readonly Value[]

describe('mode upsert', () => {
  test('keeps the last row of each key, within a batch and across batches', async () => {
    const path = statePath()
    await write(path, upserted([CITY, COUNT], { key: ['city'] }), [
      [
        ['Berlin', 1n],
        [null, 2n],
        ['Berlin', 3n],
      ],
      [
        [null, 4n],
        ['berlin', 5n],
        ['', 6n],
      ],
    ])
    expect(inAnyOrder(results(path))).toEqual(
      inAnyOrder([
        ['Berlin', 3],
        [null, 4],
        ['berlin', 5],
        ['', 6],
      ]),
    )
  })

  test.each([1, 50, 149])('writes %i keys, and all of them again', async (count) => {
    const path = statePath()
    const batch = (n: bigint) => Array.from({ length: 2 * count }, (_, i): Row => [`city ${i % count}`, n + BigInt(i)])
    await write(path, upserted([CITY, COUNT], { key: ['city'] }), [batch(0n), batch(1000n)])
    expect(inAnyOrder(results(path))).toEqual(
      inAnyOrder(Array.from({ length: count }, (_, i) => [`city ${i}`, 1000 + count + i])),
    )
  })

  test('deletes the row of a key, whatever was dropped from the table', async () => {
    const path = statePath()
    const subject = upserted([CITY, COUNT, DELETED], { key: ['city'], deleteWhen: 'deleted', drop: ['deleted'] })
    await write(path, subject, [
      [
        ['a', 1n, false],
        ['b', 1n, false],
        [null, 1n, null],
        ['never', null, true],
      ],
      [
        ['a', null, true],
        [null, null, true],
        ['b', null, true],
        ['b', 2n, false],
        ['c', 1n, false],
        ['c', null, true],
      ],
    ])
    expect(results(path)).toEqual([['b', 2]])
    expect(query(path, "SELECT name FROM pragma_table_info('results')")).toEqual([['city'], ['count']])
  })

  test.each<[string, t.DataType, readonly Value[]]>([
    ['bigint', t.BIGINT, [null, -5n, 9n, 10n, 9_007_199_254_740_993n]],
    ['string', t.STRING, [null, '', '10', '9', 'ä', '\u{10000}']],
    ['decimal', { kind: 'decimal', precision: 10, scale: 2 }, [null, -1000n, -5n, 900n, 1000n]],
    ['timestamp', t.TIMESTAMP, [null, -1, 0, 1_700_000_000_000_000]],
    ['double', t.DOUBLE, [null, Number.NEGATIVE_INFINITY, -1, 1e300]],
  ])('keeps the greatest version of type %s, and the last of equal ones', async (_, type, ascending) => {
    const subject = upserted([CITY, { name: 'v', type }, COUNT], { key: ['city'], version: 'v' })
    const rows = ascending.map((version, i): Row => ['a', version, BigInt(i)])
    // The greatest come in the middle: neither the first nor the last row wins.
    const shuffled = rows.concat([...rows].reverse())
    for (const batches of [[shuffled], shuffled.map((row) => [row])]) {
      const path = statePath()
      await write(path, subject, batches)
      expect(query(path, 'SELECT count FROM results')).toEqual([[rows.length - 1]])
      await write(path, subject, [[['a', ascending.at(-1) ?? null, 99n]]])
      expect(query(path, 'SELECT count FROM results')).toEqual([[99]])
    }
  })

  test('reads a variant key as string', async () => {
    const path = statePath()
    const subject = upserted([{ name: 'odd `id', type: t.VARIANT }, COUNT], { key: ['`odd ``id`'] })
    const variants = [
      { tag: Tag.NUMBER, text: '1' },
      { tag: Tag.STRING, text: '1' },
      { tag: Tag.NUMBER, text: '1.0' },
      { tag: Tag.TRUE, text: 'true' },
      null,
    ]
    await write(path, subject, [variants.map((id, i): Row => [id, BigInt(i)])])
    expect(inAnyOrder(results(path))).toEqual(
      inAnyOrder([
        ['1', 1],
        ['1.0', 2],
        ['true', 3],
        [null, 4],
      ]),
    )
  })

  test('refuses records whose condition fails, before anything is added', () => {
    const schema = [CITY, { name: 'flag', type: t.VARIANT }]
    const sink = upserted(schema, { key: ['city'], deleteWhen: 'flag' }).make()
    const frame = frameOf(schema, [
      ['a', { tag: Tag.TRUE, text: 'true' }],
      ['b', { tag: Tag.OBJECT, text: '{}' }],
    ])
    sink.stage({ frame, selection: { rows: Int32Array.of(0, 1), count: 2 } })
    expect([...frame.rejected.keys()]).toEqual([1])
  })

  test('does not mistake -0 for another key than 0', async () => {
    const path = statePath()
    await write(path, upserted([{ name: 'x', type: t.DOUBLE }, COUNT], { key: ['x'] }), [
      [
        [0, 1n],
        [-0, 2n],
      ],
    ])
    expect(query(path, 'SELECT count FROM results')).toEqual([[2]])
  })

  test('stores a table of keys alone', async () => {
    const path = statePath()
    await write(path, upserted([CITY, COUNT], { key: ['count', 'city'] }), [
      [
        ['a', 1n],
        ['a', null],
        ['a', 1n],
      ],
      [['a', null]],
    ])
    expect(inAnyOrder(results(path))).toEqual(
      inAnyOrder([
        ['a', 1],
        ['a', null],
      ]),
    )
  })

  test('says all that is wrong with its options, each at its place', () => {
    const options = upsertOptions({
      key: ['town', 'city'],
      deleteWhen: 'count + 1',
      version: 'v',
      drop: ['city', 'v', 'x'],
    })
    const error = thrown(() => sqliteSink(options, sinkInput([CITY, COUNT, { name: 'v', type: t.VARIANT }])))
    expect(error.exit).toBe(78)
    expect(error.problems.map(({ code, message, hint }) => [code, message, hint])).toEqual([
      [
        'E_UNKNOWN_COLUMN',
        'table results: `key` must name columns, and there is no column town',
        'the columns are city, count, v; a map computes others',
      ],
      ['E_UNKNOWN_COLUMN', 'table results: `drop` must name columns, and there is no column x', 'did you mean v?'],
      ['E_TYPE', expect.stringMatching(/^deleteWhen needs a condition/), expect.anything()],
      ['E_UPSERT', 'table results: column city cannot be dropped: it is of the key', undefined],
      [
        'E_UPSERT',
        expect.stringMatching(/^table results: column v cannot be dropped: it is of the version/),
        undefined,
      ],
      [
        'E_UPSERT',
        'table results: column v cannot be the version: values of type variant have no order',
        'give it a type in a map: `v: cast(v as bigint)`',
      ],
    ])
    for (const { place } of error.problems) expect(place).toBeDefined()
  })

  test('is known by its key, version and condition', () => {
    const canonical = (texts: Parameters<typeof upserted>[1]) => upserted([CITY, COUNT], texts).make().canonical
    const all = [
      { key: ['city'] },
      { key: ['count'] },
      { key: ['city', 'count'] },
      { key: ['city'], version: 'count' },
      { key: ['city'], deleteWhen: 'count = 0' },
      { key: ['city'], deleteWhen: 'count = 1' },
      { key: ['city'], deleteWhen: 'count = 0', drop: ['count'] },
    ].map(canonical)
    expect(new Set(all).size).toBe(all.length)
    expect(canonical({ key: ['`city`'], deleteWhen: 'count=0' })).toBe(all[4])
  })
})

describe('mode upsert, compared with a plain model', () => {
  const schema: t.Schema = [
    { name: 'a', type: t.STRING },
    { name: 'b', type: t.BIGINT },
    { name: 'v', type: { kind: 'decimal', precision: 5, scale: 1 } },
    { name: 'n', type: t.INT },
    DELETED,
  ]

  /** Rows one after another, each at once. */
  function modelOf(rows: readonly Row[], keyWidth: number, isVersioned: boolean): readonly unknown[] {
    let table: Row[] = []
    const isSame = (x: Row, y: Row) => x.slice(0, keyWidth).every((value, i) => value === y[i])
    for (const row of rows) {
      const found = table.find((other) => isSame(row, other))
      const [mine, saved] = [row[2] as bigint | null, (found?.[2] ?? null) as bigint | null]
      const isOlder = saved !== null && (mine === null || mine < saved)
      if (isVersioned && found !== undefined && isOlder) continue
      table = table.filter((other) => other !== found)
      if (row[4] !== true) table.push(row)
    }
    return table.map((row) => row[3]).sort((x, y) => Number(x) - Number(y))
  }

  test.each(Array.from({ length: 40 }, (_, seed) => seed))('seed %i', async (seed) => {
    const random = randomFrom(seed)
    const pick = <T>(...choices: readonly T[]) => choices[Math.floor(random() * choices.length)] as T
    const [keyWidth, isVersioned] = [pick(1, 2), pick(true, false)]
    const texts = { key: ['a', 'b'].slice(0, keyWidth), deleteWhen: 'deleted', ...(isVersioned && { version: 'v' }) }
    const sink = upserted(schema, texts).make()
    const path = statePath()
    const checkpoint = await openState(path, { onOpen: [(transaction) => sink.open(transaction)] })
    const done: Row[] = []
    for (let batchId = 1; batchId <= 6; batchId++) {
      const partitions: [Row[], Row[]] = [[], []]
      for (let i = Math.floor(random() * 12); i > 0; i--) {
        const n = done.length + partitions[0].length + partitions[1].length
        const row = [
          pick('x', 'y', '', null),
          pick(1n, null),
          pick(null, -10n, 90n, 100n),
          n,
          pick(true, false, false, null),
        ]
        const partition = pick(0, 1)
        partitions[partition]?.push(row)
        sink.stage(rowsOf(schema, [row])).add(origin(partition))
      }
      done.push(...partitions.flat())
      checkpoint.commit(batchOf(batchId, []), (transaction) => sink.write(transaction, batchId))
      sink.committed()
      expect(query(path, 'SELECT n FROM results ORDER BY n').flat()).toEqual(modelOf(done, keyWidth, isVersioned))
    }
  })
})
