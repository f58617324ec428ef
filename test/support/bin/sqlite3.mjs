// @ts-check
// As much of the sqlite3 shell as the documents show, so that no test depends on its being installed:
//
//   sqlite3 [-header] [-readonly] FILE SQL

import process from 'node:process'
import Database from 'better-sqlite3'

const args = process.argv.slice(2)
const options = args.filter((arg) => arg.startsWith('-'))
const [file = '', sql = ''] = args.filter((arg) => !arg.startsWith('-'))
const unknown = options.filter((option) => option !== '-header' && option !== '-readonly')
if (unknown.length > 0) throw new Error(`this sqlite3 does not know ${unknown.join(' ')}`)

const database = new Database(file, { readonly: options.includes('-readonly'), fileMustExist: true })
const statement = database.prepare(sql).safeIntegers()
if (statement.reader) {
  const names = statement.columns().map(({ name }) => name)
  if (options.includes('-header')) print(names)
  for (const row of statement.raw().iterate()) print(/** @type {unknown[]} */ (row))
} else {
  statement.run()
}
database.close()

/** @param {unknown[]} values */
function print(values) {
  process.stdout.write(`${values.map(show).join('|')}\n`)
}

/** @param {unknown} value */
function show(value) {
  if (value === null) return ''
  if (typeof value === 'number' && Number.isInteger(value)) return value.toFixed(1)
  return String(value)
}
