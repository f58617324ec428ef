import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { SprkError } from '../../../src/errors.ts'
import { assertTable, isFunction, isReserved } from '../../../src/sinks/sqlite/names.ts'
import { STRING } from '../../../src/types.ts'

/** Names that a statement can read from in an empty database: without the virtual tables that need arguments. */
function* readable(database: Database.Database, names: Iterable<string>) {
  for (const name of names) {
    try {
      database.prepare(`SELECT * FROM "${name}"`)
      yield name
    } catch (error) {
      // There, but in need of arguments.
      if (!/no such table/.test(String(error))) yield name
    }
  }
}

/** They are registered when they are first called for. */
const JSON_FUNCTIONS = ['json_each', 'json_tree', 'jsonb_each', 'jsonb_tree']

test('takes no table of a name that SQLite itself can read from', () => {
  const database = new Database(':memory:')
  const modules = () => (database.pragma('module_list') as { name: string }[]).map(({ name }) => name)
  const pragmas = (database.pragma('pragma_list') as { name: string }[]).map(({ name }) => `pragma_${name}`)
  const functions = (database.pragma('function_list') as { name: string }[]).map(({ name }) => name)
  const candidates = new Set([...modules(), ...pragmas, ...functions, ...JSON_FUNCTIONS, 'sqlite_schema'])
  const found = new Set([...readable(database, candidates), ...readable(database, modules())])
  database.close()
  expect(found).toContain('pragma_table_info')
  expect(found).toContain('dbstat')
  expect(found).toContain('jsonb_each')
  expect([...found].filter((name) => !isFunction(name) && !isReserved(name))).toEqual([])
})

test.each(['pragma_table_info', 'PRAGMA_anything', 'Json_Each', 'dbstat', 'bytecode'])(
  'refuses the table %s',
  (name) => {
    expect(() => assertTable(name, [{ name: 'a', type: STRING }])).toThrow(SprkError)
  },
)

test.each(['pragma', 'json', 'fts5', 'rtree', 'each', 'stats'])('takes the table %s', (name) => {
  expect(() => assertTable(name, [{ name: 'a', type: STRING }])).not.toThrow()
})
