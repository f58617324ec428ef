// docs/json-output.md is a contract: each field that it names is printed with its type, and no other one is.

import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { FAKE_TOPIC } from '../support/fake-broker.ts'
import { startFakeCluster } from '../support/fake-cluster.ts'
import { createTopic, deleteRecords, kafkaAvailable, produce } from '../support/kafka.ts'
import { type PipelineFile, pipelineFile } from '../support/pipeline-file.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

/** Title of a section → its fields and their types. */
const contract = sectionsOf(readFileSync(new URL('../../docs/json-output.md', import.meta.url), 'utf8'))

function sectionsOf(markdown: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = markdown.split(/^## /m).slice(1)
  return new Map(
    sections.map((section) => {
      const rows = [...section.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)]
      return [
        section.split('\n', 1)[0] as string,
        new Map(rows.map(([, field = '', type = '']) => [field, type.trim()])),
      ]
    }),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const areAll = (values: unknown, is: (value: unknown) => boolean) => Array.isArray(values) && values.every(is)

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  integer: Number.isSafeInteger,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  time: (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value)),
  bytes: (value) => typeof value === 'string' || (isObject(value) && typeof value['base64'] === 'string'),
  offsets: (value) =>
    isObject(value) &&
    Object.values(value).every((of) => isObject(of) && areAll(Object.values(of), Number.isSafeInteger)),
  row: isObject,
  strings: (value) => areAll(value, (one) => typeof one === 'string'),
  object: isObject,
  objects: (value) => areAll(value, isObject),
  null: (value) => value === null,
}

/** What in the objects is not as the fields say; a field nobody has seen with a value is a problem too. */
function problemsOf(fields: ReadonlyMap<string, string>, objects: readonly unknown[]): readonly string[] {
  const problems = new Set<string>()
  const seen = new Set<string>()
  const compare = (object: unknown, prefix: string) => {
    if (!isObject(object)) return problems.add(`${prefix}: no object`)
    const isOwn = (field: string) => field.startsWith(prefix) && !field.slice(prefix.length).includes('.')
    for (const field of fields.keys()) {
      if (isOwn(field) && !(field.slice(prefix.length) in object)) problems.add(`${field}: missing`)
    }
    for (const [name, value] of Object.entries(object)) {
      const field = prefix + name
      const types = fields.get(field)?.split(' or ')
      if (types === undefined) problems.add(`${field}: not in the document`)
      else if (!types.some((type) => TYPES[type]?.(value))) problems.add(`${field}: ${JSON.stringify(value)}`)
      if (value === null || areAll(value, () => false)) continue
      seen.add(field)
      if (types?.includes('object')) compare(value, `${field}.`)
      if (types?.includes('objects')) for (const one of value as readonly unknown[]) compare(one, `${field}[].`)
    }
    return problems
  }
  for (const object of objects) compare(object, '')
  for (const field of fields.keys()) if (!seen.has(field) && !UNSEEN.test(field)) problems.add(`${field}: never seen`)
  return [...problems]
}

/** What is empty in these scenarios: it takes partitions that are gone, another cluster, or tables of another shape. */
const UNSEEN = /^(notes|receivers|forgotten|begun|tables\[\]\.shape|errors\[\]\.details|steps\[\]\.notes)/

const TYPED = 'source.kafka.format={json: {schema: "city string"}}'

const RATED = 'source.kafka.maxRatePerPartition=1000'

const OTHER_COUNTS = '[{reduceByKey: {key: city, values: {n: sum(2)}}}]'

function change(path: string, sql: string): void {
  const database = new Database(path)
  database.exec(sql)
  database.close()
}

describe.skipIf(!kafkaAvailable)('docs/json-output.md', () => {
  const printed = new Map<string, unknown[]>()
  let pipeline: PipelineFile

  async function print(section: string, args: readonly string[], codes: readonly number[] = [0]): Promise<void> {
    const { code, stdout, stderr } = await runSprk(args)
    expect(codes, stderr).toContain(code)
    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    printed.set(section, [...(printed.get(section) ?? []), ...objects])
  }

  beforeAll(async () => {
    const topic = await createTopic(undefined, 2)
    await produce(topic, { key: 'k', value: '{"city": }' }, { value: Buffer.of(0xff) }, '{"city":"a"}', {
      partition: 1,
      value: '{"city":"b"}',
    })
    pipeline = pipelineFile({ topic, onError: 'deadLetter', maxRecordsPerBatch: 2 })
    const { path, state, folder } = pipeline
    await print('`sprk run --json`', ['run', path, '--json', '--max-batches', '1'])
    const [[committed] = []] = query(state, 'SELECT committed_at FROM sprk_batches')
    while (Date.now() < Number(committed) + 1000) await new Promise((resolve) => setTimeout(resolve, 50))
    const nowhere = ['--set', 'source.kafka.brokers=127.0.0.1:1', '--timeout', '100ms']
    await print('`sprk status -o json`', ['status', path, '-o', 'json', ...nowhere])
    await print('`sprk run --json`', ['run', path, '--json', '--once', '--set', RATED])
    const typed = '[{map: {city: cast(city as int)}}, {reduceByKey: {key: city, values: {n: count(*)}}}]'
    const wrong = pipelineFile(
      { name: 'wrong', topic, onError: 'skip', maxRecordsPerBatch: 1, transforms: typed },
      folder,
    )
    await print('`sprk run --json`', ['run', wrong.path, '--json', '--once'])
    await print('`sprk status -o json`', ['status', path, '-o', 'json'])
    await print('`sprk status -o json`', ['status', state, path, '-o', 'json'])
    await print('`sprk explain -o json`', ['explain', path, '-o', 'json', '--set', RATED])
    await print('`sprk explain -o json`', ['explain', wrong.path, '-o', 'json', '--set', TYPED])
    const receiver = ['--set', 'source.kafka.mode=receiver']
    await print('`sprk explain -o json`', ['explain', path, '-o', 'json', ...receiver])
    await print('`sprk validate -o json`', ['validate', path, '-o', 'json', ...receiver])
    await print('`sprk validate -o json`', ['validate', path, '-o', 'json'])
    await print('`sprk validate -o json`', ['validate', path, '-o', 'json', '--set', 'sinks=x'], [78])
    await print('`sprk dead-letters list -o json`', ['dead-letters', 'list', path, '-o', 'json'])
    await print('`sprk offsets show -o json`', ['offsets', 'show', path, '-o', 'json'])
    await printLeaderless()
    await print('`sprk backup -o json`', ['backup', path, `${folder}/copy.db`, '-o', 'json'])
    const reset = ['offsets', 'reset', path, '--shift-by', '-1', '--topic', `${topic}:0`, '--allow-duplicates']
    await print('`sprk offsets reset -o json`', [...reset, '-o', 'json'])
    await print('`sprk offsets reset -o json`', [...reset, '-o', 'json', '--execute'])
    await print('`sprk status -o json`', ['status', path, '-o', 'json'])
    // As a receiver leaves it.
    change(
      state,
      `INSERT INTO sprk_blocks (source, topic, partition, from_offset, until_offset, received_at, aborted, bytes, body)
       SELECT source, topic, partition, next, next + 5, 1767225600000, '[]', 3, x'010203' FROM sprk_offsets WHERE partition = 0`,
    )
    await print('`sprk status -o json`', ['status', path, '-o', 'json'])
    await print('`sprk offsets show -o json`', ['offsets', 'show', path, '-o', 'json'])
    await print('`sprk offsets reset -o json`', [...reset, '-o', 'json'])
    change(state, 'DELETE FROM sprk_blocks')
    // As `retain` leaves it.
    change(state, "INSERT INTO sprk_pruned VALUES (1, 5, 1767225600000, 1767225600000, 7, 0, 0, 1, 0, '')")
    await print('`sprk status -o json`', ['status', path, '-o', 'json'])
    change(state, 'DELETE FROM sprk_pruned')
    await print('`sprk verify -o json`', ['verify', path, '-o', 'json'])
    change(`${folder}/copy.db`, 'UPDATE sprk_offsets SET next = next + 1')
    await print('`sprk verify -o json`', ['verify', `${folder}/copy.db`, '-o', 'json'], [74])
    pipelineFile({ topic, onError: 'deadLetter', transforms: OTHER_COUNTS }, folder)
    const replay = ['replay', path, '--from-offset', 'earliest', '--to-offset', `${topic}:0:3`]
    await print('`sprk replay --diff -o json`', [...replay, '--diff', '-o', 'json'], [1])
    await deleteRecords(topic, 0, 1)
    await print('`sprk verify -o json`', ['verify', state, '--against', path, '-o', 'json'])
  })

  /** One of three partitions has no leader. */
  async function printLeaderless(): Promise<void> {
    const { brokers, view, close } = await startFakeCluster()
    view.leaders = [1, -1, 3]
    const { path } = pipelineFile({ topic: FAKE_TOPIC, brokers: brokers[0].address })
    const without = ['--set', 'source.kafka.mirrorOffsets=false', '-o', 'json']
    await print('`sprk status -o json`', ['status', path, ...without])
    await print('`sprk offsets show -o json`', ['offsets', 'show', path, ...without])
    await close()
  }

  test.each([...contract.keys()])('%s prints what it names, and nothing else', (section) => {
    const objects = printed.get(section)
    if (objects === undefined) throw new Error(`no scenario prints ${section}`)
    expect(problemsOf(contract.get(section) ?? new Map(), objects)).toEqual([])
  })
})
