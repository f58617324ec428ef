// @ts-check
// Asks Java and a real Spark what the corpora give, and stores their answers for test/expressions/differential*.test.ts
// and test/cli/beside-spark.test.ts.
//
//   python3 -m venv VENV && VENV/bin/pip install pyspark==4.2.0      # needs Java 17
//   npm run differential -- --python VENV/bin/python [NAME…]         # NAME: regex, pipelines, or a corpus of ask_spark.py
//
// It takes a quarter of an hour. After it, the tests say what differs.

import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { askJava } from './ask-java.mjs'

const { values, positionals } = parseArgs({
  options: { python: { type: 'string', default: 'python3' } },
  allowPositionals: true,
})

if (positionals.length === 0 || positionals.includes('regex')) askJava()
const corpora = positionals.filter((name) => name !== 'regex')
if (positionals.length === 0 || corpora.length > 0) {
  const program = fileURLToPath(new URL('ask_spark.py', import.meta.url))
  process.exitCode = spawnSync(values.python, [program, ...corpora], { stdio: 'inherit' }).status ?? 1
}
