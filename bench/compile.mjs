// @ts-check
// What it costs to parse, analyse and compile the expressions of a large pipeline, in a process that did it never before.
//
//   node bench/compile.mjs [--rounds N]
//
// Each round is a process of its own: its first and only compilation counts. As the installed program, it starts with
// the code cache of V8. Exits with 1 where the fastest round takes longer than LIMIT_MS.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { build } from 'rolldown'
import { exitOnSignals, positive, readOptions } from './harness/options.mjs'

const LIMIT_MS = 20
const EXPRESSIONS = 200

/** With `#` for a number, so that no two expressions are the same. */
const shapes = [
  'cast(amount as decimal(12,2)) * # + 1',
  'cast(quantity as bigint) % # = 0 AND amount > #',
  "CASE WHEN amount > # THEN 'large' WHEN amount > 1 THEN 'small' ELSE NULL END",
  "upper(trim(name)) LIKE '%A#%'",
  "regexp_extract(line, '^([a-z]+)-(\\\\d{1,3})#', 1)",
  "split(line, ',')[#]",
  "date_format(cast(time as timestamp), 'yyyy-MM-dd HH:mm')",
  "date_trunc('HOUR', cast(time as timestamp)) + INTERVAL # MINUTES",
  'coalesce(cast(quantity as int), #)',
  'transform(sequence(1, #), x -> x * x + cast(quantity as int))',
  'aggregate(array(1, 2, #), 0, (sum, x) -> sum + x)',
  "get_json_object(json, '$.items[#].id')",
  'json:items[#].id::int',
  "from_json(json, 'a int, b array<string>').b[#]",
  "sha2(concat(name, '#'), 256)",
  'round(sqrt(abs(cast(amount as double))), 2) + #',
  "if(name IN ('a', 'b', 'c#'), 1, 0)",
  "lpad(cast(quantity as string), 10, '#')",
  'datediff(cast(time as date), cast(time as date) - #)',
  "concat_ws('-', name, line, '#')",
]

const file = process.argv[2]
if (file?.endsWith('.cjs')) process.stdout.write(`${once(file)}\n`)
else await report()

async function report() {
  const { rounds } = readOptions({ rounds: { type: 'string', default: '7' } }, ({ rounds }) => ({
    rounds: positive('rounds', rounds),
  }))
  exitOnSignals()
  const folder = mkdtempSync(join(tmpdir(), 'sprk-bench-'))
  try {
    const bundle = join(folder, 'expressions.cjs')
    const input = fileURLToPath(new URL('../src/expressions/index.ts', import.meta.url))
    await build({ input, platform: 'node', output: { file: bundle, format: 'cjs' }, logLevel: 'silent' })
    const self = fileURLToPath(import.meta.url)
    const round = () => Number(execFileSync(process.execPath, [self, bundle], { encoding: 'utf8' }))
    // The first one makes the cache.
    round()
    const times = Array.from({ length: rounds }, round).sort((a, b) => a - b)
    const [least = 0] = times
    const middle = times[times.length >> 1] ?? 0
    process.stdout.write(
      `${EXPRESSIONS} expressions: least ${least.toFixed(1)} ms, median ${middle.toFixed(1)} ms of ${rounds} processes; limit ${LIMIT_MS} ms\n`,
    )
    if (least > LIMIT_MS) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Milliseconds. @param {string} bundle */
function once(bundle) {
  const cache = `${bundle}.cache`
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined
  const text = `(function (exports, require) {${readFileSync(bundle, 'utf8')}\n})`
  const script = new Script(text, { filename: bundle, cachedData })
  if (script.cachedDataRejected) throw new Error('V8 did not take the code cache')
  /** @type {any} */
  const module = {}
  script.runInThisContext()(module, createRequire(import.meta.url))
  const ms = compileAll(module.compileExpression)
  if (cachedData === undefined) writeFileSync(cache, script.createCachedData())
  return ms
}

/** @param {(source: string, scope: object, options: object) => unknown} compileExpression */
function compileAll(compileExpression) {
  const paths = ['amount', 'quantity', 'name', 'line', 'time', 'json']
  const scope = {
    resolve: (/** @type {string[]} */ [name]) => ({
      column: paths.indexOf(name ?? ''),
      type: { kind: name === 'name' || name === 'line' ? 'string' : 'variant' },
      used: 1,
    }),
    names: () => paths,
  }
  const sources = Array.from({ length: EXPRESSIONS }, (_, i) =>
    /** @type {string} */ (shapes[i % shapes.length]).replaceAll('#', String(1 + Math.floor(i / shapes.length))),
  )
  const start = performance.now()
  for (const source of sources) compileExpression(source, scope, { timeZone: 'UTC' })
  return performance.now() - start
}
