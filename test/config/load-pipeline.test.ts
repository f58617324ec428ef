import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { type Problem, SprkError } from '../../src/errors.ts'
import type { KafkaOptions } from '../../src/sources/kafka/options.ts'
import type { Entry, PipelineSpec, SourceText } from '../../src/spec.ts'

const SMALLEST = `name: counts
source: {kafka: {brokers: "a:1", topics: [events], format: json}}
sink: discard
`

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  readonly set?: readonly string[]
}

const load = (text: string, { env = {}, set = [] }: Surroundings = {}) =>
  loadPipeline(text, { file: 'some/pipeline.yaml', env, set, kinds: kinds })

const kafka = (text: string, around: Surroundings = {}) => load(text, around).source.options as KafkaOptions

/** The first step's options, where it is a filter. */
const stepOf = ({ transforms: [first] }: PipelineSpec) => first?.options as SourceText

function problems(text: string, around: Surroundings = {}): readonly Problem[] {
  try {
    load(text, around)
  } catch (error) {
    if (error instanceof SprkError) return error.problems
    throw error
  }
  return []
}

describe('a pipeline file', () => {
  it('gets every default', () => {
    expect(load(SMALLEST)).toMatchObject({
      name: 'counts',
      file: 'some/pipeline.yaml',
      source: {
        kind: 'kafka',
        options: {
          brokers: ['a:1'],
          selection: { topics: ['events'] },
          mode: 'direct',
          startingOffsets: 'latest',
          format: { kind: 'json', options: {} },
          maxRecordsPerBatch: 200_000,
          maxBytesPerBatch: 64_000_000,
        },
        place: { file: 'some/pipeline.yaml', line: 2, column: 10, length: 5 },
      },
      transforms: [],
      sinks: [{ kind: 'discard', options: {}, transforms: [], place: { line: 3, column: 7 } }],
      batchIntervalMs: 1000,
      timeZone: 'UTC',
      state: { path: resolve('some/counts.db'), mode: 0o600 },
    })
  })

  it('takes one sink or a list of them, each with steps of its own', () => {
    const sinks = (text: string) => load(SMALLEST.replace('sink: discard', `sink:${text}`)).sinks
    expect(sinks(' discard')).toEqual(sinks(' {discard: {}}').map((sink) => ({ ...sink, place: expect.anything() })))
    expect(sinks('\n  - discard\n  - transforms: [filter: a = 1]\n    sqlite: {table: t}')).toMatchObject([
      { kind: 'discard', options: {}, transforms: [], place: { line: 4, column: 5 } },
      { kind: 'sqlite', options: { table: 't' }, transforms: [{ kind: 'filter' }], place: { line: 6, column: 5 } },
    ])
  })

  it('overrides the option of one sink of a list', () => {
    const text = SMALLEST.replace('sink: discard', 'sink: [{sqlite: {table: t}}, {sqlite: {table: u}}]')
    const tables = load(text, { set: ['sink[1].sqlite.table=v'] }).sinks.map(({ options }) => options)
    expect(tables).toMatchObject([{ table: 't' }, { table: 'v' }])
  })

  it('takes brokers as a text or as a list', () => {
    const brokers = (value: string) => kafka(SMALLEST.replace('"a:1"', value)).brokers
    expect(brokers('"a:1, b:2"')).toEqual(['a:1', 'b:2'])
    expect(brokers('["a:1", "[::1]:9092"]')).toEqual(['a:1', '[::1]:9092'])
  })

  it('takes offsets for single partitions', () => {
    const text = SMALLEST.replace('format:', 'startingOffsets: {offsets: {events: {0: 42, 1: earliest}}}, format:')
    const offsets = new Map<number, number | string>([
      [0, 42],
      [1, 'earliest'],
    ])
    expect(kafka(text).startingOffsets).toMatchObject({
      offsets: new Map([['events', offsets]]),
      places: new Map([['events', { line: 2, column: 80 }]]),
    })
  })

  it.each([
    ['2026-01-01T00:00:00Z', 1767225600000],
    ['2026-01-01T01:30+01:30', 1767225600000],
    ['"2025-12-31T16:00:00.0000-08:00"', 1767225600000],
    ['2026-01-01T00:00:00.000001Z', 1767225600001],
  ])('takes the time %s as starting offset', (time, at) => {
    const text = SMALLEST.replace('format:', `startingOffsets: {at: ${time}}, format:`)
    expect(kafka(text).startingOffsets).toEqual({ at })
  })

  it('takes topics, a pattern of their names, or single partitions', () => {
    const selection = (text: string) => kafka(SMALLEST.replace('topics: [events]', text)).selection
    expect(selection('topics: [a, b]')).toEqual({ topics: ['a', 'b'] })
    expect(selection('topicPattern: "events-.*"')).toEqual({ topicPattern: 'events-.*' })
    const partitions = new Map([
      ['a', [0, 2]],
      ['b', [1]],
    ])
    expect(selection('partitions: {a: [0, 2], b: [1]}')).toEqual({ partitions })
  })

  it('takes bytes and durations in the units that people write', () => {
    const text = `${SMALLEST.replace('format:', 'maxBytesPerBatch: 1.5MiB, format:')}batchInterval: 1m30s\n`
    expect(kafka(text).maxBytesPerBatch).toBe(1_572_864)
    expect(load(text).batchIntervalMs).toBe(90_000)
  })

  it.each([
    ['./there/x.db', { path: resolve('some/there/x.db'), mode: 0o600 }],
    ['/x.db', { path: '/x.db', mode: 0o600 }],
    ['{mode: 0640}', { path: resolve('some/counts.db'), mode: 0o640 }],
    ['{path: x.db, mode: "0o660"}', { path: resolve('some/x.db'), mode: 0o660 }],
  ])('finds the state %s relative to itself', (state, expected) => {
    expect(load(`${SMALLEST}state: ${state}\n`).state).toEqual(expected)
  })

  it('may have steps of its own before a sink', () => {
    const text = SMALLEST.replace('sink: discard', 'sink:\n  discard:\n  transforms:\n    - filter: a')
    expect(load(text).sinks).toMatchObject([{ kind: 'discard', transforms: [{ kind: 'filter' }] }])
  })

  it('may begin with a byte order mark and end its lines as Windows does', () => {
    expect(load(`\uFEFF${SMALLEST.replaceAll('\n', '\r\n')}`).name).toBe('counts')
  })

  it('may be too deep', () => {
    expect(problems(`a: ${'['.repeat(20_000)}`)).toMatchObject([{ code: 'E_YAML' }])
  })

  it('tells about every mistake, in the order of the file', () => {
    const text =
      'nmae: x\nsource: {kafka: {topics: a, colour: 1}}\nsink: {sqlite: {mode: x}}\ntransforms: [{fliter: 1}, {map: }]\n'
    expect(problems(text).map(({ code, place }) => `${place?.line}:${place?.column} ${code}`)).toEqual([
      '1:1 E_UNKNOWN_KEY',
      '2:10 E_MISSING_KEY',
      '2:10 E_MISSING_KEY',
      '2:26 E_VALUE',
      '2:29 E_UNKNOWN_KEY',
      '3:8 E_MISSING_KEY',
      '3:23 E_VALUE',
      '4:15 E_UNKNOWN_KIND',
      '4:28 E_VALUE',
    ])
  })
})

describe('reduceByKey', () => {
  const keyOf = (key: string) => {
    const text = `${SMALLEST}transforms:\n  - reduceByKey:\n      key: ${key}\n      values: {n: count(*)}\n`
    const options = load(text).transforms[0]?.options as { readonly key: readonly Entry<SourceText>[] }
    return options.key.map(({ name, value }) => [name, value.text])
  }

  it.each([
    ['city', [['city', 'city']]],
    ['properties.city', [['city', 'properties.city']]],
    [
      '[a, b.c]',
      [
        ['a', 'a'],
        ['c', 'b.c'],
      ],
    ],
    [
      '{day: cast(t as date), k: k}',
      [
        ['day', 'cast(t as date)'],
        ['k', 'k'],
      ],
    ],
    ['"`odd name`"', [['odd name', '`odd name`']]],
    ['"a.`b.``c`"', [['b.`c', 'a.`b.``c`']]],
  ])('has the key %s as named expressions', (key, expected) => {
    expect(keyOf(key)).toEqual(expected)
  })
})

describe('an expression', () => {
  const filterOf = (value: string) => stepOf(load(`${SMALLEST}transforms:\n  - filter: ${value}\n`))

  it.each(['1.10', 'true', 'null', '0x1F', '1_000', "a = 'b'", '007'])('is the source text: %s', (value) => {
    expect(filterOf(value).text).toBe(value)
  })

  it('keeps what looks like a variable in a string', () => {
    expect(filterOf("a = '${X}'").text).toBe("a = '${X}'")
  })

  it('is found in a quoted scalar', () => {
    const text = filterOf(`"a = \\"x\\" and bb"`)
    expect(text.text).toBe('a = "x" and bb')
    expect(text.place(12, 14)).toEqual({ file: 'some/pipeline.yaml', line: 5, column: 28, length: 2 })
  })

  it('is found in a folded scalar', () => {
    const text = filterOf('>-\n      a\n      and bb')
    expect(text.text).toBe('a and bb')
    expect(text.place(6, 8)).toEqual({ file: 'some/pipeline.yaml', line: 7, column: 11, length: 2 })
  })

  it('is marked to the end of its first line only', () => {
    expect(filterOf('>-\n      a\n      and bb').place()).toMatchObject({ line: 6, column: 7, length: 1 })
  })

  it('ends one place behind its last character', () => {
    expect(filterOf('a +').place(3, 3)).toMatchObject({ line: 5, column: 16, length: 1 })
  })
})

describe('a variable', () => {
  const env = { N: '5', EMPTY: '', HOST: 'h:1', LIST: '[a, b]' }
  const records = (value: string) =>
    kafka(SMALLEST.replace('format:', `maxRecordsPerBatch: ${value}, format:`), { env })

  it('in a plain scalar is typed after it is replaced', () => {
    const text = `name: x\nsource:\n  kafka:\n    brokers: \${HOST}\n    topics: [t]\n    format: json\n    maxRecordsPerBatch: \${N}0\nsink: discard\n`
    expect(kafka(text, { env })).toMatchObject({ maxRecordsPerBatch: 50, brokers: ['h:1'] })
  })

  it('in a quoted scalar stays text', () => {
    expect(() => records('"${N}"')).toThrow('`maxRecordsPerBatch` must be a number, not `5`')
  })

  it.each([
    ['a${N}b', 'a5b'],
    ['"${MISSING:-x y}"', 'x y'],
    ['${EMPTY:-default}', 'default'],
    ['x${N:-default}', 'x5'],
    ['a$${N}', 'a${N}'],
    ['a$N', 'a$N'],
    ['"${MISSING:-$}{N}"', '${N}'],
  ])('%s becomes %s', (value, expected) => {
    expect(load(`${SMALLEST}state: ${value}\n`, { env }).state.path).toBe(resolve('some', expected))
  })

  it('cannot bring structure into the file', () => {
    const text = SMALLEST.replace('[events]', '"${LIST}"')
    expect(problems(text, { env })).toMatchObject([{ message: '`topics` must be a list, not `${LIST}`' }])
  })
})
