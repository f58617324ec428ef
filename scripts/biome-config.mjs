// @ts-check
// Writes biome.json: format, lint rules, and the import table (import-table.mjs) as restrictions for each folder.
//
// Biome matches the raw text of an import (`../record.ts`), and an override replaces a rule's options as a whole. So
// each folder has one override for its files and one for those of its subfolders, and each says everything.

import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import {
  contracts,
  exceptions,
  folders,
  packages,
  restrictedGlobals,
  restrictedModules,
  surroundings,
  vocabulary,
} from './import-table.mjs'

/** How many folders below src/ a file may lie: src/a/x.ts is 1, src/a/b/x.ts is 2. */
export const maxDepth = 2

/** The whole configuration. */
export function biomeConfig() {
  return {
    $schema: './node_modules/@biomejs/biome/configuration_schema.json',
    root: true,
    vcs: { enabled: true, clientKind: 'git', useIgnoreFile: true },
    formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 120 },
    javascript: { formatter: { quoteStyle: 'single', semicolons: 'asNeeded', trailingCommas: 'all' } },
    linter: { rules: commonRules },
    assist: { actions: { source: { organizeImports: 'on' } } },
    overrides: [
      override(['src/**'], sourceRules),
      ...surroundings.map((folder) => override([`src/${folder}/**`], surroundingsRules)),
      ...rootOverrides(),
      ...Object.keys(folders).flatMap((folder) => folderOverrides(folder)),
      ...Object.keys(exceptions).map((file) => exceptionOverride(file)),
      override(['test/**', 'bench/**'], { complexity: { noExcessiveLinesPerFunction: 'off' } }),
    ],
  }
}

const commonRules = {
  preset: 'recommended',
  complexity: {
    // TypeScript's noPropertyAccessFromIndexSignature asks for the opposite.
    useLiteralKeys: 'off',
    noExcessiveLinesPerFunction: { level: 'warn', options: { maxLines: 70, skipBlankLines: true } },
  },
  nursery: { noFloatingPromises: 'error' },
  style: {
    noExcessiveLinesPerFile: { level: 'warn', options: { maxLines: 300 } },
    // Columns are typed arrays read at indexes that are known to exist.
    noNonNullAssertion: 'off',
    useExportType: 'error',
    useImportType: 'error',
    useNodejsImportProtocol: 'error',
  },
  suspicious: { noExplicitAny: 'error' },
}

const sourceRules = {
  style: {
    noDefaultExport: 'error',
    noRestrictedGlobals: { level: 'error', options: { deniedGlobals: restrictedGlobals } },
  },
  suspicious: {
    noImportCycles: { level: 'error', options: { ignoreTypes: false } },
  },
  nursery: {
    noJsRestrictedProperties: {
      level: 'error',
      options: { entries: [{ object: 'Math', property: 'random', message: 'Randomness is passed in.' }] },
    },
  },
}

const surroundingsRules = {
  style: { noRestrictedGlobals: 'off' },
  nursery: { noJsRestrictedProperties: 'off' },
}

function rootOverrides() {
  const files = (/** @type {string[]} */ names) => names.map((name) => `src/${name}.ts`)
  const among = (/** @type {string[]} */ names) => ['./**', '../**', ...names.map((name) => `!./${name}.ts`)]
  const nothing = ['**', '!./**', '!../**']
  return [
    override(files(vocabulary), importRules('The vocabulary', 'vocabulary', among(vocabulary), [...nothing])),
    override(
      files(contracts),
      importRules('A contract', 'vocabulary and contracts', among([...vocabulary, ...contracts]), [...nothing]),
    ),
  ]
}

/** @param {string} folder */
function folderOverrides(folder) {
  const pattern = Array.from({ length: maxDepth }, (_, index) => ({ depth: index + 1, stars: '*/'.repeat(index) }))
  return pattern.map(({ depth, stars }) =>
    override([`src/${folder}/${stars}*.ts`], folderRules(folder, folders[folder] ?? [], depth)),
  )
}

/** @param {string} file */
function exceptionOverride(file) {
  const [folder = ''] = file.split('/')
  return override([`src/${file}`], folderRules(folder, [...(folders[folder] ?? []), ...(exceptions[file] ?? [])], 1))
}

/** @param {string} folder @param {string[]} may @param {number} depth */
function folderRules(folder, may, depth) {
  const src = '../'.repeat(depth)
  const relative = [`${src}**`, './../**', ...may.flatMap((name) => targets(name).map((target) => `!${src}${target}`))]
  const own = Object.keys(packages).filter((name) => packages[name]?.includes(folder))
  const bare = ['**', '!./**', '!../**', '!node:*', '!node:*/*', ...own.flatMap((name) => [`!${name}`, `!${name}/**`])]
  const modules = surroundings.includes(folder) ? [] : restrictedModules
  return importRules(`src/${folder}/`, may.join(', '), relative, [...bare, ...modules])
}

/** What a name of the table stands for, seen from src/. @param {string} name @returns {string[]} */
function targets(name) {
  if (name === 'vocabulary') return vocabulary.map((file) => `${file}.ts`)
  if (name === 'contracts') return contracts.map((file) => `${file}.ts`)
  return [`${name}/**`]
}

/** @param {string} who @param {string} may @param {string[]} relative @param {string[]} bare */
function importRules(who, may, relative, bare) {
  const patterns = [
    { group: relative, message: `${who} may import only ${may} (scripts/import-table.mjs).` },
    { group: bare, message: `${who} may not import this package or module (scripts/import-table.mjs).` },
  ]
  return { style: { noRestrictedImports: { level: 'error', options: { patterns } } } }
}

/** @param {string[]} includes @param {object} rules */
function override(includes, rules) {
  return { includes, linter: { rules } }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../biome.json', import.meta.url), `${JSON.stringify(biomeConfig())}\n`)
}
