import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { devPackages, packages } from './import-table.ts'
import { breaches } from './imports.ts'

const root = new URL('../../', import.meta.url)

describe('the import table', () => {
  it('is kept by every file of src/', () => {
    const names = readdirSync(new URL('src', root), { recursive: true }).map(String)
    const files = names.filter((name) => name.endsWith('.ts'))
    expect(files.flatMap((path) => breaches(path, readFileSync(new URL(`src/${path}`, root), 'utf8')))).toEqual([])
  })

  it('lists the dependencies of package.json', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
    expect(Object.keys(packages).sort()).toEqual(Object.keys(dependencies).sort())
    expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(Object.keys(devPackages)))
  })
})

/** File of src/ → planted lines. Those with `✗` break the table, the others do not. */
const planted: Record<string, readonly string[]> = {
  'errors.ts': [
    `import './types.ts'`,
    `import './source.ts' // ✗`,
    `import './values/zone.ts' // ✗`,
    `import 'node:fs' // ✗`,
    `import '../package.json' // ✗`,
  ],
  'source.ts': [
    `import './column.ts'`,
    `import './format.ts'`,
    `import 'valibot' // ✗`,
    `import './sources/file.ts' // ✗`,
  ],
  'kind.ts': [`import 'valibot'`, `import './spec.ts'`, `import 'yaml' // ✗`],
  'values/a.ts': [`import '../types.ts'`, `import '../expressions/index.ts' // ✗`],
  'expressions/casts/a.ts': [
    `import '../runtime/lift.ts'`,
    `import '../../values/zone.ts'`,
    `import '../../source.ts' // ✗`,
  ],
  'plan/a.ts': [
    `import '../expressions/index.ts'`,
    `import '../expressions/error.ts' // ✗`,
    `import '../sources/file.ts' // ✗`,
    `import '../execution/execute.ts' // ✗`,
  ],
  'formats/json/a.ts': [
    `import '../text.ts'`,
    `import '../../format.ts'`,
    `import '../../sinks/discard.ts' // ✗`,
    `import '../../kafka/client/fault.ts' // ✗`,
    `import 'better-sqlite3' // ✗`,
  ],
  'sources/a.ts': [`import '../kafka/reading/reader.ts'`, `import 'kafkajs' // ✗`, `import '../formats/text.ts' // ✗`],
  'kafka/protocol/a.ts': [`import 'lz4-napi'`, `import '../client/fault.ts' // ✗`, `import '../../source.ts' // ✗`],
  'kafka/client/a.ts': [`import 'kafkajs/src/broker'`, `import '../protocol/fetch.ts'`, `import '../group/a.ts' // ✗`],
  'kafka/reading/a.ts': [`import '../client/fault.ts'`, `import '../group/a.ts' // ✗`, `import 'kafkajs' // ✗`],
  'kafka/a.ts': ['// ✗: not in the table'],
  'checkpoint/a.ts': [`import '../sink.ts'`, `import 'better-sqlite3'`, `import '../operations/ask.ts' // ✗`],
  'execution/a.ts': [`import '../plan/plan.ts'`, `import '../checkpoint/open.ts' // ✗`, `import 'node:process' // ✗`],
  'operations/a/b.ts': [
    `import '../../checkpoint/open.ts'`,
    `import '../../cli/fail.ts' // ✗`,
    `import 'commander' // ✗`,
  ],
  'reporters/a.ts': [`import 'node:process'`, `import 'chalk'`, `import '../execution/execute.ts' // ✗`],
  'config/a.ts': [
    `import 'yaml'`,
    `import '../kind.ts'`,
    `import '../sink.ts' // ✗`,
    `import '@valibot/to-json-schema' // ✗`,
  ],
  'config/json-schema.ts': [`import '@valibot/to-json-schema'`, `import 'valibot'`, `import '../kind.ts'`],
  'broker/a.ts': [`import '../kafka/protocol/fetch.ts'`, `import '../kafka/client/fault.ts' // ✗`],
  'web/a.ts': [`import '../operations/ask.ts'`, `import '../cli/fail.ts' // ✗`, `import 'left-pad' // ✗`],
  'cli/a.ts': [
    `import '../web/a.ts'`,
    `import 'commander'`,
    `import '../sinks/discard.ts' // ✗`,
    `import '../../package.json' // ✗`,
  ],
  'cli/kinds.ts': [`import '../sinks/discard.ts'`, `import './fail.ts'`, `import '../sinks/sqlite/rows.ts' // ✗`],
  'cli/version.ts': [`import '../../package.json'`, `import '../../tsconfig.json' // ✗`],
}

/** Every way to name a module, of a family that none of the other families may know. */
const ways = [
  `import { a } from '../sinks/discard.ts'`,
  `import type { b } from '../sinks/discard.ts'`,
  `import { type c } from '../sinks/discard.ts'`,
  `import './../sinks/discard.ts'`,
  `export { d } from '../sinks/discard.ts'`,
  `export type { e } from '../sinks/discard.ts'`,
  `export * from '../sinks/discard.ts'`,
  `await import('../sinks/discard.ts')`,
  'await import(`../sinks/discard.ts`)',
  `await import('../sinks/' + name)`,
  `import f = require('../sinks/discard.ts')`,
  `type G = import('../sinks/discard.ts').G`,
  `type H = typeof import('../sinks/discard.ts')`,
  `require('../sinks/discard.ts')`,
  `createRequire(import.meta.url)('../sinks/discard.ts')`,
  `const load = createRequire(import.meta.url)`,
  `import { type Database } from 'better-sqlite3'`,
  `await import('better-sqlite3')`,
]

describe('breaches', () => {
  it.each(Object.keys(planted))('finds what the table does not allow in src/%s', (path) => {
    expect(linesOf(path, planted[path] ?? [])).toEqual(marked(planted[path] ?? []))
  })

  it.each(ways)('finds %s', (way) => {
    expect(linesOf('formats/a.ts', ['', way])).toEqual([2])
  })

  it('passes what only looks like an import', () => {
    const text = [
      `// import '../sinks/discard.ts'`,
      `const a = "import '../sinks/discard.ts'"`,
      `load('../sinks/discard.ts')`,
    ]
    expect(linesOf('formats/a.ts', text)).toEqual([])
  })

  it('says where the breach is, and the rule', () => {
    const text = `import type { Kafka } from 'kafkajs'\nimport { a } from '../expressions/error.ts'\nimport '../plan/plan.ts'\n`
    expect(breaches('sinks/a.ts', text)).toEqual([
      'src/sinks/a.ts:1: Only kafka/client/ may import the package kafkajs.',
      'src/sinks/a.ts:2: Others may import only expressions/index.ts of expressions/, not expressions/error.ts.',
      'src/sinks/a.ts:3: sinks/ may not import plan/plan.ts; it may import sinks/, words, contracts, expressions/, values/.',
    ])
  })
})

function linesOf(path: string, lines: readonly string[]): number[] {
  return breaches(path, lines.join('\n')).map((breach) => Number(breach.split(':')[1]))
}

function marked(lines: readonly string[]): number[] {
  return lines.flatMap((line, index) => (line.includes('✗') ? [index + 1] : []))
}
