import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { type Problem, SprkError } from '../../src/errors.ts'
import type { KafkaOptions } from '../../src/sources/kafka/options.ts'
import type { PipelineSpec, SourceText } from '../../src/spec.ts'

const SMALLEST = `name: counts
source: {kafka: {brokers: "a:1", topics: [events], format: json}}
sink: discard
`

const load = (text: string, set: readonly string[]) =>
  loadPipeline(text, { file: 'some/pipeline.yaml', env: {}, set, kinds })

/** The first step's options, where it is a filter. */
const stepOf = ({ transforms: [first] }: PipelineSpec) => first?.options as SourceText

function problems(text: string, set: readonly string[]): readonly Problem[] {
  try {
    load(text, set)
  } catch (error) {
    if (error instanceof SprkError) return error.problems
    throw error
  }
  return []
}

describe('--set', () => {
  it('replaces, adds and reaches into lists', () => {
    const text = `${SMALLEST}transforms:\n  - filter: a\n`
    const set = ['source.kafka.topics=[a, b]', 'transforms[0].filter=b > 1', 'state.mode=0640', 'name=x', 'name=other']
    const spec = load(text, set)
    expect(spec).toMatchObject({
      name: 'other',
      state: { mode: 0o640 },
      source: { options: { selection: { topics: ['a', 'b'] } } },
    })
    expect(stepOf(spec).text).toBe('b > 1')
  })

  it('takes keys with dots in quotes', () => {
    const text = SMALLEST.replace('[events]', '[a.b]')
    const set = ['source.kafka.startingOffsets.offsets."a.b".0=7']
    expect((load(text, set).source.options as KafkaOptions).startingOffsets).toMatchObject({
      offsets: new Map([['a.b', new Map([[0, 7]])]]),
    })
  })

  it('is a place for mistakes, each option a line', () => {
    const place = { file: '--set', line: 2, column: 28, length: 2 }
    const spec = load(`${SMALLEST}transforms: [{filter: a}]\n`, ['name=x', 'transforms[0].filter=a and bb'])
    expect(stepOf(spec).place(6, 8)).toEqual(place)
  })

  it.each([
    ['nothing', '1:1', 'E_SET', '--set takes path=value'],
    ['=x', '1:1', 'E_SET', '--set takes path=value'],
    ['sorce.kafka=1', '1:1', 'E_SET', 'unknown key `sorce` in a pipeline file; did you mean `source`?'],
    ['source.kafka.topcis=[a]', '1:14', 'E_SET', 'unknown key `topcis` in `kafka`; did you mean `topics`?'],
    ['source.kafka.topics[1]=a', '1:21', 'E_SET', '`1` is no entry of this list of 1'],
    ['name.x=a', '1:6', 'E_SET', 'there is no `x` below `counts`'],
    ['source.kafka.topics=a', '1:21', 'E_VALUE', '`topics` must be a list, not `a`'],
    ['source.kafka.topics=[a', '1:21', 'E_YAML', 'this `[` is not closed, or a value in it must be quoted'],
    ['source.kafka.brokers=', '1:14', 'E_VALUE', '`brokers` has no value'],
    ['source=', '1:1', 'E_VALUE', '`source` has no value'],
    ['name="a', '1:6', 'E_YAML', 'this " is not closed'],
    ["name='a", '1:6', 'E_YAML', "this ' is not closed"],
    ['sink={kafka: }', '1:7', 'E_NOT_YET', '`kafka` is not available in this version of sprk'],
  ])('refuses %s', (set, at, code, message) => {
    const found = problems(SMALLEST, [set]).map(({ place, ...problem }) => ({
      code: problem.code,
      message: problem.message,
      at: `${place?.line}:${place?.column}`,
    }))
    expect(found).toContainEqual({ code, message, at })
  })

  it.each([
    [
      'transforms[0].filtr=a',
      'unknown key `filtr` in the transform, beside `filter`; did you mean `filter`?',
      undefined,
    ],
    [
      'transforms[0].nosuch=a',
      'unknown key `nosuch` in the transform, beside `filter`',
      'no other key can stand there',
    ],
    ['sink.nosuch=a', 'unknown key `nosuch` in the sink, beside `sqlite`', 'only `transforms` can stand there'],
    ['source={kafka: {}, file: {}}', 'a source has one kind; `kafka` and `file` are two', 'keep one of them'],
  ])('says what was meant by %s', (set, message, hint) => {
    const text = `${SMALLEST.replace('discard', '{sqlite: {table: t}}')}transforms: [{filter: a}]\n`
    expect(problems(text, [set])).toContainEqual(expect.objectContaining(hint ? { message, hint } : { message }))
  })
})
