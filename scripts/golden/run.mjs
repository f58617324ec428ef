// @ts-check
// Runs golden.py with a pyspark of its own: npm run golden [-- --all] [FAMILY…], npm run golden:check.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The Spark whose answers are stored. */
const PYSPARK = 'pyspark==4.3.0'

const root = fileURLToPath(new URL('../..', import.meta.url))
const environment = join(root, '.cache', 'pyspark')
const python = join(environment, 'bin', 'python')

if (!existsSync(join(environment, 'bin', 'spark-submit'))) {
  run('python3', ['-m', 'venv', environment])
  run(python, ['-m', 'pip', 'install', '--quiet', PYSPARK])
}
run(python, [join(root, 'scripts', 'golden', 'golden.py'), ...process.argv.slice(2)])

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}
