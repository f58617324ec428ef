// @ts-check
// As much of the sqlite3 shell as the documents show, so that no test depends on its being installed:
//
//   sqlite3 [-header] [-box] [-readonly] FILE SQL
//   sqlite3 'file:FILE?immutable=1' SQL

import { readFileSync } from 'node:fs'
import process from 'node:process'
import Database from 'better-sqlite3'

const known = ['-box', '-header', '-readonly']
const args = process.argv.slice(2)
const options = args.filter((arg) => arg.startsWith('-'))
const [file = '', sql = ''] = args.filter((arg) => !arg.startsWith('-'))
const unknown = options.filter((option) => !known.includes(option))
if (unknown.length > 0) throw new Error(`this sqlite3 does not know ${unknown.join(' ')}`)

const [, immutable] = /^file:(.*)\?immutable=1$/.exec(file) ?? []
const database =
  immutable === undefined
    ? new Database(file, { readonly: options.includes('-readonly'), fileMustExist: true })
    : new Database(withoutWal(immutable))
const statement = database.prepare(sql).safeIntegers()
if (statement.reader) {
  const names = statement.columns().map(({ name }) => name)
  const rows = statement
    .raw()
    .all()
    .map((row) => /** @type {unknown[]} */ (row).map(show))
  const lines = options.includes('-box')
    ? box(names, rows)
    : list(options.includes('-header') ? [names, ...rows] : rows)
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
} else {
  statement.run()
}
database.close()

/** better-sqlite3 knows no URIs: the bytes as a database that is not in WAL mode. @param {string} path */
function withoutWal(path) {
  return readFileSync(path).fill(1, 18, 20)
}

/** @param {string[][]} rows */
function list(rows) {
  return rows.map((row) => row.join('|'))
}

/** Names in the middle, values to the left. @param {string[]} names @param {string[][]} rows */
function box(names, rows) {
  if (rows.length === 0) return []
  const widths = names.map((name, i) =>
    Math.max(...[name, ...rows.map((row) => row[i] ?? '')].map((cell) => cell.length)),
  )
  const rule = (/** @type {string} */ left, /** @type {string} */ middle, /** @type {string} */ right) =>
    left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right
  const row = (/** @type {string[]} */ cells) => `│ ${cells.join(' │ ')} │`
  const width = (/** @type {number} */ i) => widths[i] ?? 0
  return [
    rule('┌', '┬', '┐'),
    row(names.map((name, i) => name.padStart(Math.floor((width(i) + name.length) / 2)).padEnd(width(i)))),
    rule('├', '┼', '┤'),
    ...rows.map((cells) => row(cells.map((cell, i) => cell.padEnd(width(i))))),
    rule('└', '┴', '┘'),
  ]
}

/** @param {unknown} value */
function show(value) {
  if (value === null) return ''
  if (typeof value === 'number' && Number.isInteger(value)) return value.toFixed(1)
  return String(value)
}
