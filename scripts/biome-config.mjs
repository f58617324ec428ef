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
  specKit,
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
    // Not Markdown and YAML, which Biome knows too, nor what tests and generators keep as data.
    files: { includes: ['**/*.{js,mjs,ts}', '**/*.json', '!test/**/*.json', '!pipeline.schema.json'] },
    formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 120 },
    javascript: { formatter: { quoteStyle: 'single', semicolons: 'asNeeded', trailingCommas: 'all' } },
    linter: { rules: commonRules },
    assist: { actions: { source: { organizeImports: 'on' } } },
    overrides: [
      override(['src/**'], sourceRules),
      ...surroundings.map((folder) => override([`src/${folder}/**`], surroundingsRules)),
      ...rootOverrides(),
      ...Object.keys(folders).flatMap((folder) => folderOverrides(folder)),
      ...exceptions.flatMap((exception) => exceptionOverrides(exception)),
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
  // A contract may ask for a generator that has nothing to yield in one of its implementations.
  correctness: { useYield: 'off' },
  nursery: { noFloatingPromises: 'error' },
  style: {
    noExcessiveLinesPerFile: { level: 'warn', options: { maxLines: 300 } },
    // Columns are typed arrays read at indexes that are known to exist.
    noNonNullAssertion: 'off',
    useExportType: 'error',
    useImportType: 'error',
    useNodejsImportProtocol: 'error',
  },
  suspicious: {
    noExplicitAny: 'error',
    // Words of SQL are names here, old global functions or not: escape, then.
    noShadowRestrictedNames: 'off',
    noThenProperty: 'off',
    // `${NAME}` is what pipeline files say.
    noTemplateCurlyInString: 'off',
  },
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

/** Groups of files of src/ itself; any other name in the table is a folder. @type {Record<string, string[]>} */
const groups = { vocabulary, contracts, specKit }

function rootOverrides() {
  return [
    rootOverride('vocabulary', ['vocabulary'], []),
    rootOverride('contracts', ['vocabulary', 'contracts'], []),
    rootOverride('specKit', ['vocabulary'], ['valibot']),
  ]
}

/** @param {string} group @param {string[]} may @param {string[]} own */
function rootOverride(group, may, own) {
  const relative = ['./**', '../**', ...allowed('./', may)]
  const rules = importRules(`The ${group}`, may, relative, ['**', '!./**', '!../**', ...allowedPackages(own)])
  return override(
    targets(group).map((file) => `src/${file}`),
    rules,
  )
}

/** @param {string} folder */
function folderOverrides(folder) {
  const own = Object.keys(packages).filter((name) => packages[name]?.includes(folder))
  return Array.from({ length: maxDepth }, (_, index) =>
    override([`src/${folder}/${'*/'.repeat(index)}*.ts`], folderRules(folder, folders[folder] ?? [], own, index + 1)),
  )
}

/** @param {(typeof exceptions)[number]} exception */
function exceptionOverrides({ files, may, packages: more }) {
  return files.map((file) => {
    const [folder = ''] = file.split('/')
    const own = Object.keys(packages).filter((name) => packages[name]?.includes(folder))
    return override([`src/${file}`], folderRules(folder, [...(folders[folder] ?? []), ...may], [...own, ...more], 1))
  })
}

/** @param {string} folder @param {string[]} may @param {string[]} own its packages @param {number} depth */
function folderRules(folder, may, own, depth) {
  const src = '../'.repeat(depth)
  const bare = ['**', '!./**', '!../**', '!node:*', '!node:*/*', ...allowedPackages(own)]
  const modules = surroundings.includes(folder) ? [] : restrictedModules
  return importRules(`src/${folder}/`, may, [`${src}**`, './../**', ...allowed(src, may)], [...bare, ...modules])
}

/** @param {string} src the way to src/ @param {string[]} may */
function allowed(src, may) {
  return may.flatMap(targets).map((target) => `!${src}${target}`)
}

/** @param {string[]} names */
function allowedPackages(names) {
  return names.flatMap((name) => [`!${name}`, `!${name}/**`])
}

/** What a name of the table stands for, seen from src/. @param {string} name @returns {string[]} */
function targets(name) {
  return groups[name]?.map((file) => `${file}.ts`) ?? [name.endsWith('.json') ? name : `${name}/**`]
}

/** @param {string} who @param {string[]} may @param {string[]} relative @param {string[]} bare */
function importRules(who, may, relative, bare) {
  const patterns = [
    { group: relative, message: `${who} may import only ${may.join(', ')} (scripts/import-table.mjs).` },
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
