// What all commands have in common: forms of output, help, the words of other tools, and what stands for a pipeline.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { type FileJob, fileJob } from '../support/file-job.ts'
import { runSprk } from '../support/sprk.ts'

const COMMANDS = [
  ...['run', 'validate', 'explain', 'status', 'offsets show', 'offsets reset', 'replay', 'dead-letters list'],
  ...['verify', 'backup', 'schema', 'version', 'help'],
]

/** A pipeline that has run, and refused a record. */
async function finished(): Promise<FileJob> {
  const job = fileJob(
    'transforms: [{map: {n: cast(value as int)}}]\nonError: deadLetter\nsink: {sqlite: {table: ns}}',
    {
      lines: ['1', 'x,"y', '2'],
    },
  )
  expect(await job.sprk('run', 'words.yaml', '--once')).toMatchObject({ code: 0 })
  return job
}

describe('-o', () => {
  /** Command → the first line of its CSV. */
  const TITLES: Readonly<Record<string, string>> = {
    'validate words.yaml': 'file,valid,name,code,message,place,hint',
    'explain words.yaml': 'id,part,input,description,columns',
    'status words.yaml': 'name,state,running,lastBatchId,committedAt,lag,lost,deadLetters,moves,pipelineChange,away',
    'offsets show words.yaml':
      'topic,partition,next,start,end,lag,lost,lastBatchRecords,committedAt,status,groupOffset,received,blocks,blockBytes',
    'dead-letters list words.yaml': 'topic,partition,offset,batchId,code,reason,key,value,headers',
    'verify words.yaml': 'check,result,what',
    'backup words.yaml copy.db': 'state,file,bytes,lastBatchId',
  }

  test.each(Object.entries(TITLES))('%s prints JSON and CSV', async (command, titles) => {
    const job = await finished()
    const json = await job.sprk(...command.replace('copy', 'copy-1').split(' '), '-o', 'json')
    expect(json).toMatchObject({ code: 0, stderr: '' })
    for (const line of json.stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toBeTypeOf('object')
    const csv = await job.sprk(...command.split(' '), '-o', 'csv')
    expect(csv).toMatchObject({ code: 0, stderr: '' })
    const [head, first] = csv.stdout.split('\n')
    expect(head).toBe(titles)
    expect(first).not.toBe('')
  })

  test('quotes cells of CSV, and takes `table` for `text`', async () => {
    const job = await finished()
    const { stdout } = await job.sprk('dead-letters', 'list', 'words.yaml', '-o', 'csv')
    expect(stdout).toContain(',"x,""y",')
    const [text, table] = await Promise.all(
      ['text', 'table'].map((form) => job.sprk('offsets', 'show', 'words.yaml', '--offline', '-o', form)),
    )
    expect(table).toEqual(text)
    expect(await job.sprk('status', 'words.yaml', '-o', 'xml')).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/one of text, json, csv\n {2}hint: sprk status --help\n$/),
    })
  })

  test('has mistakes of a file too', async () => {
    const job = fileJob('sinks: discard')
    const { code, stdout, stderr } = await job.sprk('validate', 'words.yaml', '-o', 'json')
    expect([code, stderr]).toEqual([78, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'words.yaml',
      valid: false,
      name: null,
      exit: 78,
      errors: expect.arrayContaining([expect.objectContaining({ code: 'E_NOT_YET', place: 'words.yaml:3:1' })]),
    })
  })
})

describe('help', () => {
  test.each(COMMANDS)(
    'of %s is the same by `sprk help`, and has exit codes, documents and no empty defaults',
    async (name) => {
      const help = await runSprk([...name.split(' '), '--help'])
      expect(help).toMatchObject({ code: 0, stderr: '' })
      expect(await runSprk(['help', ...name.split(' ')])).toEqual(help)
      expect(help.stdout).toMatch(/\nExit codes:\n {2}0 done, .*64 wrong command line/)
      expect(help.stdout).toMatch(/\nMore: docs\/[a-z-]+\.md/)
      expect(help.stdout.replace(/\s+/g, ' ')).not.toMatch(/\(default: (?:false|\[\])\)/)
    },
  )

  test('and the version are commands too', async () => {
    expect(await runSprk(['help'])).toEqual(await runSprk(['--help']))
    expect(await runSprk(['version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` })
    expect(await runSprk(['help', 'offsets', 'rest'])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('reset'),
    })
  })

  test.each([
    [['run'], 'sprk run --help'],
    [['offsets', 'reset'], 'sprk offsets reset --help'],
    [['offsets', 'shew'], 'Did you mean show?'],
    [['dead-letters'], 'sprk dead-letters --help'],
    [['replay', 'a.yaml', '--timeout', 'soon'], 'sprk replay --help'],
    [['lint', 'a.yaml'], 'sprk validate <pipeline>'],
    [['offsets', 'reset', 'a.yaml', '--to-current'], 'sprk offsets show <pipeline>'],
    [['offsets', 'reset', 'a.yaml', '--group', 'g'], 'name the pipeline file instead'],
    [['offsets', 'show', '--bootstrap-server', 'b:9092'], '--set source.kafka.brokers=host:9092'],
  ])('is what %j points at', async (args, hint) => {
    const { code, stderr } = await runSprk(args)
    expect(code).toBe(64)
    expect(stderr).toMatch(/^sprk: error\[E_USAGE\]: .*\n {2}hint: .*\n$/)
    expect(stderr).toContain(hint)
  })
})

describe('offsets reset', () => {
  test('takes --dry-run, which is the default, and --all-topics', async () => {
    const job = await finished()
    const plain = await job.sprk('offsets', 'reset', 'words.yaml', '--to-earliest')
    const dry = await job.sprk('offsets', 'reset', 'words.yaml', '--to-earliest', '--dry-run')
    expect(dry).toEqual(plain)
    const all = await job.sprk('offsets', 'reset', 'words.yaml', '--to-earliest', '--all-topics')
    expect({ ...all, stdout: all.stdout.replace(' --all-topics', '') }).toEqual(plain)
    for (const other of [
      ['--dry-run', '--execute'],
      ['--all-topics', '--topic', 'words.txt'],
    ]) {
      expect(await job.sprk('offsets', 'reset', 'words.yaml', '--to-earliest', ...other)).toMatchObject({
        code: 64,
        stderr: expect.stringContaining('only one of them can be meant'),
      })
    }
  })
})

describe('a state file', () => {
  test.each(['status', 'offsets show', 'dead-letters list', 'verify'])(
    'stands for its pipeline in %s',
    async (name) => {
      const job = await finished()
      const command = name.split(' ')
      const { code, stdout, stderr } = await job.sprk(...command, 'words.db')
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).not.toBe('')
      expect(await job.sprk(...command, 'words.db', '--set', 'batchInterval=1s')).toMatchObject({ code: 64 })
    },
  )

  test.each(['run', 'validate', 'explain', 'replay', 'offsets reset --to-latest'])(
    'is told apart by %s',
    async (name) => {
      const job = await finished()
      const { code, stderr } = await job.sprk(...name.split(' '), 'words.db')
      expect([64, 78]).toContain(code)
      expect(stderr).toMatch(/words\.db.* is a state file/)
    },
  )
})

describe('status of several pipelines', () => {
  test('is a line each, and names what cannot be looked at', async () => {
    const job = await finished()
    writeFileSync(
      join(job.folder, 'new.yaml'),
      'name: new\nsource: {file: {path: words.txt, format: text}}\nsink: discard\n',
    )
    const { code, stdout, stderr } = await job.sprk('status', 'words.yaml', 'nowhere.yaml', 'new.yaml')
    expect(code).toBe(66)
    expect(stderr).toMatch(/^sprk: error\[E_NO_FILE\]: nowhere\.yaml: there is no such file\n$/)
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['pipeline', 'running', 'last batch'],
      ['words', 'no', '1'],
      ['new', 'no', '-'],
      [''],
    ])
    const json = await job.sprk('status', 'words.yaml', 'new.yaml', 'words.db', '-o', 'json')
    expect(
      json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).name),
    ).toEqual(['words', 'new', 'words'])
  })
})

describe('validate and explain', () => {
  test('take - for standard input', async () => {
    const input = 'name: piped\nsource: {file: {path: words.txt, format: text}}\nsink: discard\n'
    expect(await runSprk(['validate', '-'], { input })).toMatchObject({ code: 0, stdout: '-: piped is valid\n' })
    expect(await runSprk(['explain', '-'], { input })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^pipeline piped\n/),
    })
    const wrong = await runSprk(['validate', '-'], { input: `${input}sinks: x\n` })
    expect(wrong).toMatchObject({ code: 78, stderr: expect.stringContaining('-:4:1: ') })
    expect(await runSprk(['run', '-'], { input })).toMatchObject({ code: 66 })
  })

  test('--quiet leaves out what is valid', async () => {
    const job = fileJob()
    expect(await job.sprk('validate', 'words.yaml', '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    await job.sprk('run', 'words.yaml', '--once')
    expect(await job.sprk('verify', 'words.yaml', '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const loud = await job.sprk('backup', 'words.yaml', 'copy.db', '--verbose')
    expect(loud.stderr).toMatch(/^sprk: copy\.db: [\d,]+ bytes, last batch 1\n$/)
  })
})
