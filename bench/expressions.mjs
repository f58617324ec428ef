// @ts-check
// The evaluators by class of operator: million rows a second over whole columns whose texts stand in bytes.
//
//   node bench/expressions.mjs [TREE…]    trees of this project beside each other; this one by default
//
// Each tree takes its turn at each expression, so other work on the machine meets them alike.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'rolldown'

const ROWS = 16_384
const ROUNDS = 5
const MIN_MS = 40
/** Of Tag in src/column.ts. */
const [STRING, NUMBER] = [1, 2]

const classes = {
  'JSON number → double': 'cast(amount as double)',
  'JSON number → bigint': 'cast(quantity as bigint)',
  'JSON number → decimal': 'cast(amount as decimal(12,2))',
  'JSON number, no cast': 'amount > 50',
  'JSON string → date': 'cast(time as date)',
  'JSON string → timestamp': 'cast(time as timestamp)',
  'date + days': 'cast(time as date) + 30',
  'bigint arithmetic': 'cast(quantity as bigint) * 3 + 1',
  'int arithmetic': 'cast(quantity as int) % 10',
  'double arithmetic': 'amount / 3',
  'bigint comparison': 'cast(quantity as bigint) >= 500',
  'AND, OR': 'amount > 10 AND amount < 90 OR amount IS NULL',
  CASE: 'CASE WHEN amount > 50 THEN cast(amount as double) ELSE 0D END',
  coalesce: 'coalesce(cast(amount as double), 0D)',
  'IN of numbers': 'cast(quantity as int) IN (1, 2, 3)',
  'length of a text': 'length(cast(line as string))',
  'split of a text': "split(cast(line as string), ' ')",
  'upper of a text': 'upper(cast(line as string))',
}

/** @type {{rows: Int32Array, count: number}} */
const selection = { rows: Int32Array.from({ length: ROWS }, (_, row) => row), count: ROWS }

const columns = [
  variants(NUMBER, (row) => ((row * 7919) % 10_000) / 100),
  variants(NUMBER, (row) => (row * 7919) % 1000),
  variants(STRING, (row) => new Date(Date.UTC(2026, 0, 1) + row * 1_000_003).toISOString()),
  variants(STRING, (row) => `the ${row % 5000} quick brown foxes jump ${row % 77} times over the lazy dog`),
]

const folder = mkdtempSync(join(tmpdir(), 'sprk-bench-'))
try {
  await compare(process.argv.length > 2 ? process.argv.slice(2) : [fileURLToPath(new URL('..', import.meta.url))])
} finally {
  rmSync(folder, { recursive: true })
}

/** A column as the format json gives it. @param {number} tag @param {(row: number) => string | number} make */
function variants(tag, make) {
  const texts = Array.from({ length: ROWS }, (_, row) => String(make(row)))
  const bytes = Buffer.from(texts.join(''))
  let at = 0
  const ends = Int32Array.from(texts, (text) => {
    at += text.length
    return at
  })
  const starts = ends.map((end, row) => end - /** @type {string} */ (texts[row]).length)
  return {
    layout: 'variant',
    type: { kind: 'variant' },
    tags: new Uint8Array(ROWS).fill(tag),
    ids: null,
    dictionary: null,
    spans: { bytes, starts, ends },
    textAt: (/** @type {number} */ row) => bytes.toString('latin1', starts[row], ends[row]),
  }
}

/** @param {readonly string[]} trees */
async function compare(trees) {
  const modules = await Promise.all(trees.map(load))
  console.log(['class'.padEnd(26), ...trees.map((tree) => basename(resolve(tree)).padStart(12))].join(''))
  for (const [name, source] of Object.entries(classes)) {
    const rates = trees.map(() => 0)
    const evaluators = modules.map((module) => evaluatorOf(module, source))
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, evaluate] of evaluators.entries()) rates[i] = Math.max(rates[i] ?? 0, rateOf(evaluate))
    }
    console.log([name.padEnd(26), ...rates.map((rate) => rate.toFixed(1).padStart(12))].join(''))
  }
}

/** @param {string} tree @param {number} i */
async function load(tree, i) {
  const file = join(folder, `${i}.mjs`)
  await build({ input: join(tree, 'src/expressions/index.ts'), platform: 'node', output: { file }, logLevel: 'silent' })
  return import(pathToFileURL(file).href)
}

/** @param {any} module @param {string} source @returns {(frame: object, rows: object) => unknown} */
function evaluatorOf(module, source) {
  const paths = ['amount', 'quantity', 'time', 'line']
  const type = { kind: 'variant' }
  const scope = {
    resolve: (/** @type {string[]} */ [name]) => ({ column: paths.indexOf(name ?? ''), type, used: 1 }),
    names: () => paths,
  }
  return module.compileExpression(source, scope, { timeZone: 'UTC' }).evaluate
}

/** Million rows a second. @param {(frame: object, rows: object) => unknown} evaluate */
function rateOf(evaluate) {
  const frame = { length: ROWS, columns, records: null, rejects: { reject() {} }, batch: null }
  const start = performance.now()
  let rows = 0
  while (performance.now() - start < MIN_MS) {
    evaluate(frame, selection)
    rows += ROWS
  }
  return rows / (performance.now() - start) / 1000
}
