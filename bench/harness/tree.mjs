// @ts-check
// A built tree to compare with: of a commit, in a temporary folder, or a folder that somebody has built.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { root } from './session.mjs'

/**
 * The folder of a commit goes when the process ends.
 *
 * @param {string} revision  a commit by any of its names, or the path of a folder
 * @param {(line: string) => void} say
 * @returns {import('./session.mjs').Tree}
 */
export function openTree(revision, say) {
  if (existsSync(join(revision, 'bin/sprk.js'))) return builtTree(revision)
  const commit = commitOf(revision)
  const folder = mkdtempSync(join(tmpdir(), 'sprk-tree-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  say(`building ${commit.slice(0, 7)}`)
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  installPackages(folder, say)
  if (!isBuilt(folder)) npm(folder, 'run', 'build')
  return { name: commit.slice(0, 7), root: folder }
}

/** @param {string} folder @returns {import('./session.mjs').Tree} */
export function builtTree(folder) {
  if (!isBuilt(folder)) throw new Error(`${folder}: not built (npm install && npm run build)`)
  return { name: folder, root: resolve(folder) }
}

/** Earlier commits made an ES module. @param {string} folder */
function isBuilt(folder) {
  return ['dist/sprk.cjs', 'dist/sprk.js'].some((file) => existsSync(join(folder, file)))
}

/** @param {string} revision */
function commitOf(revision) {
  const args = ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    throw new Error(`${revision}: no commit, and no folder with bin/sprk.js`)
  }
}

/** This tree's packages where they are the same: to install others means to compile SQLite. @param {string} folder @param {(line: string) => void} say */
function installPackages(folder, say) {
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'))
  const wanted = Object.entries(packagesOf(join(folder, 'package-lock.json')))
  const other = wanted.find(
    ([path, { version, optional }]) => path !== '' && !optional && installed[path]?.version !== version,
  )
  if (other === undefined) return symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  say(`installing its packages, since ${other[0]} is another version than here; SQLite may take two minutes to compile`)
  try {
    npm(folder, 'ci', '--no-audit', '--no-fund')
  } catch {
    // npm calls a lock file that lacks packages of other platforms out of date, and takes it nevertheless.
    say('npm ci does not accept its package-lock.json; npm install does')
    npm(folder, 'install', '--no-audit', '--no-fund')
  }
}

/** @param {string} lock @returns {Record<string, {version?: string, optional?: boolean}>} */
function packagesOf(lock) {
  return existsSync(lock) ? JSON.parse(readFileSync(lock, 'utf8')).packages : {}
}

/** @param {string} folder @param {...string} args */
function npm(folder, ...args) {
  execFileSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', args[0] === 'ci' ? 'ignore' : 'inherit'],
    shell: process.platform === 'win32',
  })
}
