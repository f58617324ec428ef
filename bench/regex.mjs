// @ts-check
// Regular expressions in linear time: patterns that are known to be bad, over texts of 10 kB and of 100 kB.
//
//   npm run bench:regex
//
// A search, a replacement of all matches, the extraction of all groups and a split are timed. Fails where the longer text
// takes more than 15 times as long, or where a pattern is refused.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'rolldown'
import { patterns, textOf } from './regex-patterns.mjs'

const [SHORT, LONG] = [10_000, 100_000]
const MOST = 15
const ROUNDS = 3
/** The short text is looked at so often for one time: the work is then that of the long one, and the clock sees it. */
const TIMES = LONG / SHORT
/** Times below this are noise beside a clock. */
const LEAST_MS = 0.5

/** @type {Readonly<Record<string, (pattern: string) => string>>} */
const OPERATIONS = {
  find: (pattern) => `s RLIKE r'${pattern}'`,
  replace: (pattern) => `length(regexp_replace(s, r'${pattern}', '-'))`,
  extract: (pattern) => `length(CAST(regexp_extract_all(s, r'${pattern}', 0) AS string))`,
  split: (pattern) => `length(CAST(split(s, r'${pattern}') AS string))`,
}

const folder = mkdtempSync(join(tmpdir(), 'sprk-bench-'))
try {
  const file = join(folder, 'expressions.mjs')
  const input = fileURLToPath(new URL('../src/expressions/index.ts', import.meta.url))
  await build({ input, platform: 'node', output: { file }, logLevel: 'silent' })
  report(await import(pathToFileURL(file).href))
} finally {
  rmSync(folder, { recursive: true })
}

/** @param {any} expressions */
function report(expressions) {
  const bad = []
  for (const [name, write] of Object.entries(OPERATIONS)) {
    let [worst, slowest, sum] = [0, 0, 0]
    for (const pattern of patterns) {
      const [short, long] = timesOf(expressions, write(pattern))
      const ratio = long / Math.max(short, LEAST_MS)
      worst = Math.max(worst, ratio)
      slowest = Math.max(slowest, long)
      sum += long
      if (ratio > MOST) bad.push(`${name} ${pattern}: ${short.toFixed(2)} ms, then ${long.toFixed(2)} ms`)
    }
    const mean = (sum / patterns.length).toFixed(2)
    console.log(
      `${name.padEnd(8)} ${patterns.length} patterns: ratio at most ${worst.toFixed(1)}; 100 kB in ${mean} ms, at most ${slowest.toFixed(1)} ms`,
    )
  }
  for (const line of bad) console.log(line)
  if (bad.length > 0) process.exitCode = 1
}

/** The least CPU time in milliseconds over the short and the long text. @param {any} expressions @param {string} source */
function timesOf(expressions, source) {
  const type = { kind: 'string' }
  const scope = { resolve: () => ({ column: 0, type, used: 1 }), names: () => ['s'] }
  const { evaluate } = expressions.compileExpression(source, scope, { timeZone: 'UTC' })
  const selection = { rows: Int32Array.of(0), count: 1 }
  const frames = [SHORT, LONG].map((length) => {
    const text = textOf(length)
    const column = { layout: 'string', type, nulls: null, ids: null, dictionary: null, textAt: () => text }
    return { length: 1, columns: [column], records: null, rejects: { reject: refused }, batch: null }
  })
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, frame] of frames.entries()) {
      const times = i === 0 ? TIMES : 1
      const start = process.cpuUsage()
      for (let time = 0; time < times; time++) evaluate(frame, selection)
      const { user, system } = process.cpuUsage(start)
      least[i] = Math.min(least[i] ?? 0, (user + system) / 1000 / times)
    }
  }
  return /** @type {[number, number]} */ (least)
}

/** @param {number} _ @param {{message: string}} reject */
function refused(_, reject) {
  throw new Error(reject.message)
}
