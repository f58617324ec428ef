// @ts-check
// Makes a fresh clone or a changed one ready to run: installs packages and builds dist, each only where needed.
// Node's own modules only, since it runs before anything is installed. Silent when there is nothing to do.
//
//   node scripts/prepare.mjs               before tests and benchmarks
//   node scripts/prepare.mjs --build-only  npm's `prepare`, which runs at the end of an installation

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { build, entryFile, isStale, root } from './build.mjs'

const modules = join(root, 'node_modules')

if (!process.argv.includes('--build-only')) installWhereNeeded()
await buildWhereNeeded()

function installWhereNeeded() {
  const reason = whyInstall()
  if (reason === undefined) return
  say(`installing packages, since ${reason} (better-sqlite3 may take two minutes to compile)`)
  npm('ci')
}

/**
 * Compares contents, not times: git gives files new times, and a needless installation costs minutes.
 *
 * @returns {string | undefined}
 */
function whyInstall() {
  const installed = readLock(join(modules, '.package-lock.json'))
  if (installed === undefined) return 'there are none'
  for (const [path, wanted] of Object.entries(readLock(join(root, 'package-lock.json')) ?? {})) {
    // Optional packages are mostly the other platforms' binaries.
    if (path === '' || wanted.optional) continue
    if (installed[path]?.version !== wanted.version) return `${path.replace(/^.*node_modules\//, '')} is not up to date`
  }
  const binary = join(modules, 'better-sqlite3/build/Release/better_sqlite3.node')
  return existsSync(binary) ? undefined : 'better-sqlite3 has not been compiled'
}

/** @param {string} path @returns {Record<string, {version?: string, optional?: boolean}> | undefined} */
function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}

async function buildWhereNeeded() {
  if (!existsSync(entryFile) || !isStale()) return
  if (!existsSync(join(modules, 'rolldown'))) {
    say('not built, since rolldown is not installed (npm install --omit=dev)')
    return
  }
  say('building dist/sprk.cjs')
  try {
    await build()
  } catch (error) {
    // The bundler's message has the places; its own stack says nothing.
    say(error instanceof Error ? error.message : String(error))
    process.exit(1)
  }
}

/** @param {...string} args */
function npm(...args) {
  const { status, error } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`sprk: ${text}\n`)
}
