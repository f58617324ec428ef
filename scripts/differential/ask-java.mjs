// @ts-check
// Stores what Java's regular expressions match in test/expressions/differential/regex.ndjson.gz.

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { PATTERNS, randomPatterns, TEXTS } from './regex-patterns.mjs'

const RANDOM = 1200
const answers = new URL('../../test/expressions/differential/regex.ndjson.gz', import.meta.url)

export function askJava() {
  const patterns = [...new Set([...PATTERNS, ...randomPatterns(RANDOM)])]
  const lines = [
    ...TEXTS.map((text) => `T ${encodeURIComponent(text)}`),
    ...patterns.map((pattern) => `P ${encodeURIComponent(pattern)}`),
  ]
  const program = fileURLToPath(new URL('AskJava.java', import.meta.url))
  const { status, stdout, stderr } = spawnSync('java', [program], {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`java: ${stderr}`)
  const results = stdout.trimEnd().split('\n')
  const rows = patterns.flatMap((pattern, i) => {
    const result = /** @type {string} */ (results[i])
    if (result === 'S') return []
    return [result.startsWith('E ') ? { p: pattern, x: result.slice(2) } : { p: pattern, m: result }]
  })
  const text = [{ texts: TEXTS }, ...rows].map((row) => JSON.stringify(row)).join('\n')
  writeFileSync(answers, gzipSync(`${text}\n`, { level: 9 }))
  process.stdout.write(`regex: ${rows.length} patterns, ${TEXTS.length} texts\n`)
}
