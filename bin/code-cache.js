// @ts-check
// Loads the program with what V8 made of it when it was built or installed, which saves compiling it at every start.
// A run never writes such a cache: bin/make-cache.js does.
'use strict'

const { createHash } = require('node:crypto')
const { readFileSync } = require('node:fs')
const { dirname } = require('node:path')
const { Script } = require('node:vm')

/** As Node wraps a CommonJS module; on the first line, whose columns stay where they are. */
const HEAD = Buffer.from('(function (exports, require, module, __filename, __dirname) {')
const TAIL = Buffer.from('\n})')

const DIGEST_BYTES = 32

/** Runs a program, a CommonJS file; returns what it exports. @param {string} program */
function load(program) {
  // Node maps positions to sources only in what it loads itself.
  if (process.sourceMapsEnabled) return require(program)
  const source = readFileSync(program)
  return evaluate(compile(program, source, cachedCode(program, source)), program)
}

/** @param {string} program @param {Buffer} source @param {Buffer | undefined} cachedData */
function compile(program, source, cachedData) {
  // The bundle is ASCII.
  const text = Buffer.concat([HEAD, source, TAIL]).toString('latin1')
  return new Script(text, { filename: program, columnOffset: -HEAD.length, cachedData })
}

/** @param {Script} script @param {string} program @returns {Record<string, unknown>} */
function evaluate(script, program) {
  const module = { exports: {} }
  script.runInThisContext()(module.exports, require, module, program, dirname(program))
  return module.exports
}

/** Where the cache of a program lies that this Node can use. @param {string} program */
function cacheFile(program) {
  return `${program}.${process.versions.v8}-${process.arch}.cache`
}

/**
 * Undefined where there is none, or one of another program, another build of Node, or a damaged one.
 *
 * @param {string} program @param {Buffer} source
 */
function cachedCode(program, source) {
  let bytes
  try {
    bytes = readFileSync(cacheFile(program))
  } catch {
    return undefined
  }
  const code = bytes.subarray(DIGEST_BYTES)
  return digest(source, code).equals(bytes.subarray(0, DIGEST_BYTES)) ? code : undefined
}

/**
 * Of the code and of all that it depends on. V8 itself compares little more than its version and the length of the
 * source; a build of the same version with other options has other tables of builtins.
 *
 * @param {Buffer} source @param {Buffer} code
 */
function digest(source, code) {
  const { version, versions, arch, platform, config } = process
  const node = JSON.stringify([version, versions.v8, arch, platform, config])
  return createHash('sha256').update(`${node}\n${source.length}\n`).update(source).update(code).digest()
}

module.exports = { load, cachedCode, compile, evaluate, cacheFile, digest }
