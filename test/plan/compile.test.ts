import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { SprkError } from '../../src/errors.ts'
import type { Kind } from '../../src/kind.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import { SOURCE } from '../../src/plan/plan.ts'
import type { SourceRates } from '../../src/source.ts'
import type { PipelineSpec } from '../../src/spec.ts'
import { typeName } from '../../src/types.ts'
import { component, discard, entry, filterStep, mapStep, pipeline, reduceStep, sqlite, text } from '../support/spec.ts'

const compile = (spec: PipelineSpec) => compilePlan(spec, kinds)

const problemsOf = (spec: PipelineSpec) => {
  try {
    compile(spec)
  } catch (error) {
    if (error instanceof SprkError) return error.problems
    throw error
  }
  return []
}

describe('compilePlan', () => {
  test('pushes down only the fields that some step needs, each once', () => {
    const plan = compile(
      pipeline([
        filterStep("type = 'track' AND properties.city IS NOT NULL AND _metadata.partition < 3"),
        reduceStep(
          { city: 'properties.city' },
          { count: 'count(*)', total: 'sum(amount)', offset: 'max(_metadata.offset)' },
        ),
      ]),
    )
    expect(plan.source.columns).toEqual([
      { path: ['type'] },
      { path: ['properties', 'city'] },
      { metadata: 'partition' },
      { path: ['amount'] },
      { metadata: 'offset' },
    ])
  })

  test('knows the columns and types after each step', () => {
    const plan = compile(
      pipeline([
        filterStep("type = 'track'"),
        mapStep({ city: 'lower(properties.city)', amount: 'CAST(amount AS decimal(10,2))', raw: 'payload' }),
        reduceStep({ city: 'city' }, { count: 'count(*)', total: 'sum(amount)', mean: 'avg(amount)' }),
      ]),
    )
    const columns = plan.steps.map(({ output }) => output?.map(({ name, type }) => `${name} ${typeName(type)}`))
    expect(columns).toEqual([
      undefined,
      ['city string', 'amount decimal(10,2)', 'raw variant'],
      ['city string', 'count bigint', 'total decimal(20,2)', 'mean decimal(14,6)'],
    ])
  })

  test('reads a backlog in turns of its partitions, unless a step looks at event time or a rate gives each its part', () => {
    const unpaced = pipeline([filterStep('a = 1'), reduceStep({ a: 'a' }, { n: 'count(*)' })])
    const withRates = (rates: SourceRates | null): PipelineSpec => {
      const options = { ...(unpaced.source.options as object), mode: 'direct', rates }
      return { ...unpaced, source: { ...unpaced.source, options } }
    }
    const spec = withRates(null)
    expect(compile(spec).source.limits).toEqual({ maxRecords: 200_000, maxBytes: 64_000_000, backlog: 'turns' })
    const filter = kinds.transforms.get('filter') as Kind<'transforms'>
    const compileFilter: typeof filter.compile = (options, input) => {
      const step = filter.compile(options, input)
      return step && { ...step, usesEventTime: true }
    }
    const transforms = new Map([...kinds.transforms, ['filter', { ...filter, compile: compileFilter }]])
    expect(compilePlan(spec, { ...kinds, transforms }).source.limits.backlog).toBe('shares')
    expect(compile(withRates({ backpressure: null, description: '' })).source.limits.backlog).toBeNull()
  })

  test('makes a graph: each step names its input, the sink the last step', () => {
    const plan = compile(pipeline([filterStep('a = 1'), filterStep('b = 2'), mapStep({ a: 'a' })], sqlite('t')))
    expect(plan.steps.map(({ id, input }) => [id, input])).toEqual([
      ['filter', SOURCE],
      ['filter-2', 0],
      ['map', 1],
    ])
    expect(plan.sinks.map(({ id, input }) => [id, input])).toEqual([['sqlite', 2]])
  })

  test('lets the steps of each sink begin behind the common ones', () => {
    const spec = pipeline([filterStep('a = 1')])
    const plan = compile({
      ...spec,
      sinks: [
        { ...sqlite('t', 'merge'), transforms: [reduceStep({ k: 'k' }, { n: 'count(*)' })] },
        { ...sqlite('u'), transforms: [filterStep('b = 2'), mapStep({ b: 'b' })] },
        { ...discard, transforms: [] },
      ],
    })
    expect(plan.steps.map(({ id, input }) => [id, input])).toEqual([
      ['filter', SOURCE],
      ['reduceByKey', 0],
      ['filter-2', 0],
      ['map', 2],
    ])
    expect(plan.sinks.map(({ id, input }) => [id, input])).toEqual([
      ['sqlite', 1],
      ['sqlite-2', 3],
      ['discard', 0],
    ])
    expect(plan.source.columns).toEqual([{ path: ['a'] }, { path: ['k'] }, { path: ['b'] }])
  })

  test('checks the steps of every sink, behind a wrong common step too', () => {
    const spec = pipeline([mapStep({ a: 'a' })])
    const sinks = [filterStep('b = 1'), filterStep('a <>'), filterStep('a = 1')].map((step, i) => ({
      ...sqlite(`t${i}`),
      transforms: [step],
    }))
    expect(problemsOf({ ...spec, sinks }).map(({ code }) => code)).toEqual(['E_UNKNOWN_COLUMN', 'E_SYNTAX'])
    const wrong = { ...spec, transforms: [mapStep({ a: 'a +' })] }
    expect(problemsOf({ ...wrong, sinks }).map(({ code }) => code)).toEqual(['E_SYNTAX', 'E_SYNTAX'])
  })

  test('gives equal canonical text to equal steps, however they are spelt', () => {
    const texts = ["type='track'  and n>1", "( TYPE_ = 'x' )", "type = 'track' AND n > 1"].map(
      (condition) => compile(pipeline([filterStep(condition)])).steps[0]?.step.canonical,
    )
    expect(texts[0]).toBe(texts[2])
    expect(texts[0]).not.toBe(texts[1])
  })

  test('puts the aggregation into the fingerprint of a merging sink, and filters only into the plan', () => {
    const steps = (city: string, condition: string) =>
      compile(pipeline([filterStep(condition), reduceStep({ city }, { n: 'count(*)' })], sqlite('t', 'merge')))
        .fingerprint
    const base = steps('properties.city', 'a = 1')
    const otherFilter = steps('properties.city', 'a = 2')
    const otherKey = steps('properties.town', 'a = 1')
    expect(otherFilter.steps).toEqual(base.steps)
    expect(otherFilter.plan).not.toBe(base.plan)
    expect(otherKey.steps).not.toEqual(base.steps)
  })

  test('knows sinks by what they write, wherever they stand; those that keep nothing are no part of what is saved', () => {
    const stepsOf = (...sinks: ReturnType<typeof sqlite>[]) => {
      const spec = pipeline([mapStep({ a: 'a' })])
      return compile({ ...spec, sinks: sinks.map((sink) => ({ ...sink, transforms: [] })) }).fingerprint.steps
    }
    const steps = stepsOf(sqlite('a'), sqlite('b'))
    expect(steps.map(({ id }) => id)).toEqual(['sqlite a', 'sqlite b'])
    expect(stepsOf(discard, sqlite('b'), sqlite('a'))).toEqual(steps.toReversed())
  })

  test('refuses two sinks on one table', () => {
    const spec = pipeline([mapStep({ a: 'a' })])
    const sinks = ['t', 'T'].map((table) => ({ ...sqlite(table), transforms: [] }))
    expect(problemsOf({ ...spec, sinks }).map(({ code }) => code)).toEqual(['E_TARGET_TWICE'])
  })

  test('takes the time zone into the meaning of an aggregation', () => {
    const spec = pipeline([reduceStep({ day: 'CAST(at AS date)' }, { n: 'count(*)' })], sqlite('t', 'merge'))
    const [utc, berlin] = ['UTC', 'Europe/Berlin'].map((timeZone) => compile({ ...spec, timeZone }).fingerprint.steps)
    expect(berlin).not.toEqual(utc)
  })

  test('reports every mistake at its place', () => {
    const problems = problemsOf(
      pipeline([mapStep({ a: 'lowr(x)', b: 'x +', c: "CASE WHEN x = 1 THEN 'y' END" }), filterStep('nope = 1')]),
    )
    expect(problems.map(({ code, place }) => [code, place?.column])).toEqual([
      ['E_UNKNOWN_FUNCTION', 1],
      ['E_SYNTAX', 4],
    ])
  })

  test('knows columns once a step has fixed them', () => {
    const [problem] = problemsOf(pipeline([mapStep({ city: 'properties.city' }), filterStep("citty = 'x'")]))
    expect(problem?.message).toContain('citty')
    expect(`${problem?.message} ${problem?.hint}`).toContain('city')
  })

  test('refuses a filter that is no condition', () => {
    const [problem] = problemsOf(pipeline([filterStep('1 + 1')]))
    expect(problem?.code).toBe('E_TYPE')
  })

  test('checks what follows a wrong filter as if it were right', () => {
    const steps = [mapStep({ a: 'a' }), filterStep('a ='), mapStep({ x: 'b' }), filterStep('x <>'), filterStep('c')]
    // As they stand in their line.
    expect(problemsOf(pipeline(steps)).map(({ code }) => code)).toEqual(['E_UNKNOWN_COLUMN', 'E_SYNTAX', 'E_SYNTAX'])
  })

  test('checks what follows another wrong step as far as the columns do not matter', () => {
    const steps = [
      mapStep({ a: 'a +' }),
      filterStep("lowr(b) = 'x'"),
      filterStep('unknown'),
      reduceStep({ k: 'k' }, { n: 'sum(' }),
    ]
    expect(problemsOf(pipeline(steps)).map(({ code }) => code)).toEqual(['E_UNKNOWN_FUNCTION', 'E_SYNTAX', 'E_SYNTAX'])
  })

  test('refuses a storing sink behind an open payload, and lets discard take it', () => {
    expect(problemsOf(pipeline([filterStep('a = 1')], sqlite('t')))[0]?.code).toBe('E_COLUMNS_UNKNOWN')
    expect(problemsOf(pipeline([filterStep('a = 1')], discard))).toEqual([])
  })

  test.each([
    ['without an aggregation', [mapStep({ a: 'a' })]],
    ['behind a step that has seen partial results', [reduceStep({ a: 'a' }, { n: 'count(*)' }), filterStep('n > 1')]],
    ['with an aggregate that cannot be merged', [reduceStep({ a: 'a' }, { m: 'avg(b)' })]],
  ])('refuses merge %s', (_, steps) => {
    const problems = problemsOf(pipeline(steps, sqlite('t', 'merge')))
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(/merge/)
  })

  test('refuses a computed key without a name', () => {
    const key = text('lower(a)')
    const step = component('reduceByKey', {
      key: [{ name: 'lower(a)', place: key.place(), value: key }],
      values: [entry('n', 'count(*)')],
    })
    expect(problemsOf(pipeline([step]))[0]?.code).toBe('E_KEY_NAME')
  })

  test('refuses a column that is a key and a value', () => {
    expect(problemsOf(pipeline([reduceStep({ a: 'a' }, { a: 'count(*)' })]))[0]?.code).toBe('E_COLUMN_TWICE')
  })
})
