// The package as `npm pack` makes it, and its code cache.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { root } from '../../scripts/build.mjs'
import { node } from '../support/sprk.ts'

let folder: string
let app: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
  app = join(folder, 'package')
  // Without `prepare`: the program was built when the support was imported.
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  })
  const [{ filename }] = JSON.parse(packed.toString())
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder])
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sprk = (...args: string[]) =>
  spawnSync(node, [join(app, 'bin/sprk.js'), ...args], { cwd: folder, encoding: 'utf8' })
const caches = () => readdirSync(join(app, 'dist')).filter((name) => name.endsWith('.cache'))
const programFile = () => join(app, 'dist/sprk.cjs')
const cacheFile = () => `${programFile()}.${process.versions.v8}-${process.arch}.cache`

/** Whether a run would use the cache, as the loader and V8 say. */
function isUsed(): boolean {
  const { cachedCode, compile } = createRequire(import.meta.url)(join(app, 'bin/code-cache.js'))
  const source = readFileSync(programFile())
  const code = cachedCode(programFile(), source)
  return code !== undefined && !compile(programFile(), source, code).cachedDataRejected
}

// scripts/node-matrix.mjs makes the caches of other Nodes.
describe.skipIf(process.env['SPRK_TEST_NODE'] !== undefined)('the code cache of the package', () => {
  test('is made by its installation, used by runs, and left alone by them', () => {
    for (const name of caches()) rmSync(join(app, 'dist', name))
    expect(sprk('version')).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' })
    expect([caches(), isUsed()]).toEqual([[], false])
    const { scripts } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))
    const installed = spawnSync('sh', ['-c', scripts.postinstall], { cwd: app, encoding: 'utf8' })
    expect(installed).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect([caches(), isUsed()]).toEqual([[basename(cacheFile())], true])
    const before = readFileSync(cacheFile())
    expect(sprk('version')).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' })
    expect(readFileSync(cacheFile()).equals(before)).toBe(true)
  })

  test('is not used for another bundle of the same length', () => {
    const before = readFileSync(programFile(), 'utf8')
    try {
      writeFileSync(programFile(), before.replaceAll('print the version', 'print the VERSION'))
      expect(isUsed()).toBe(false)
      expect(sprk('--help').stdout).toContain('print the VERSION')
    } finally {
      writeFileSync(programFile(), before)
    }
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut short', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['damaged', (bytes) => Buffer.from(bytes).fill(0xff, bytes.length / 2, bytes.length / 2 + 8)],
  ])('is not used where it is %s', (_, changed) => {
    const before = readFileSync(cacheFile())
    try {
      writeFileSync(cacheFile(), changed(before))
      expect(isUsed()).toBe(false)
      expect(sprk('version')).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' })
    } finally {
      writeFileSync(cacheFile(), before)
    }
  })

  test('is not used by another build of Node', () => {
    expect(isUsed()).toBe(true)
    vi.spyOn(process, 'config', 'get').mockReturnValue({ ...process.config, target_defaults: {} as never })
    expect(isUsed()).toBe(false)
  })
})
