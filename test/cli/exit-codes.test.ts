// Every exit code of docs/exit-codes.md, from a real process as cron runs it: no terminal, what is printed is mailed.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Exit } from '../../src/errors.ts'
import { type FakeBroker, startFakeBroker } from '../support/fake-broker.ts'
import { encodeBatch } from '../support/record-batch.ts'
import { buildVariant, runSprk, type SprkResult, startSprk } from '../support/sprk.ts'

/** The program with a source that can be told to fail. */
let faulty = ''

beforeAll(async () => {
  faulty = await buildVariant('faulty-main.ts')
})

afterAll(() => rmSync(join(faulty, '..'), { recursive: true, force: true }))

interface Job {
  readonly folder: string
  /** The file that is read. */
  readonly words: string
  readonly path: string
  readonly state: string
}

const FILE = '{file: {path: words.txt, format: text}}'

/** A pipeline in a folder of its own: three words, counted. */
function job(source = FILE, more = ''): Job {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-exit-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string) => join(folder, name)
  writeFileSync(at('words.txt'), 'to\nbe\nto\n')
  writeFileSync(
    at('words.yaml'),
    `name: words\nsource: ${source}\ntransforms: [{reduceByKey: {key: value, values: {n: count(*)}}}]\nsink: {sqlite: {table: words, mode: merge}}\nbatchInterval: 10ms\n${more}`,
  )
  return { folder, words: at('words.txt'), path: at('words.yaml'), state: at('words.db') }
}

const once = ({ path }: Job, ...more: string[]) => runSprk(['run', path, '--once', ...more])

async function fakeBroker(): Promise<FakeBroker> {
  const records = [{ offset: 0, value: '{"value": "to"}' }]
  const broker = await startFakeBroker({ partitions: [[encodeBatch({ baseOffset: 0, records })]], end: 1 })
  onTestFinished(() => broker.close())
  return broker
}

const kafkaJob = (address: string, topic = 'orders') =>
  job(`{kafka: {brokers: "${address}", topics: [${topic}], startingOffsets: earliest, format: json}}`)

/** Gives a second signal to a run that takes its time to end after the first. */
async function closing(name: NodeJS.Signals): Promise<SprkResult> {
  const options = { program: faulty, env: { SPRK_TEST_FAULT: 'stuck' } }
  const running = startSprk(['run', job().path, '--verbose'], options)
  onTestFinished(() => running.kill('SIGKILL'))
  await running.waitFor(/batch 1:/)
  running.kill(name)
  await running.waitFor(/closing/)
  running.kill(name)
  return running.done
}

const bug = ({ path, folder }: Job) =>
  runSprk(['run', path, '--once'], { program: faulty, env: { SPRK_TEST_FAULT: 'bug', TMPDIR: folder } })

/** How each code comes about. */
const CASES: Readonly<Record<string, () => Promise<SprkResult>>> = {
  0: () => once(job()),
  async 1() {
    const changed = job()
    await once(changed)
    const database = new Database(changed.state)
    database.exec('UPDATE words SET n = 7')
    database.close()
    return runSprk(['replay', changed.path, '--diff'])
  },
  64: () => runSprk(['run', job().path, '--onec']),
  65: () => once(job(FILE.replace('text', 'json'))),
  66: () => runSprk(['run', join(job().folder, 'nowhere.yaml'), '--once']),
  69: () => once(kafkaJob('127.0.0.1:1'), '--timeout', '300ms', '--quiet'),
  70: () => bug(job()),
  73: () => once(job(FILE, 'state: nowhere/words.db')),
  async 74() {
    const damaged = job()
    await once(damaged)
    const bytes = readFileSync(damaged.state)
    writeFileSync(damaged.state, bytes.subarray(0, 8192))
    return once(damaged)
  },
  async 75() {
    const held = job()
    const holder = startSprk(['run', held.path, '--verbose'])
    onTestFinished(() => holder.kill('SIGKILL'))
    await holder.waitFor(/batch 1:/)
    return once(held, '--wait-lock', '100ms')
  },
  async 76() {
    const broker = await fakeBroker()
    broker.fetchVersion = 10
    return once(kafkaJob(broker.address))
  },
  async 77() {
    const broker = await fakeBroker()
    broker.errors.push(29)
    return once(kafkaJob(broker.address))
  },
  78: () => once(job(FILE, 'batchIntervall: 1s')),
  async 79() {
    const shortened = job()
    await once(shortened)
    writeFileSync(shortened.words, 'to\n')
    return once(shortened)
  },
  80: () => once(job(FILE.replace('text', 'json'), 'onError: skip'), '--max-rejects', '2'),
  129: () => closing('SIGHUP'),
  130: () => closing('SIGINT'),
  143: () => closing('SIGTERM'),
  async 141() {
    const running = startSprk(['schema'])
    running.closeOutput()
    return running.done
  },
}

/** One block, and its first line is complete in itself. */
const BLOCK = /^sprk: error\[E_[A-Z_]+\]: .{10,}\n(?: {2}.*\n)*$/

describe('exit codes', () => {
  test.each(Object.keys(CASES))('%s comes from a real process, and what it prints fits a mail', async (code) => {
    const result = await CASES[code]?.()
    expect(result).toMatchObject({
      code: Number(code),
      signal: null,
      stdout: code === '1' ? expect.stringContaining('words') : '',
    })
    const isError = Number(code) >= 64 && Number(code) <= 80
    if (isError) expect(result?.stderr).toMatch(BLOCK)
  })

  test('are all in the document, and all of the document are here', () => {
    const document = readFileSync(new URL('../../docs/exit-codes.md', import.meta.url), 'utf8')
    const told = [...document.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes = '']) => codes.split(', '))
    // Node and the kernel give these; no command does.
    const ours = told.filter((code) => !['134', '137'].includes(code))
    expect(ours.toSorted()).toEqual(Object.keys(CASES).toSorted())
    // `--diff`, the only one to answer 1, is of a later version.
    const known = Object.values(Exit).filter((code) => code !== Exit.DIFFERENT)
    expect(told).toEqual(expect.arrayContaining(known.map(String)))
  })
})

describe('under cron', () => {
  test('a run that succeeds prints nothing, and so does the next', async () => {
    const today = job()
    const silence = { code: 0, signal: null, stdout: '', stderr: '' }
    expect(await once(today)).toEqual(silence)
    appendFileSync(today.words, 'or\n')
    expect(await once(today)).toEqual(silence)
  })

  test('--quiet leaves warnings out, and nothing else', async () => {
    const unfinished = job()
    appendFileSync(unfinished.words, 'or not')
    const loud = await once(unfinished)
    expect(loud).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^sprk: warning: .*\n$/) })
    const again = job()
    appendFileSync(again.words, 'or not')
    expect(await once(again, '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test('a bug of ours is one block too, and its stack is in the file that is named', async () => {
    const { stderr } = await bug(job())
    const report = /^ {2}hint: please report it with the file (.*)$/m.exec(stderr)?.[1] ?? ''
    expect(readFileSync(report, 'utf8')).toMatch(
      /TypeError: this was not meant to happen\n {4}at Object\.plan \(\S*test\/support\/faulty-main\.ts:\d+:\d+\)\n/,
    )
  })
})
