// Anchors, aliases, merge keys and the places for them; another kind by --set; warnings.

import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { type Problem, SprkError } from '../../src/errors.ts'
import type { SourceText } from '../../src/spec.ts'

const SMALLEST = `name: counts
source: {kafka: {brokers: "a:1", topics: [events], format: json}}
sink: discard
`

const load = (text: string, set: readonly string[] = []) => loadPipeline(text, { file: 'p.yaml', env: {}, set, kinds })
const kafka = (text: string) => load(text).source.options

function problems(text: string, set?: readonly string[]): readonly Problem[] {
  try {
    load(text, set)
  } catch (error) {
    if (error instanceof SprkError) return error.problems
    throw error
  }
  return []
}

describe('a pipeline file', () => {
  it('may repeat itself with anchors and aliases', () => {
    const text = `${SMALLEST}transforms:\n  - filter: &f a\n  - filter: *f\n`
    const [first, second] = load(text).transforms.map(({ options }) => (options as SourceText).place())
    expect(second).toEqual(first)
  })

  it('has places for anchors, and maps that take keys from others', () => {
    const text = `x-kafka: &kafka {brokers: "a:1", topics: [events], format: text}
x-more: &more {topics: [others], maxRecordsPerBatch: 7}
name: counts
source:
  kafka:
    <<: *kafka
    format: json
sink: {<<: [{discard: }, *more]}
`
    expect(kafka(text.replace(', *more', ''))).toMatchObject({
      brokers: ['a:1'],
      selection: { topics: ['events'] },
      format: { kind: 'json' },
    })
    const both = text.replace('<<: *kafka', '<<: [*more, *kafka]').replace('{<<: [{discard: }, *more]}', 'discard')
    expect(kafka(both)).toMatchObject({ selection: { topics: ['others'] }, maxRecordsPerBatch: 7, brokers: ['a:1'] })
    expect(problems(text).map(({ message }) => message)).toEqual([
      'unknown key `topics` in the sink, beside `discard`',
      'unknown key `maxRecordsPerBatch` in the sink, beside `discard`',
    ])
  })

  it('may not grow without bounds by taking keys', () => {
    const keys = Array.from({ length: 500 }, (_, i) => `k${i}: 1`).join(', ')
    const maps = Array.from({ length: 100 }, (_, i) => `x-${i}: {<<: *a}`).join('\n')
    expect(problems(`x-a: &a {${keys}}\n${maps}\n${SMALLEST}`)).toMatchObject([
      { code: 'E_YAML', message: 'with its aliases replaced the file has more than 10000 values' },
    ])
  })

  it('takes another kind by `--set` only as a whole', () => {
    expect(problems(SMALLEST, ['source.file.path=x'])).toMatchObject([
      {
        message: 'a source has one kind; `kafka` and `file` are two',
        hint: "set the source as a whole: `--set 'source={file: {…}}'`",
      },
    ])
  })

  it('warns of variables in the strings of expressions', () => {
    const text = `${SMALLEST}transforms:\n  - filter: country = '\${COUNTRY}' and city = "\${CITY"\n`
    expect(load(text).warnings).toMatchObject([
      {
        code: 'W_VARIABLE',
        message: '`${COUNTRY}` in an expression is not replaced: these very characters are the text',
        place: { line: 5, column: 24, length: 10 },
      },
      { code: 'W_VARIABLE', place: { line: 5, column: 48 } },
    ])
    expect(load(SMALLEST).warnings).toEqual([])
  })
})
