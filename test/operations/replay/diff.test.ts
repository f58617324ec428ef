import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { diffStates } from '../../../src/operations/replay/diff.ts'
import { openState, position, temporaryDirectory } from '../../support/state-file.ts'

type Value = string | number | bigint | null

/** Two state files with a table t(k ANY, v REAL, n INTEGER). */
async function compare(
  replayed: readonly Value[][],
  live: readonly Value[][],
  key: readonly string[] | null,
  isExact = false,
) {
  const directory = temporaryDirectory()
  const paths = { replayed: join(directory, 'replayed.db'), live: join(directory, 'live.db') }
  for (const [path, rows] of [
    [paths.replayed, replayed],
    [paths.live, live],
  ] as const) {
    const checkpoint = await openState(path)
    checkpoint.register('source', null, [position(0, rows.length)])
    checkpoint.close()
    const database = new Database(path)
    database.exec('CREATE TABLE t (k ANY, v REAL, n INTEGER) STRICT')
    for (const row of rows) database.prepare('INSERT INTO t VALUES (?, ?, ?)').run(row)
    database.close()
  }
  const { tables, positions } = diffStates({ ...paths, tables: [{ table: 't', key }], isExact, examples: 10 })
  return { ...tables[0], positions }
}

describe('diffStates', () => {
  test('takes tables with the same rows for equal, whatever their order', async () => {
    const rows: Value[][] = [
      ['a', 1.5, 1n],
      [null, null, 2n],
      ['a', 1.5, 1n],
      [1n, Infinity, 3n],
    ]
    for (const key of [null, ['k', 'n']]) {
      expect(await compare(rows, rows.toReversed(), key)).toMatchObject({
        onlyReplayed: 0,
        onlyLive: 0,
        different: 0,
        positions: [],
      })
    }
  })

  test('finds rows of one key that differ, and NULL keys', async () => {
    const found = await compare(
      [
        ['a', 1, 1n],
        [null, 1, 1n],
        ['b', 1, 1n],
      ],
      [
        ['a', 1, 2n],
        [null, 2, 1n],
        ['c', 1, 1n],
      ],
      ['k'],
    )
    expect(found).toMatchObject({ onlyReplayed: 1, onlyLive: 1, different: 2 })
    expect(found.examples).toEqual([
      { replayed: { k: null, v: 1, n: 1n }, live: { k: null, v: 2, n: 1n } },
      { replayed: { k: 'a', v: 1, n: 1n }, live: { k: 'a', v: 1, n: 2n } },
      { replayed: { k: 'b', v: 1, n: 1n }, live: null },
      { replayed: null, live: { k: 'c', v: 1, n: 1n } },
    ])
  })

  test('counts equal rows of a table without a key', async () => {
    expect(
      await compare(
        [
          ['a', 1, 1n],
          ['a', 1, 1n],
          ['a', 1, 1n],
        ],
        [
          ['a', 1, 1n],
          ['b', 1, 1n],
        ],
        null,
      ),
    ).toMatchObject({
      onlyReplayed: 2,
      onlyLive: 1,
      different: 0,
      positions: [{ topic: 'events', partition: 0, replayed: 3, live: 2 }],
    })
  })

  test.each([[['k']], [null]])('lets doubles differ a little, unless it is to be exact (key %s)', async (key) => {
    const [a, b]: Value[][][] = [
      [
        ['a', 1e6, 1n],
        ['b', 5, 1n],
      ],
      [
        ['a', 1e6 + 1e-4, 1n],
        ['b', 5.0001, 1n],
      ],
    ]
    const near = await compare(a ?? [], b ?? [], key)
    const exact = await compare(a ?? [], b ?? [], key, true)
    const differ = (n: number) =>
      key === null ? { onlyReplayed: n, onlyLive: n, different: 0 } : { onlyReplayed: 0, onlyLive: 0, different: n }
    expect([near, exact]).toMatchObject([differ(1), differ(2)])
  })

  test('tells text from numbers', async () => {
    expect(await compare([['1', 1, 1n]], [[1n, 1, 1n]], null)).toMatchObject({ onlyReplayed: 1, onlyLive: 1 })
  })
})
