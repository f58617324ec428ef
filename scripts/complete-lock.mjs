// @ts-check
// Adds the other platforms' binaries to package-lock.json where npm has left them out: if a registry does not (yet)
// offer one of them, `npm install` writes a lock file that `npm ci` refuses (npm/cli#9846). Run it after adding or
// updating a package; it changes nothing where nothing is missing.
//
//   node scripts/complete-lock.mjs

import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'sunos', 'win32']
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']
const libraries = { gnu: 'glibc', musl: 'musl' }

/**
 * @typedef {object} Package
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {Record<string, string>} [optionalDependencies]
 */

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))

/** @type {Record<string, Package>} */
const packages = lock.packages
const added = Object.entries(packages).flatMap(([path, owner]) => addMissing(path, owner))
if (added.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  process.stdout.write(`package-lock.json: added ${added.join(', ')}\n`)
}

/** @param {string} ownerPath @param {Package} owner @returns {string[]} */
function addMissing(ownerPath, owner) {
  const missing = Object.entries(owner.optionalDependencies ?? {}).filter(
    ([name, version]) => /^\d+\.\d+\.\d+$/.test(version) && !isLocked(ownerPath, name, version),
  )
  for (const [name, version] of missing) {
    const path = `node_modules/${name}` in packages ? `${ownerPath}/node_modules/${name}` : `node_modules/${name}`
    const entry = { ...platform(name), ...(owner.dev && { dev: true }), optional: true }
    // In npm's order, so that npm does not rewrite it.
    packages[path] = { version, ...Object.fromEntries(Object.entries(entry).sort(([a], [b]) => a.localeCompare(b))) }
  }
  return missing.map(([name]) => name)
}

/** @param {string} ownerPath @param {string} name @param {string} version */
function isLocked(ownerPath, name, version) {
  return [`${ownerPath}/node_modules/${name}`, `node_modules/${name}`].some(
    (path) => packages[path]?.version === version,
  )
}

/** What such a package's name says about where it can be used. @param {string} name */
function platform(name) {
  const words = name.split(/[/-]/)
  const system = systems.filter((word) => words.includes(word))
  const processor = processors.filter((word) => words.includes(word))
  const library = Object.entries(libraries).flatMap(([word, libc]) => (words.includes(word) ? [libc] : []))
  return {
    ...(processor.length > 0 && { cpu: processor }),
    ...(library.length > 0 && { libc: library }),
    ...(system.length > 0 && { os: system }),
  }
}
