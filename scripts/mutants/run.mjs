// @ts-check
// Breaks one barrier at a time and sees that the test that stands for it fails.
//
//   node scripts/mutants/run.mjs [-v] [NAME…]   -v: says how each test failed; NAME: a part of a mutant's name
//
// The tree is copied, so that nobody sees the patches. Exit 1 where a mutant is not caught.

import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { aheadMutants } from './ahead.mjs'
import { blockMutants } from './blocks.mjs'
import { checkpointMutants } from './checkpoint.mjs'
import { executionMutants } from './execution.mjs'
import { expressionMutants } from './expressions.mjs'
import { fileMutants } from './file.mjs'
import { formatMutants } from './formats.mjs'
import { groupMutants } from './group.mjs'
import { memoryMutants } from './memory.mjs'
import { mirrorMutants } from './mirror.mjs'
import { offsetsMutants } from './offsets.mjs'
import { protocolMutants } from './protocol.mjs'
import { pruningMutants } from './pruning.mjs'
import { rateMutants } from './rates.mjs'
import { receiverMutants } from './receiver.mjs'
import { replayMutants } from './replay.mjs'
import { sourceMutants } from './sources.mjs'

/**
 * @typedef {object} Mutant  A barrier's patch and the test that has to notice it, whatever other barriers do.
 * @property {string} name
 * @property {string} file
 * @property {string} find  Stands in the file exactly once.
 * @property {string} replace
 * @property {readonly [file: string, title: string]} test  The title with those of its `describe`s before it.
 */
/** @typedef {{ title: string, passed: boolean, messages: string[] }} Outcome  How one test went. */
/** @typedef {{ kind: 'caught' | 'not caught' | 'stale' | 'broken', detail: string }} Verdict */

const root = fileURLToPath(new URL('../..', import.meta.url))
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
/** What tests do not read, or make themselves. */
const omitted = ['.cache', '.git', 'dist', 'node_modules']

/** Of one run of vitest; a patch that lets it run longer is not caught. */
const MAX_RUN_MS = 120_000

const { values, positionals } = parseArgs({ options: { v: { type: 'boolean', short: 'v' } }, allowPositionals: true })
const mutants = [
  ...aheadMutants,
  ...blockMutants,
  ...checkpointMutants,
  ...executionMutants,
  ...expressionMutants,
  ...fileMutants,
  ...formatMutants,
  ...memoryMutants,
  ...groupMutants,
  ...mirrorMutants,
  ...offsetsMutants,
  ...protocolMutants,
  ...pruningMutants,
  ...rateMutants,
  ...receiverMutants,
  ...replayMutants,
  ...sourceMutants,
]
const chosen = mutants.filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
const startedAt = performance.now()
const trees = Array.from({ length: Math.min(availableParallelism(), 4) }, copyOfTree)
process.on('exit', () => {
  for (const tree of trees) rmSync(tree, { recursive: true, force: true })
})
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => process.exit(130))

process.exitCode = (await isSound()) && (await tryAll()) ? 0 : 1

/** Without a patch every named test runs and passes: else its failure would say nothing. */
async function isSound() {
  const files = [...new Set(chosen.map(({ test: [file] }) => file))]
  const titles = [...new Set(chosen.map(({ test: [, title] }) => title))]
  const { outcomes, problem } = await runTests(trees[0] ?? '', files, titles)
  if (problem !== undefined) {
    say(`without a patch: ${problem}`)
    return false
  }
  const silent = titles.filter((title) => !outcomes.some((outcome) => outcome.title === title))
  const failed = outcomes.filter(({ passed }) => !passed)
  for (const title of silent) say(`there is no such test, or it was skipped: ${title}`)
  for (const { title, messages } of failed) say(`fails without a patch: ${title}: ${firstLine(messages)}`)
  if (chosen.length === 0) say('there is no such mutant')
  if (silent.length + failed.length > 0 || chosen.length === 0) return false
  say(`without a patch, all ${titles.length} tests that have to fail pass`)
  return true
}

async function tryAll() {
  const waiting = [...chosen]
  let caught = 0
  await Promise.all(
    trees.map(async (tree) => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const { kind, detail } = await tryMutant(tree, mutant)
        if (kind === 'caught') caught++
        say(`${kind.padEnd(10)}  ${mutant.name}${kind !== 'caught' || values.v ? `: ${detail}` : ''}`)
      }
    }),
  )
  say(`${caught} of ${chosen.length} caught, in ${Math.round((performance.now() - startedAt) / 1000)} s`)
  return caught === chosen.length
}

/**
 * @param {string} tree
 * @param {Mutant} mutant
 * @returns {Promise<Verdict>}
 */
async function tryMutant(tree, { file, find, replace, test: [testFile, title] }) {
  const path = join(tree, file)
  const text = readFileSync(path, 'utf8')
  const found = text.split(find).length - 1
  if (found !== 1) return { kind: 'stale', detail: `${file} has what it replaces ${found} times` }
  writeFileSync(
    path,
    text.replace(find, () => replace),
  )
  try {
    const { outcomes, problem } = await runTests(tree, [testFile], [title])
    const failed = outcomes.find(({ passed }) => !passed)
    if (failed === undefined) {
      if (outcomes.length === 0) return { kind: 'broken', detail: problem ?? `${testFile} does not load` }
      return { kind: 'not caught', detail: `it passes: ${title}` }
    }
    const message = firstLine(failed.messages)
    const isBroken = /^(Reference|Syntax)Error/.test(message)
    return { kind: isBroken ? 'broken' : 'caught', detail: message }
  } finally {
    writeFileSync(path, text)
  }
}

/**
 * Runs the tests with these full titles. Those that were skipped, or whose file does not load, are not in the result;
 * `problem` says why there is none at all.
 *
 * @param {string} tree
 * @param {readonly string[]} files
 * @param {readonly string[]} titles
 * @returns {Promise<{ outcomes: Outcome[], problem?: string }>}
 */
async function runTests(tree, files, titles) {
  const report = join(tree, 'report.json')
  rmSync(report, { force: true })
  const pattern = `^(${titles.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`
  const args = ['run', ...files, '-t', pattern, '--reporter=json', `--outputFile=${report}`]
  const options = { cwd: tree, timeout: MAX_RUN_MS, maxBuffer: 1 << 26 }
  const problem = await new Promise((resolve) => {
    execFile(process.execPath, [vitest, ...args], options, (error, _, stderr) => {
      // A time-out ends it; an exit code only says that tests failed.
      resolve(error?.killed === true ? `vitest did not end within ${MAX_RUN_MS / 1000} s` : stderr.trim())
    })
  })
  if (!existsSync(report)) return { outcomes: [], problem }
  return { outcomes: readReport(report, tree, files).filter(({ title }) => titles.includes(title)) }
}

/** @param {string} report @param {string} tree @param {readonly string[]} files @returns {Outcome[]} */
function readReport(report, tree, files) {
  /** @type {{ testResults: { name: string, assertionResults: { fullName: string, status: string, failureMessages?: string[] }[] }[] }} */
  const content = JSON.parse(readFileSync(report, 'utf8'))
  return content.testResults
    .filter(({ name }) => files.includes(relative(tree, name)))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed')
    .map(({ fullName, status, failureMessages = [] }) => {
      return { title: fullName, passed: status === 'passed', messages: failureMessages }
    })
}

/** The packages stay where they are. */
function copyOfTree() {
  const tree = mkdtempSync(join(realpathSync(tmpdir()), 'sprk-mutant-'))
  cpSync(root, tree, { recursive: true, filter: isCopied })
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
  return tree
}

/** State files of those who try the examples come and go. @param {string} path */
function isCopied(path) {
  return !omitted.includes(relative(root, path)) && !/\.db(-|\.|$)/.test(path)
}

/** @param {readonly string[]} messages */
function firstLine([message = '']) {
  return message.split('\n')[0] ?? ''
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`)
}
