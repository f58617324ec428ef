// Shows that biome.json follows from the import table, and that each of its rules bites.

import { readdirSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { biomeConfig, maxDepth } from '../../scripts/biome-config.mjs'
import { contracts, folders, implementations, packages, specKit, vocabulary } from '../../scripts/import-table.mjs'
import { lint } from '../support/biome.ts'

const root = new URL('../../', import.meta.url)

describe('biome.json', () => {
  it('is what `npm run biome-config` writes', () => {
    expect(JSON.parse(readFileSync(new URL('biome.json', root), 'utf8'))).toEqual(biomeConfig())
  })
})

describe('the import table', () => {
  it('knows each file and folder of src/', () => {
    const known = [...[...vocabulary, ...contracts, ...specKit].map((name) => `${name}.ts`), ...Object.keys(folders)]
    expect(readdirSync(new URL('src', root)).filter((name) => !known.includes(name))).toEqual([])
  })

  it('reaches the deepest file of src/', () => {
    const files = readdirSync(new URL('src', root), { recursive: true }).map(String)
    expect(files.filter((path) => path.split(sep).length > maxDepth + 1)).toEqual([])
  })

  it('knows each dependency of package.json', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
    expect(Object.keys(packages).sort()).toEqual(Object.keys(dependencies).sort())
  })
})

/** The lines of a probe; those with `✗` in them must be found, the others not. */
type Probe = readonly string[]

const imports: Record<string, Probe> = {
  'src/record.ts': [
    `import { a } from './types.ts'`,
    `import { b } from './source.ts' // ✗`,
    `import { c } from './plan/plan.ts' // ✗`,
    `import { d } from 'yaml' // ✗`,
    `import { e } from 'node:fs' // ✗`,
    `import { f } from '../package.json' // ✗`,
  ],
  'src/source.ts': [
    `import { a } from './column.ts'`,
    `import { b } from './format.ts'`,
    `import type { c } from './sources/index.ts' // ✗`,
    `import { d } from 'kafkajs' // ✗`,
  ],
  'src/expressions/a.ts': [
    `import { a } from '../types.ts'`,
    `import { b } from './functions/math.ts'`,
    `import { c } from '../source.ts' // ✗`,
    `import { d } from '../plan/plan.ts' // ✗`,
  ],
  'src/plan/a.ts': [
    `import { a } from '../source.ts'`,
    `import { b } from '../expressions/index.ts'`,
    `import { c } from '../sources/index.ts' // ✗`,
    `import { d } from '../execution/execute.ts' // ✗`,
    `import { e } from '../checkpoint/open.ts' // ✗`,
  ],
  'src/formats/a.ts': [
    `import { a } from '../format.ts'`,
    `import { b } from './json/scan.ts'`,
    `import { c } from '../expressions/index.ts'`,
    `import { readFile } from 'node:fs/promises'`,
    `import { d } from '../kafka/fetch.ts' // ✗`,
    `import { e } from '../sinks/index.ts' // ✗`,
    `import { f } from './../sinks/index.ts' // ✗`,
    `export * from '../sinks/index.ts' // ✗`,
    `export type { g } from '../sinks/index.ts' // ✗`,
    `await import('../sinks/index.ts') // ✗`,
    `import '../sinks/index.ts' // ✗`,
    `import { h } from '@node-rs/crc32' // ✗`,
    `import { i } from 'left-pad' // ✗`,
    `import process from 'node:process' // ✗`,
    `import { performance as p } from 'node:perf_hooks' // ✗`,
    `require('../sinks/index.ts') // ✗`,
  ],
  'src/formats/json/a.ts': [
    `import { a } from '../../format.ts'`,
    `import { b } from '../shared.ts'`,
    `import { c } from './scan.ts'`,
    `import { d } from '../../sources/index.ts' // ✗`,
    `import { e } from '../../../package.json' // ✗`,
  ],
  'src/sources/a.ts': [
    `import { a } from '../kafka/fetch.ts'`,
    `import { b } from '../formats/index.ts' // ✗`,
    `import { c } from 'kafkajs' // ✗`,
  ],
  'src/transforms/a.ts': [
    `import { a } from '../sources/index.ts' // ✗`,
    `import { b } from '../checkpoint/open.ts' // ✗`,
  ],
  'src/sinks/a.ts': [
    `import { a } from '../sink.ts'`,
    `import { b } from 'better-sqlite3' // ✗`,
    `import { c } from 'valibot' // ✗`,
    `import { d } from '../spec-kit.ts' // ✗`,
  ],
  'src/kafka/a.ts': [
    `import { a } from 'kafkajs'`,
    `import { b } from 'kafkajs/src/network/connection.js'`,
    `import { c } from '../record.ts'`,
    `import { d } from '../source.ts' // ✗`,
  ],
  'src/checkpoint/a.ts': [
    `import { a } from 'better-sqlite3'`,
    `import { b } from '../checkpoint.ts'`,
    `import { c } from '../plan/plan.ts' // ✗`,
    `import { d } from '../expressions/index.ts' // ✗`,
  ],
  'src/execution/a.ts': [
    `import { a } from '../plan/plan.ts'`,
    `import { b } from '../checkpoint.ts'`,
    `import { c } from '../checkpoint/open.ts' // ✗`,
    `import { d } from '../expressions/index.ts' // ✗`,
    `import { e } from '../sources/index.ts' // ✗`,
  ],
  'src/reporters/a.ts': [
    `import process from 'node:process'`,
    `import { a } from '../progress.ts'`,
    `import { b } from '../execution/execute.ts' // ✗`,
  ],
  'src/config/a.ts': [
    `import { a } from 'yaml'`,
    `import { b } from 'valibot'`,
    `import { c } from '../spec.ts'`,
    `import { d } from '../source.ts' // ✗`,
    `import { e } from '../sources/index.ts' // ✗`,
  ],
  'src/broker/a.ts': [
    `import { a } from '../kafka/protocol/fetch.ts'`,
    `import { b } from '../kafka/connection.ts' // ✗`,
  ],
  'src/cli/a.ts': [
    `import { a } from 'commander'`,
    `import { b } from '../execution/execute.ts'`,
    `import { c } from '../checkpoint/open.ts'`,
    `import { d } from '../sources/index.ts' // ✗`,
    `import { e } from '../../package.json' // ✗`,
    `import { f } from 'yaml' // ✗`,
  ],
  'src/cli/kinds.ts': implementations.map((family, index) => `import { a${index} } from '../${family}/index.ts'`),
  'src/cli/version.ts': [`import { a } from '../../package.json'`, `import { b } from '../../biome.json' // ✗`],
  'src/spec-kit.ts': [
    `import { a } from 'valibot'`,
    `import { b } from './spec.ts'`,
    `import { c } from './source.ts' // ✗`,
    `import { d } from 'yaml' // ✗`,
  ],
  'src/sinks/a-spec.ts': [
    `import { a } from 'valibot'`,
    `import { b } from '../spec-kit.ts'`,
    `import { c } from '../config/load.ts' // ✗`,
    `import { d } from 'better-sqlite3' // ✗`,
  ],
}

const surroundings: Probe = [
  `export const a = process.argv // ✗`,
  `export const b = Date.now() // ✗`,
  `export const c = new Date(0) // ✗`,
  `export const d = performance.now() // ✗`,
  `console.log('hello') // ✗`,
  `export const e = Math.random() // ✗`,
  `export const f = Math.floor(1.5)`,
]

const others: Record<string, Probe> = {
  'src/formats/surroundings.ts': surroundings,
  'src/cli/surroundings.ts': surroundings.map((line) => line.replace(' // ✗', '')),
  'src/reporters/surroundings.ts': surroundings.map((line) => line.replace(' // ✗', '')),
  'src/formats/default.ts': [`export default 1 // ✗`],
  'src/formats/any.ts': [`export const a: any = 1 // ✗`],
  'src/formats/cycle-a.ts': [`import type { B } from './cycle-b.ts' // ✗`, `export type A = B | 1`],
  'src/formats/cycle-b.ts': [`import type { A } from './cycle-a.ts' // ✗`, `export type B = A | 2`],
  'src/formats/promise.ts': [`async function later(): Promise<void> {}`, `later() // ✗`, `await later()`],
}

describe('biome', async () => {
  const probes = { ...imports, ...others }
  const texts = Object.entries(probes).map(([path, lines]) => [path, `${lines.join('\n')}\n`])
  const found = await lint(Object.fromEntries(texts))

  it.each(Object.keys(imports))('refuses what the table does not allow in %s', (path) => {
    expect(brokenLines(path, /noRestrictedImports|noRestrictedGlobals/)).toEqual(expectedLines(path))
  })

  it.each(Object.keys(others))('refuses what has no place in %s', (path) => {
    const rules =
      /noRestrictedGlobals|noJsRestrictedProperties|noDefaultExport|noExplicitAny|noImportCycles|noFloatingPromises/
    expect(brokenLines(path, rules)).toEqual(expectedLines(path))
  })

  function brokenLines(path: string, rules: RegExp): number[] {
    const broken = (found.get(path) ?? []).filter((rule) => rules.test(rule)).map((rule) => Number(rule.split(':')[1]))
    return [...new Set(broken)].sort((a, b) => a - b)
  }

  function expectedLines(path: string): number[] {
    return (probes[path] ?? []).flatMap((line, index) => (line.includes('✗') ? [index + 1] : []))
  }
})
