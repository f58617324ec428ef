// @ts-check
// `npm run demo`: counts the words of a poem while it is being written, is killed on the way, and counts right.
//
// Everything happens in a new folder, whose name is printed at the end; it is all that stays.

import { spawn } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'

const program = fileURLToPath(new URL('../bin/sprk.js', import.meta.url))
const pipelines = fileURLToPath(new URL('../pipelines/', import.meta.url))

const PIPELINE = 'word-count.yaml'
const TEXT = 'jabberwocky.txt'
const STATE = 'word-count.db'

/** Far more than anything here takes. */
const TIMEOUT_MS = 60_000
/** About the time from one batch to the next. */
const BATCH_INTERVAL_MS = 500

/** The program ended before its time. */
class Ended extends Error {
  /** @param {string} message @param {number} exitCode */
  constructor(message, exitCode) {
    super(message)
    this.exitCode = exitCode
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sprk-demo-'))
const text = join(folder, TEXT)
const poem = readFileSync(join(pipelines, TEXT), 'utf8')
const stanzas = poem.split(/(?<=\n)\n/)

process.once('exit', () => say(`All of this lies in ${folder}: look around, or delete it.`))
// The default would leave the program of the moment behind.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

copyFileSync(join(pipelines, PIPELINE), join(folder, PIPELINE))
writeFileSync(text, '')
process.exitCode = await demo().catch((error) => {
  // The program has said why it ended.
  if (!(error instanceof Ended)) throw error
  say(`The demo cannot go on: ${error.message}.`)
  return error.exitCode
})

async function demo() {
  say(`A pipeline, ${PIPELINE}:\n`)
  print(readFileSync(join(folder, PIPELINE), 'utf8').replace(/^#.*\n/gm, ''))

  say(`It runs while a poem is written, stanza by stanza:`)
  const first = start()
  for (const stanza of stanzas.slice(0, 3)) await write(stanza, first)

  say('The poem goes on; the pipeline is killed with kill -9 at a random moment:')
  append(stanzas[3])
  await sleep(Math.random() * BATCH_INTERVAL_MS)
  await first.kill()
  append(stanzas[4])

  say('Started again, it resumes after its last batch:')
  const second = start()
  for (const stanza of stanzas.slice(5)) await write(stanza, second)
  await second.stop()
  return check()
}

/** Asks the state file, and counts the words of the poem in another way. */
function check() {
  say('The results are a table in one SQLite file:')
  query('SELECT word, count FROM words ORDER BY count DESC, word LIMIT 5')
  query('SELECT batch_id, from_offset, until_offset FROM sprk_batch_ranges ORDER BY batch_id')
  const counted = Number(query('SELECT sum(count) FROM words'))
  const words = poem.toLowerCase().match(/[a-z]+/g) ?? []
  const isRight = counted === words.length && isSame(words)
  say(
    isRight
      ? `The poem has ${words.length} words. Each was counted once.`
      : `The poem has ${words.length} words: that is wrong!`,
  )
  return isRight ? 0 : 1
}

/** @param {readonly string[]} words */
function isSame(words) {
  const counts = new Map()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  const rows = select('SELECT word, count FROM words')
  return rows.length === counts.size && rows.every(([word, count]) => counts.get(word) === count)
}

/** Appends to the text and waits until the batch with it is committed. @param {string} stanza @param {Run} run */
async function write(stanza, run) {
  append(stanza)
  await run.reads(statSync(text).size)
}

/** @param {string | undefined} stanza */
function append(stanza) {
  appendFileSync(text, `${statSync(text).size === 0 ? '' : '\n'}${stanza}`)
}

/**
 * @typedef {object} Run
 * @property {(offset: number) => Promise<void>} reads waits until the text was read up to there
 * @property {() => Promise<void>} kill
 * @property {() => Promise<void>} stop
 */

/** @returns {Run} */
function start() {
  print(`  $ sprk run ${PIPELINE} --verbose\n`)
  // As on a terminal, both outputs come the same way: in the order in which they were written.
  const together = ['-c', 'exec "$0" "$@" 2>&1', process.execPath, program, 'run', PIPELINE, '--verbose']
  const child = spawn('sh', together, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.stdout.setEncoding('utf8').on('data', print)
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once('close', () => {
      clearTimeout(timer)
      process.off('exit', end)
      resolve()
    })
  })
  return {
    reads: async (offset) => {
      while (!hasRead(offset)) {
        if (child.exitCode !== null) throw new Ended(`sprk ended before it had read ${offset} bytes`, child.exitCode)
        await sleep(20)
      }
      await sleep(100) // it prints the batch after its commit
    },
    kill: async () => {
      print(`  $ kill -9 ${child.pid}\n`)
      child.kill('SIGKILL')
      await ended
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Whether the state file says so. @param {number} offset */
function hasRead(offset) {
  return existsSync(join(folder, STATE)) && Number(select('SELECT max(next) FROM sprk_offsets')[0]?.[0]) >= offset
}

/** Prints a query and its rows as sqlite3 does. @param {string} sql */
function query(sql) {
  const answer = select(sql)
    .map((row) => row.join('|'))
    .join('\n')
  print(`  $ sqlite3 ${STATE} "${sql}"\n${answer}\n`)
  return answer
}

/** @param {string} sql @returns {unknown[][]} */
function select(sql) {
  const database = new Database(join(folder, STATE), { fileMustExist: true })
  try {
    return /** @type {unknown[][]} */ (database.prepare(sql).raw().all())
  } finally {
    database.close()
  }
}

/** @param {string} sentence */
function say(sentence) {
  print(`\n# ${sentence}\n`)
}

/** @param {string} output */
function print(output) {
  process.stdout.write(output)
}
