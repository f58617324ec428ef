// What docs/running.md promises to those who start sprk: a container engine, systemd.

import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { blocksOf } from '../support/docs.ts'
import '../support/sprk.ts' // Builds the program.

const root = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Instruction {
  readonly name: string
  readonly text: string
}

/** Without comments, a list for each stage. */
const stages = textOf('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split(/^(?=FROM )/m)
  .filter((stage) => stage.startsWith('FROM'))
  .map((stage) =>
    [...stage.matchAll(/^([A-Z]+)\s+(.*)$/gm)].map(([, name = '', text = '']): Instruction => ({ name, text })),
  )

const last = stages.at(-1) ?? []
const textsOf = (stage: readonly Instruction[], wanted: string) =>
  stage.filter(({ name }) => name === wanted).map(({ text }) => text)

describe('the Dockerfile', () => {
  test('copies what is there, and .dockerignore lets it through', () => {
    const passed = [...textOf('.dockerignore').matchAll(/^!(.*)$/gm)].map(([, path]) => path)
    const copied = stages
      .flatMap((stage) => textsOf(stage, 'COPY'))
      .filter((text) => !text.startsWith('--from='))
      .flatMap((text) => text.split(' ').slice(0, -1))
      .map((path) => path.replace('./', ''))
    expect(copied).toEqual(expect.arrayContaining(['package.json', 'src']))
    expect(copied.toSorted()).toEqual(passed.toSorted())
    for (const path of copied) expect(existsSync(join(root, path)), path).toBe(true)
  })

  test('installs packages before it has sources, so that they stay in the cache', () => {
    const [build = []] = stages
    const names = build.map(({ name, text }) => (name === 'RUN' ? text.split(' ').slice(0, 2).join(' ') : name))
    expect(names.slice(0, 4)).toEqual(['FROM', 'WORKDIR', 'COPY', 'npm ci'])
    const before = build[2]?.text.split(' ').slice(0, -1)
    expect(before).toEqual(['package.json', 'package-lock.json', '.npmrc'])
  })

  test('says which version it holds', () => {
    const labels = textsOf(last, 'LABEL').join(' ')
    expect(labels).toContain(`org.opencontainers.image.version="${manifest.version}"`)
    expect(labels).toContain(`org.opencontainers.image.licenses="${manifest.license}"`)
  })

  test('ends as another user than root, with sprk as the process, on a Node that sprk is made for', () => {
    expect(textsOf(last, 'USER')).toEqual(['node'])
    expect(textsOf(last, 'ENTRYPOINT').map((text) => JSON.parse(text))).toEqual([['sprk']])
    expect(textsOf(last, 'CMD').map((text) => JSON.parse(text))).toEqual([['--help']])
    const [, least = ''] = />=(\d+)/.exec(manifest.engines.node) ?? []
    const versions = stages.map((stage) => Number(/node:(\d+)-/.exec(textsOf(stage, 'FROM')[0] ?? '')?.[1]))
    expect(new Set(versions).size).toBe(1)
    expect(versions[0]).toBeGreaterThanOrEqual(Number(least))
  })
})

const NAMESPACE = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc']
const hasNamespaces = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0

/** A folder that holds what the last stage copies, with the packages of an installation without development. */
function imageOf(folder: string): string {
  for (const text of textsOf(last, 'COPY')) {
    const [, from = '', to = ''] = /^--from=build \/sprk\/(\S+) (\S+)$/.exec(text) ?? []
    if (from === 'node_modules') linkPackages(join(folder, to))
    else cpSync(join(root, from), join(folder, to, to.endsWith('/') ? from : ''), { recursive: true })
  }
  return join(folder, 'sprk/bin/sprk.js')
}

function linkPackages(modules: string): void {
  const lock = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, { dev?: boolean }> }
  const names = Object.entries(lock.packages).flatMap(([path, { dev }]) => (path === '' || dev ? [] : [path]))
  for (const path of names.filter((name) => existsSync(join(root, name)) && name.split('node_modules').length === 2)) {
    const target = join(modules, path.replace('node_modules/', ''))
    mkdirSync(join(target, '..'), { recursive: true })
    symlinkSync(realpathSync(join(root, path)), target)
  }
}

describe.skipIf(!hasNamespaces)('what the image holds', () => {
  test('stops with exit 0 on one SIGTERM as process 1', async () => {
    const folder = temporaryFolder()
    const program = imageOf(folder)
    chmodSync(program, 0o755)
    writeFileSync(join(folder, 'words.txt'), 'to\nbe\n')
    const source = '{file: {path: words.txt, format: text}}'
    writeFileSync(join(folder, 'words.yaml'), `name: words\nsource: ${source}\nsink: {sqlite: {table: words}}\n`)
    const args = [...NAMESPACE, process.execPath, program, 'run', 'words.yaml', '--verbose']
    const unshare = spawn('unshare', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    let stderr = ''
    unshare.stderr.setEncoding('utf8').on('data', (data: string) => (stderr += data))
    const ended = new Promise((resolve) => unshare.on('close', resolve))
    const first = () => Number(readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8'))

    await expect.poll(() => stderr, { timeout: 60_000, interval: 20 }).toMatch(/batch 1:/)
    const pid = first()
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NSpid:\t\d+\t1$/m)
    process.kill(pid, 'SIGTERM')
    const late = setTimeout(() => process.kill(pid, 'SIGKILL'), 10_000)
    expect(await ended).toBe(0)
    clearTimeout(late)
    expect(stderr).toMatch(/sprk: stopped, last batch 1\n$/)
  })
})

const unit = blocksOf(textOf('docs/running.md')).find(({ text }) => text.startsWith('[Unit]'))?.text ?? ''
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

describe('the systemd unit', () => {
  test('does not restart what would end the same way again', () => {
    const [, prevented = ''] = /^RestartPreventExitStatus=(.*)$/m.exec(unit) ?? []
    const rows = [...textOf('docs/exit-codes.md').matchAll(/^\| (\d+) \|.*\| no(?:: .*)? \|$/gm)]
    expect(prevented.split(' ')).toEqual(rows.map(([, code]) => code))
  })

  test.skipIf(!hasSystemd)('is one to systemd', () => {
    const path = join(temporaryFolder(), 'sprk@words.service')
    // systemd looks for the program too.
    writeFileSync(path, unit.replace('/usr/local/bin/sprk', '/bin/true'))
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})
