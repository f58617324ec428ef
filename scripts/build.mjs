// @ts-check
// Bundles src/cli/main.ts into dist/sprk.cjs: one file loads about 100 ms faster than the packages' many. Makes its code
// cache for this Node (bin/code-cache.js), which saves the same again.
//
//   node scripts/build.mjs [ENTRY [OUTPUT]]

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { toAscii } from './ascii.mjs'
import { buildScanner } from './wasm.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const entryFile = join(root, 'src/cli/main.ts')
export const outputFile = join(root, 'dist/sprk.cjs')

/** Packages with native code or WebAssembly: each finds its binary beside its own files. */
const external = ['lz4-napi', '@bokuweb/zstd-wasm', /^@node-rs\//]

/** Modules of Node that take milliseconds to load, and that many runs do not use. */
const builtins = new Set(['assert', 'child_process', 'crypto', 'fs/promises', 'net', 'tls', 'tty', 'zlib'])

/**
 * Loads these when the first of their exports is used, not where they are imported.
 *
 * @type {import('rolldown').Plugin}
 */
const builtinsWhereUsed = {
  name: 'builtins-where-used',
  resolveId(id, importer) {
    const name = id.replace(/^node:/, '')
    return builtins.has(name) && !importer?.startsWith('\0') ? `\0node:${name}` : null
  },
  async load(id) {
    if (!id.startsWith('\0node:')) return null
    const name = id.slice(1)
    const exported = Object.keys(await import(name)).filter((each) => each !== 'default')
    return exported
      .map(
        (each) =>
          `Object.defineProperty(exports, '${each}', { enumerable: true, get: () => require('${name}').${each} })`,
      )
      .join('\n')
  },
}

/**
 * Writes `output` and its source map. Each is complete from the moment it can be seen, since tests of another
 * terminal may run the program meanwhile; a code cache of another bundle is not used.
 *
 * @param {string} entry
 * @param {string} output
 */
export async function build(entry = entryFile, output = outputFile) {
  // Only here: this module is also loaded before rolldown is installed.
  const { build: bundle } = await import('rolldown')
  mkdirSync(dirname(output), { recursive: true })
  await buildScanner(dirname(output))
  const temporary = mkdtempSync(join(dirname(output), '.build-'))
  try {
    const { output: files } = await bundle({
      input: entry,
      platform: 'node',
      external,
      plugins: [builtinsWhereUsed],
      tsconfig: false,
      logLevel: 'warn',
      write: false,
      output: {
        entryFileNames: 'sprk.cjs',
        format: 'cjs',
        codeSplitting: false,
        sourcemap: true,
        // Names stay, for stack traces and for errors that print a function's or class's name.
        minify: { mangle: { keepNames: true }, compress: { keepNames: { function: true, class: true } } },
      },
    })
    const [{ code, map }] = files
    if (map === null) throw new Error('rolldown made no source map')
    const ascii = toAscii(code, map)
    writeFileSync(join(temporary, 'map'), JSON.stringify(ascii.map))
    writeFileSync(join(temporary, 'code'), ascii.code)
    renameSync(join(temporary, 'map'), `${output}.map`)
    renameSync(join(temporary, 'code'), output)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  if (output === outputFile) makeCodeCache()
}

/** In place of those of other bundles. The program works without it: a failure is told, and no more. */
function makeCodeCache() {
  const folder = dirname(outputFile)
  for (const name of readdirSync(folder)) if (name.endsWith('.cache')) rmSync(join(folder, name), { force: true })
  const { NODE_OPTIONS: _, ...env } = process.env
  spawnSync(process.execPath, [join(root, 'bin/make-cache.js')], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Whether dist is missing, or anything it is made from is newer; a folder is newer when a file in it was removed. */
export function isStale() {
  if (!existsSync(outputFile)) return true
  const built = statSync(outputFile).mtimeMs
  const inputs = [
    'package.json',
    'scripts/build.mjs',
    'scripts/ascii.mjs',
    'bin/code-cache.js',
    'bin/make-cache.js',
    'bin/warm-up-broker.js',
    'scripts/wasm.mjs',
    ...filesAndFolders('assembly'),
    ...filesAndFolders('src'),
  ]
  return inputs.some((path) => statSync(join(root, path)).mtimeMs > built)
}

/** @param {string} folder @returns {string[]} */
function filesAndFolders(folder) {
  return [folder, ...readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name)))]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [entry = entryFile, output = outputFile] = process.argv.slice(2).map((path) => resolve(path))
  const startedAt = performance.now()
  try {
    await build(entry, output)
  } catch (error) {
    // The bundler's message has the places; its own stack says nothing.
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
  const kilobytes = Math.round(statSync(output).size / 1024)
  const path = relative(process.cwd(), output)
  process.stdout.write(`built ${path}: ${kilobytes} KB in ${Math.round(performance.now() - startedAt)} ms\n`)
}
