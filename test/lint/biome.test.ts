// Shows that the rules of biome.jsonc that are made for this tree bite: one run over planted files.

import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { surroundings } from './import-table.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const seen = [
  `export const a = process.argv // ✗`,
  `export const b = Date.now() // ✗`,
  `export const c = performance.now() // ✗`,
  `console.log('hello') // ✗`,
  `export const d = Math.random() // ✗`,
  `export const e = Math.floor(1.5)`,
]

/** Path → lines. Those with `✗` break a rule, the others do not. */
const planted: Record<string, readonly string[]> = {
  'src/sinks/surroundings.ts': seen,
  ...Object.fromEntries(
    surroundings.map((folder) => [`src/${folder}/a.ts`, seen.map((line) => line.replace('✗', ''))]),
  ),
  'src/sinks/default.ts': [`export default 1 // ✗`],
  'src/sinks/any.ts': [`export const a: any = 1 // ✗`],
  'src/sinks/cycle-a.ts': [`import type { B } from './cycle-b.ts' // ✗`, `export type A = B | 1`],
  'src/sinks/cycle-b.ts': [`import type { A } from './cycle-a.ts' // ✗`, `export type B = A | 2`],
  'src/sinks/promise.ts': [`async function later(): Promise<void> {}`, `later() // ✗`, `await later()`],
}

describe('biome', () => {
  const found = lint()

  it.each(Object.keys(planted))('finds what has no place in %s', (path) => {
    const broken = (planted[path] ?? []).flatMap((line, index) => (line.includes('✗') ? [index + 1] : []))
    expect(found.filter((place) => place.path === path).map(({ line }) => line)).toEqual(broken)
  })
})

function lint(): { path: string; line: number }[] {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-lint-'))
  try {
    copyFileSync(join(root, 'biome.jsonc'), join(folder, 'biome.jsonc'))
    for (const [path, lines] of Object.entries(planted)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), `${lines.join('\n')}\n`)
    }
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
    const args = [biome, 'lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none']
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    return placesIn(stdout, stderr)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function placesIn(stdout: string, stderr: string): { path: string; line: number }[] {
  if (stdout === '') throw new Error(stderr)
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { location: { path: string; start?: { line: number } } }[]
  }
  const places = diagnostics.map(({ location }) => ({ path: location.path, line: location.start?.line ?? 0 }))
  return places.sort((a, b) => a.line - b.line)
}
