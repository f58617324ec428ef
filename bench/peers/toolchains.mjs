// @ts-check
// Builds the programs of other languages into a cache folder, each once for a version of its sources.

import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const cache = fileURLToPath(new URL('../../.cache/peers', import.meta.url))

/** What has wheels for all packages that are pinned here. */
const pythons = ['3.12', '3.11', '3.10']

/** The folder of a peer's sources. @param {string} name */
export function sourcesOf(name) {
  return fileURLToPath(new URL(name, import.meta.url))
}

/**
 * Where a peer's program is built, by `build` into the folder that is given to it. A build that failed leaves nothing.
 *
 * @param {string} name
 * @param {(folder: string) => Promise<void>} build
 * @param {(line: string) => void} say
 */
export async function built(name, build, say) {
  const folder = join(cache, `${name}-${digestOf(sourcesOf(name))}`)
  if (existsSync(join(folder, 'built'))) return folder
  say(`building ${name}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  try {
    await build(folder)
    writeFileSync(join(folder, 'built'), '')
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return folder
}

/** @param {string} name @param {string} folder */
export async function buildGo(name, folder) {
  await run('go', ['build', '-mod=readonly', '-o', join(folder, name), '.'], sourcesOf(name))
}

/** Classes in `classes/`, packages in `jars/`. @param {string} name @param {string} folder */
export async function buildMaven(name, folder) {
  const jars = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${join(folder, 'jars')}`]
  await run('mvn', ['-q', '-B', `-Dbuild.folder=${folder}`, 'compile', ...jars], sourcesOf(name))
}

/** A virtual environment in `venv/`. @param {string} name @param {string} folder */
export async function buildPython(name, folder) {
  const python = findPython()
  if (python === undefined) throw new Error('no Python 3.10 to 3.12')
  await run(python, ['-m', 'venv', join(folder, 'venv')], folder)
  const pip = [join(folder, 'venv/bin/python'), '-m', 'pip', '--disable-pip-version-check', 'install', '-q']
  await run(pip[0] ?? '', [...pip.slice(1), '-r', join(sourcesOf(name), 'requirements.txt')], folder)
}

export function whyNoGo() {
  return isInstalled('go', 'version') ? null : 'no Go'
}

export function whyNoPython() {
  return findPython() === undefined ? 'no Python 3.10 to 3.12' : null
}

export function whyNoMaven() {
  const version = Number(/version "(\d+)/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr ?? '')?.[1])
  if (!(version >= 17)) return 'no Java 17'
  return isInstalled('mvn', '-v') ? null : 'no Maven'
}

/** On the PATH, or one that pyenv has installed. */
function findPython() {
  const root = spawnSync('pyenv', ['root'], { encoding: 'utf8' }).stdout?.trim()
  const versions = root === undefined || !existsSync(join(root, 'versions')) ? [] : readdirSync(join(root, 'versions'))
  const ofPyenv = versions.map((version) => join(root ?? '', 'versions', version, 'bin/python3'))
  const candidates = [...pythons.map((version) => `python${version}`), 'python3', ...ofPyenv]
  return candidates.find((python) => {
    const { stdout } = spawnSync(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
      encoding: 'utf8',
    })
    return pythons.includes(stdout?.trim())
  })
}

/** @param {string} command @param {string} argument */
function isInstalled(command, argument) {
  return spawnSync(command, [argument]).status === 0
}

/** Fails with what the command printed last. @param {string} command @param {readonly string[]} args @param {string} cwd */
async function run(command, args, cwd) {
  try {
    await promisify(execFile)(command, args, {
      cwd,
      env: { ...process.env, PYTHONNOUSERSITE: '1' },
      maxBuffer: 2 ** 26,
    })
  } catch (error) {
    const { stdout = '', stderr = '', message } = /** @type {any} */ (error)
    throw new Error(`${stdout}${stderr}`.trim().split('\n').slice(0, 3).join('\n') || message)
  }
}

/** Of the names and contents of all files. @param {string} folder */
function digestOf(folder) {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const path = join(folder, name)
    if (statSync(path).isFile()) hash.update(name).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex').slice(0, 12)
}
