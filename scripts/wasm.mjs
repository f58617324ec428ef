// @ts-check
// Compiles the JSON scanner of assembly/ (AssemblyScript) to WebAssembly: beside the sources that load it, and beside
// the bundle.
//
//   node scripts/wasm.mjs

import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = join(root, 'assembly')

/** Where src/formats/json/wasm.ts finds it. */
const scannerFile = join(root, 'src/formats/json/json-scanner.wasm')

/**
 * Puts the scanner beside the sources, where it is older than assembly/, and a copy into `folder`.
 *
 * @param {string} folder
 */
export async function buildScanner(folder) {
  const bytes = await freshScanner()
  const copy = join(folder, basename(scannerFile))
  if (!existsSync(copy) || !readFileSync(copy).equals(bytes)) writeAtOnce(copy, bytes)
}

/**
 * The scanner of assembly/ as it is now, which is then also beside the sources.
 *
 * @returns {Promise<Uint8Array>}
 */
export async function freshScanner() {
  if (isStale()) writeAtOnce(scannerFile, await compileScanner(sources))
  return readFileSync(scannerFile)
}

/**
 * The WebAssembly of the sources in `folder`. Throws an Error with the compiler's messages.
 *
 * @param {string} folder
 * @returns {Promise<Uint8Array>}
 */
async function compileScanner(folder) {
  // Only here: this module is also loaded before packages are installed.
  const { main } = await import('assemblyscript/asc')
  /** @type {Uint8Array | undefined} */
  let output
  const { error, stderr } = await main(
    [
      'index.ts',
      '--outFile',
      'scanner.wasm',
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--use',
      'abort=',
    ],
    {
      readFile: (name) => {
        const path = join(folder, name)
        return existsSync(path) ? readFileSync(path, 'utf8') : null
      },
      writeFile: (_, contents) => {
        output = /** @type {Uint8Array} */ (contents)
      },
      listFiles: () => [],
    },
  )
  if (error !== null || output === undefined) throw new Error(`the JSON scanner does not compile: ${stderr}`)
  return output
}

function isStale() {
  if (!existsSync(scannerFile)) return true
  const built = statSync(scannerFile).mtimeMs
  const inputs = [fileURLToPath(import.meta.url), sources, ...readdirSync(sources).map((name) => join(sources, name))]
  return inputs.some((path) => statSync(path).mtimeMs > built)
}

/** Complete from the moment it can be seen. @param {string} path @param {Uint8Array} bytes */
function writeAtOnce(path, bytes) {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, bytes)
  renameSync(temporary, path)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildScanner(join(root, 'dist'))
