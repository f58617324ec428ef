// Another Node than the one that the program was installed with.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import '../support/sprk.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a script of ours after some code. */
function runAfter(code: string, script: string, ...args: string[]) {
  const before = join(folder, 'before.cjs')
  writeFileSync(before, code)
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TMPDIR: folder, NODE_OPTIONS: `--require ${before}` },
  })
  return { status, stdout, stderr }
}

function runOnceAfter(code: string) {
  writeFileSync(join(folder, 'in.txt'), 'a\n')
  const pipeline = 'name: p\nsource: {file: {path: in.txt, format: text}}\nsink: {sqlite: {table: t}}\n'
  writeFileSync(join(folder, 'p.yaml'), pipeline)
  return runAfter(code, 'bin/sprk.js', 'run', 'p.yaml', '--once')
}

const AS_NODE_18 = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })`

/** As Node says it. */
const BUILT_FOR_NODE_20 = `
const { dlopen } = process
process.dlopen = (module, path, ...others) => {
  if (!path.includes('better_sqlite3')) return dlopen(module, path, ...others)
  const message =
    'The module was compiled against a different Node.js version using\\nNODE_MODULE_VERSION 115. This version of Node.js requires\\nNODE_MODULE_VERSION 127. Please try re-compiling'
  throw Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' })
}`

/** As Node says it where there is no such file. */
const NOT_BUILT = `
const { Module } = require('node:module')
const { _resolveFilename } = Module
Module._resolveFilename = (request, ...others) => {
  if (!request.includes('better_sqlite3.node')) return _resolveFilename(request, ...others)
  throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' })
}`

const SAID =
  'sprk: error[E_NODE]: better-sqlite3 was built for Node 20, this is 22\n  hint: npm rebuild better-sqlite3\n'

describe('Node', () => {
  test('before 20 is refused: exit 69', () => {
    const stderr = 'sprk: error[E_NODE]: Node 20 or later is needed, this is 18.20.4\n'
    expect(runAfter(AS_NODE_18, 'bin/sprk.js', '--version')).toEqual({ status: 69, stdout: '', stderr })
  })

  test('of another release than better-sqlite3 was built for is no bug: exit 69, with the line that helps', () => {
    expect(runOnceAfter(BUILT_FOR_NODE_20)).toMatchObject({ status: 69, stderr: expect.stringContaining(SAID) })
  })

  test('without a better-sqlite3 that was built is no bug either', () => {
    expect(runOnceAfter(NOT_BUILT)).toMatchObject({
      status: 69,
      stderr: expect.stringContaining(
        'sprk: error[E_NODE]: better-sqlite3 has no SQLite: its installation script has not run\n  hint: npm rebuild better-sqlite3\n',
      ),
    })
  })

  test('ends the demo with the same words, and no stack trace', () => {
    const { status, stdout, stderr } = runAfter(BUILT_FOR_NODE_20, 'scripts/demo.mjs')
    expect([status, stderr]).toEqual([69, ''])
    expect(stdout).toContain(SAID)
    expect(stdout).toContain('The demo cannot go on: sprk ended before it had read ')
  })
})
