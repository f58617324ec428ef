// @ts-check
// Reads mutated JSON texts with both scanners, and compares them with each other and with JSON.parse.
//
//   npm run fuzz -- [N] [--seed SEED]   N: texts, 1,000,000 by default; SEED: an integer, by default another every time

import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { root } from './build.mjs'

const { values, positionals } = parseArgs({ options: { seed: { type: 'string' } }, allowPositionals: true })
const texts = positionals[0] ?? '1000000'
const seed = values.seed ?? String(randomInt(2 ** 31))
if (![texts, seed].every((number) => /^\d{1,10}$/.test(number))) {
  process.stderr.write('usage: npm run fuzz -- [N] [--seed SEED]\n')
  process.exit(64)
}
process.stdout.write(`seed ${seed}: npm run fuzz -- ${texts} --seed ${seed}\n`)
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'test/formats/json/mutations.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, SPRK_FUZZ_TEXTS: texts, SPRK_FUZZ_SEED: seed } },
)
process.exitCode = status ?? 1
