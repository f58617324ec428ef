import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import * as t from '../../../src/types.ts'
import { query } from '../../support/sqlite.ts'
import { appended, CITY, COUNT, merged, statePath, thrown, write } from '../../support/sqlite-sink.ts'
import { openState } from '../../support/state-file.ts'

/** A state file in which somebody made tables before. */
async function prepared(sql: string): Promise<string> {
  const path = statePath()
  ;(await openState(path)).close()
  const database = new Database(path)
  database.exec(`DROP TABLE results; ${sql}`)
  database.close()
  return path
}

describe('names', () => {
  test.each(['', 'sprk_meta', 'SPRK_x', 'sqlite_master', 'a\0b', '\ud800'])('refuses the table %j', (table) => {
    expect(thrown(() => appended([COUNT], table).make())).toMatchObject({ exit: 78, code: 'E_TABLE_NAME' })
  })

  test('refuses columns that SQLite cannot have', () => {
    const schema = [COUNT, { name: 'COUNT', type: t.INT }, { name: 'nothing', type: t.VOID }, { name: '', type: t.INT }]
    expect(thrown(() => appended(schema).make()).problems).toHaveLength(3)
    expect(thrown(() => appended([]).make())).toMatchObject({ exit: 78 })
  })

  test.each(['select', 'a b', "it's", '"', 'Ümlaut', '🏰', '1', 'rowid', '__proto__'])('takes %j', async (name) => {
    const path = statePath()
    const subject = merged([{ name, type: t.STRING }], [[{ name: `${name}2`, type: t.BIGINT }, 'sum']], name)
    await write(path, subject, [[['a', 1n]], [['a', 2n]]])
    await write(path, subject, [[['a', 3n]]])
    expect(query(path, `SELECT * FROM "${name.replaceAll('"', '""')}"`)).toEqual([['a', 6]])
  })
})

describe('a table that exists', () => {
  const subject = merged([CITY], [[COUNT, 'sum']])

  test.each([
    'CREATE TABLE results (city TEXT, count INTEGER) STRICT',
    'CREATE TABLE results (count INT NOT NULL DEFAULT 0, city TEXT) STRICT',
    'CREATE TABLE results (city TEXT PRIMARY KEY, count INTEGER) STRICT',
    'CREATE TABLE results (city TEXT PRIMARY KEY, count INTEGER) STRICT, WITHOUT ROWID',
    'CREATE TABLE results (city TEXT UNIQUE, count INTEGER) STRICT; CREATE INDEX other ON results (count)',
  ])('is used where it fits: %s', async (sql) => {
    const path = await prepared(`${sql}; INSERT INTO results (city, count) VALUES ('a', 1), ('b', 1)`)
    await write(path, subject, [[['a', 1n]]])
    await write(path, subject, [[['a', 1n]]])
    expect(query(path, 'SELECT city, count FROM results ORDER BY city')).toEqual([
      ['a', 3],
      ['b', 1],
    ])
  })

  test.each([
    ['CREATE TABLE results (city TEXT, count INTEGER)', 'it is not STRICT'],
    ['CREATE TABLE results (city TEXT, count TEXT) STRICT', 'column count is TEXT, not INTEGER'],
    ['CREATE TABLE results (city TEXT) STRICT', 'column count is missing'],
    ['CREATE TABLE results (city TEXT, count INTEGER, n INTEGER) STRICT', "column n is not one of the stream's"],
    ['CREATE TABLE results (city TEXT, count INTEGER AS (1)) STRICT', 'column count is generated'],
    [
      'CREATE TABLE results (city TEXT, count INTEGER PRIMARY KEY) STRICT',
      'column count is INTEGER PRIMARY KEY, which cannot be NULL',
    ],
    [
      'CREATE TABLE results (city TEXT, count INTEGER UNIQUE) STRICT',
      'its unique index sqlite_autoindex_results_1 is not over the key',
    ],
    ['CREATE TABLE results (city TEXT COLLATE NOCASE, count INTEGER) STRICT', 'key city has a collation'],
    [
      'CREATE TABLE results (city TEXT COLLATE NOCASE UNIQUE, count INTEGER) STRICT',
      'its unique index sqlite_autoindex_results_1 is not over the key',
    ],
    [
      "CREATE TABLE results (city TEXT, count INTEGER) STRICT; INSERT INTO results VALUES ('a', 1), ('a', 2)",
      'several rows have the same key (city)',
    ],
    [
      'CREATE TABLE results (city TEXT, count INTEGER) STRICT; INSERT INTO results VALUES (NULL, 1), (NULL, 2)',
      'several rows have the same key (city)',
    ],
    [
      'CREATE TABLE results (city TEXT, count INTEGER) STRICT; CREATE UNIQUE INDEX sprk_key_results ON results (count)',
      'its index sprk_key_results is of another key',
    ],
    ['CREATE VIEW results AS SELECT 1 AS city, 2 AS count', 'it is a view'],
    ['CREATE VIRTUAL TABLE results USING fts5(city)', 'it is a virtual table'],
    ['CREATE TABLE other (a); CREATE INDEX Results ON other (a)', 'it is an index'],
  ])('is refused where it does not: %s', async (sql, difference) => {
    const path = await prepared(sql)
    await expect(write(path, subject, [])).rejects.toMatchObject({
      exit: 78,
      code: 'E_TABLE_MISMATCH',
      message: `table results exists and does not fit: ${difference}`,
    })
  })
})
