// @ts-check
// The evaluators by class of operator beside plain JavaScript that a competent hand wrote for just this expression.
//
//   node bench/by-hand.mjs
//
// The two take turns, and the best round of each counts. Exits with 1 where an evaluator is slower than a third of the
// loop by hand, and names the classes.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'rolldown'
import { exitOnSignals } from './harness/options.mjs'

const ROWS = 8192
const ROUNDS = 7
const MIN_MS = 15
/** How many times slower than by hand an evaluator may be. */
const LIMIT = 3
const DAY_MICROS = 86_400_000_000

const rows = Array.from({ length: ROWS }, (_, row) => row)
/** One row of 50 is NULL. */
const nulls = Uint8Array.from(rows, (row) => (row % 50 === 7 ? 1 : 0))
const i = Float64Array.from(rows, (row) => ((row * 7919) % 1000) - 200)
const x = Float64Array.from(rows, (row) => (((row * 7919) % 10_000) - 3000) / 7)
const b = BigInt64Array.from(rows, (row) => BigInt((row * 104_729) % 100_000))
const ts = Float64Array.from(rows, (row) => Date.UTC(2026, 0, 1) * 1000 + row * 1_000_003_000)
const day = Float64Array.from(rows, (row) => 20_000 + (row % 900))
const s = rows.map((row) => ` The ${row % 5000} quick foxes-${row % 77} jump `)
const json = rows.map((row) => `{"id":${row},"city":"Ulm ${row % 91}","tags":["a","b"]}`)
const lists = rows.map((row) => [row % 7, row % 11, row % 13, row % 17])

const decimal = { kind: 'decimal', precision: 12, scale: 2 }
/** @type {Readonly<Record<string, {type: object, column: object}>>} */
const inputs = {
  i: numbers({ kind: 'int' }, i),
  x: numbers({ kind: 'double' }, x),
  ts: numbers({ kind: 'timestamp' }, ts),
  day: numbers({ kind: 'date' }, day),
  b: { type: { kind: 'bigint' }, column: { layout: 'bigint', type: { kind: 'bigint' }, values: b, nulls } },
  d: { type: decimal, column: { layout: 'bigint', type: decimal, values: b, nulls } },
  s: texts(s),
  json: texts(json),
  list: {
    type: { kind: 'array', element: { kind: 'int' } },
    column: { layout: 'values', type: { kind: 'array', element: { kind: 'int' } }, values: lists },
  },
}

/** @param {object} type @param {Float64Array} values */
function numbers(type, values) {
  return { type, column: { layout: 'number', type, values, nulls } }
}

/** @param {readonly string[]} values */
function texts(values) {
  const type = { kind: 'string' }
  const textAt = (/** @type {number} */ row) => values[row]
  return { type, column: { layout: 'string', type, nulls, ids: null, dictionary: null, textAt } }
}

/**
 * The loop for one function. Each class has a process of its own, so that V8 makes the loop's code for just that one.
 *
 * @param {'number' | 'boolean' | 'bigint' | 'any'} kind @param {(row: number) => any} value
 */
function loop(kind, value) {
  const make = { number: Float64Array, boolean: Uint8Array, bigint: BigInt64Array, any: Array }[kind]
  return () => {
    const out = new make(ROWS)
    for (let row = 0; row < ROWS; row++) if (nulls[row] === 0) out[row] = value(row)
    return out
  }
}

const at = (/** @type {ArrayLike<any>} */ values, /** @type {number} */ row) => values[row]
const date = (/** @type {number} */ row) => new Date(at(ts, row) / 1000)

/** @type {Readonly<Record<string, [string, () => unknown]>>} */
const classes = {
  'int +': ['i + 3', loop('number', (r) => at(i, r) + 3)],
  'int %': ['i % 10', loop('number', (r) => at(i, r) % 10)],
  'double × ÷': ['x * 2 / 3D', loop('number', (r) => (at(x, r) * 2) / 3)],
  'bigint × +': ['b * 3 + 1', loop('bigint', (r) => at(b, r) * 3n + 1n)],
  'decimal +': ['d + d', loop('any', (r) => at(b, r) + at(b, r))],
  'decimal ×': ['d * 3', loop('any', (r) => at(b, r) * 3n)],
  'decimal ÷': ['d / 3', loop('any', (r) => (at(b, r) * 10n ** 12n) / 3n)],
  'number >': ['x > 50', loop('boolean', (r) => at(x, r) > 50)],
  'bigint >=': ['b >= 500', loop('boolean', (r) => at(b, r) >= 500n)],
  'string =': ["s = 'fox'", loop('boolean', (r) => at(s, r) === 'fox')],
  'time <': ["ts < timestamp'2026-01-03 00:00:00'", loop('boolean', (r) => at(ts, r) < 1_767_398_400_000_000)],
  'AND, OR': ['x > 1 AND x < 90 OR i = 3', loop('boolean', (r) => (at(x, r) > 1 && at(x, r) < 90) || at(i, r) === 3)],
  NOT: ['NOT (x > 1)', loop('boolean', (r) => !(at(x, r) > 1))],
  'CASE of numbers': ['CASE WHEN x > 50 THEN x ELSE 0D END', loop('number', (r) => (at(x, r) > 50 ? at(x, r) : 0))],
  'CASE of strings': ["CASE WHEN x > 50 THEN s ELSE 'no' END", loop('any', (r) => (at(x, r) > 50 ? at(s, r) : 'no'))],
  IF: ["if(i > 5, 'many', 'few')", loop('any', (r) => (at(i, r) > 5 ? 'many' : 'few'))],
  coalesce: ['coalesce(x, 0D)', loop('number', (r) => at(x, r))],
  IN: ['i IN (1, 2, 3)', loop('boolean', (r) => at(i, r) === 1 || at(i, r) === 2 || at(i, r) === 3)],
  BETWEEN: ['i BETWEEN 5 AND 90', loop('boolean', (r) => at(i, r) >= 5 && at(i, r) <= 90)],
  LIKE: ["s LIKE '%foxes-7%'", loop('boolean', (r) => at(s, r).includes('foxes-7'))],
  RLIKE: ["s RLIKE 'fox.*7'", loop('boolean', (r) => /fox.*7/.test(at(s, r)))],
  'cast to string': ['cast(i as string)', loop('any', (r) => String(at(i, r)))],
  'cast to int': ['cast(x as int)', loop('number', (r) => Math.trunc(at(x, r)))],
  lower: ['lower(s)', loop('any', (r) => at(s, r).toLowerCase())],
  upper: ['upper(s)', loop('any', (r) => at(s, r).toUpperCase())],
  trim: ['trim(s)', loop('any', (r) => at(s, r).trim())],
  substring: ['substring(s, 2, 5)', loop('any', (r) => at(s, r).slice(1, 6))],
  length: ['length(s)', loop('number', (r) => at(s, r).length)],
  concat: ["concat(s, '!')", loop('any', (r) => `${at(s, r)}!`)],
  replace: ["replace(s, 'quick', 'slow')", loop('any', (r) => at(s, r).replaceAll('quick', 'slow'))],
  split: ["split(s, ' ')", loop('any', (r) => at(s, r).split(' '))],
  contains: ["contains(s, 'foxes-7')", loop('boolean', (r) => at(s, r).includes('foxes-7'))],
  startswith: ["startswith(s, ' The')", loop('boolean', (r) => at(s, r).startsWith(' The'))],
  lpad: ["lpad(s, 50, '0')", loop('any', (r) => at(s, r).padStart(50, '0'))],
  regexp_extract: ["regexp_extract(s, '([0-9]+)', 1)", loop('any', (r) => /([0-9]+)/.exec(at(s, r))?.[1] ?? '')],
  regexp_replace: ["regexp_replace(s, '[0-9]+', '#')", loop('any', (r) => at(s, r).replace(/[0-9]+/g, '#'))],
  sqrt: ['sqrt(x)', loop('number', (r) => Math.sqrt(at(x, r)))],
  round: ['round(x, 2)', loop('number', (r) => Math.round(at(x, r) * 100) / 100)],
  'abs of ints': ['abs(i)', loop('number', (r) => Math.abs(at(i, r)))],
  floor: ['floor(x)', loop('bigint', (r) => BigInt(Math.floor(at(x, r))))],
  pmod: ['pmod(i, 7)', loop('number', (r) => ((at(i, r) % 7) + 7) % 7)],
  year: ['year(day)', loop('number', (r) => new Date(at(day, r) * 86_400_000).getUTCFullYear())],
  hour: ['hour(ts)', loop('number', (r) => date(r).getUTCHours())],
  date_trunc: ["date_trunc('DAY', ts)", loop('number', (r) => Math.floor(at(ts, r) / DAY_MICROS) * DAY_MICROS)],
  'date_trunc, minute': ["date_trunc('MINUTE', ts)", loop('number', (r) => Math.floor(at(ts, r) / 6e7) * 6e7)],
  date_format: ["date_format(ts, 'yyyy-MM-dd')", loop('any', (r) => date(r).toISOString().slice(0, 10))],
  date_add: ['date_add(day, 3)', loop('number', (r) => at(day, r) + 3)],
  datediff: ["datediff(day, date'2026-01-01')", loop('number', (r) => at(day, r) - 20_454)],
  md5: ['md5(s)', loop('any', (r) => createHash('md5').update(at(s, r)).digest('hex'))],
  sha2: ['sha2(s, 256)', loop('any', (r) => createHash('sha256').update(at(s, r)).digest('hex'))],
  transform: ['transform(list, v -> v + 1)', loop('any', (r) => at(lists, r).map((/** @type {number} */ v) => v + 1))],
  filter: ['filter(list, v -> v > 3)', loop('any', (r) => at(lists, r).filter((/** @type {number} */ v) => v > 3))],
  aggregate: [
    'aggregate(list, 0, (sum, v) -> sum + v)',
    loop('number', (r) => at(lists, r).reduce((/** @type {number} */ sum, /** @type {number} */ v) => sum + v, 0)),
  ],
  get_json_object: ["get_json_object(json, '$.city')", loop('any', (r) => JSON.parse(at(json, r)).city)],
}

const [bundle, wanted = ''] = process.argv.slice(2)
if (bundle === undefined) await report()
else await measure(bundle, wanted)

async function report() {
  exitOnSignals()
  const folder = mkdtempSync(join(tmpdir(), 'sprk-bench-'))
  try {
    const file = join(folder, 'expressions.mjs')
    const input = fileURLToPath(new URL('../src/expressions/index.ts', import.meta.url))
    await build({ input, platform: 'node', output: { file }, logLevel: 'silent' })
    compareAll(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @param {string} file */
function compareAll(file) {
  const self = fileURLToPath(import.meta.url)
  const slow = []
  console.log(`${'M rows/s'.padEnd(20)}  evaluator    by hand   ratio`)
  for (const name of Object.keys(classes)) {
    const [rate, handRate] = JSON.parse(execFileSync(process.execPath, [self, file, name], { encoding: 'utf8' }))
    const ratio = rate / handRate
    if (ratio * LIMIT < 1) slow.push(name)
    const cells = [rate.toFixed(2).padStart(11), handRate.toFixed(2).padStart(11), ratio.toFixed(2).padStart(8)]
    console.log(`${name.padEnd(20)}${cells.join('')}`)
  }
  if (slow.length === 0) return
  console.error(`slower than a third of plain JavaScript: ${slow.join(', ')}`)
  process.exitCode = 1
}

/** Writes the rates of the evaluator and of the loop. @param {string} file @param {string} name */
async function measure(file, name) {
  const [source, byHand] = classes[name] ?? ['', () => {}]
  const evaluate = evaluatorOf((await import(pathToFileURL(file).href)).compileExpression, source)
  let [rate, handRate] = [0, 0]
  for (let round = 0; round < ROUNDS; round++) {
    rate = Math.max(rate, rateOf(evaluate))
    handRate = Math.max(handRate, rateOf(byHand))
  }
  process.stdout.write(JSON.stringify([rate, handRate]))
}

/** @param {any} compileExpression @param {string} source */
function evaluatorOf(compileExpression, source) {
  const names = Object.keys(inputs)
  const columns = Object.values(inputs).map((each) => each.column)
  const scope = {
    resolve: (/** @type {string[]} */ [name = '']) => {
      const input = inputs[name]
      return input && { column: names.indexOf(name), type: input.type, used: 1 }
    },
    names: () => names,
  }
  const { evaluate } = compileExpression(source, scope, { timeZone: 'UTC' })
  const selection = { rows: Int32Array.from(rows), count: ROWS }
  return () => {
    const result = evaluate({ length: ROWS, columns, records: null, rejects: { reject() {} }, batch: null }, selection)
    // What is made when it is asked for is part of the work.
    if (result.layout === 'string') for (const row of rows) if (result.nulls?.[row] !== 1) textOf(result, row)
    return result
  }
}

/** @param {any} column @param {number} row */
function textOf({ ids, dictionary, textAt }, row) {
  return ids !== null && ids[row] >= 0 ? dictionary.text(ids[row]) : textAt(row)
}

/** Million rows a second. @param {() => unknown} evaluate */
function rateOf(evaluate) {
  const start = performance.now()
  let done = 0
  while (performance.now() - start < MIN_MS) {
    evaluate()
    done += ROWS
  }
  return done / (performance.now() - start) / 1000
}
