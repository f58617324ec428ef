// The hints for names that Spark does not have, or that are refused, lead to something that exists.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AGGREGATES } from '../../src/expressions/functions/aggregate-names.ts'
import { functionNames } from '../../src/expressions/functions/index.ts'
import { NOT_YET } from '../../src/expressions/functions/not-yet.ts'
import { otherName } from '../../src/expressions/functions/other-names.ts'
import { refusal } from '../../src/expressions/functions/refused.ts'
import { compileExpression, parseSchema } from '../../src/expressions/index.ts'
import { OPTIONS, scopeOf } from './support.ts'

const source = readFileSync(new URL('../../src/expressions/functions/other-names.ts', import.meta.url), 'utf8')

const pairs = [...source.matchAll(/^ {2}(\w+) (\S.*)$/gm)]
  .map(([, theirs = '', ours = '']) => [theirs, ours] as const)
  .filter(([theirs, ours]) => otherName(theirs) === ours)

/** What the grammar knows beside the library's functions. */
const SYNTAX = ['cast', 'current_timestamp', 'if', 'rlike', 'struct', 'try_cast']

describe('otherName', () => {
  const own = new Set([...functionNames(), ...AGGREGATES])

  it('knows names', () => expect(pairs.length).toBeGreaterThan(100))

  it('leads to functions, refused ones too, which have a hint of their own', () => {
    const targets = pairs.map(([, ours]) => ours.replace(/\(.*/, ''))
    const unknown = targets.filter(
      (name) =>
        !own.has(name) &&
        !NOT_YET.has(name) &&
        refusal(name) === undefined &&
        !SYNTAX.includes(name) &&
        !name.startsWith('_metadata.'),
    )
    expect(unknown).toEqual([])
  })

  it('never renames what is there', () => {
    expect(pairs.map(([theirs]) => theirs).filter((name) => own.has(name))).toEqual([])
  })
})

describe('refusal', () => {
  const scope = scopeOf(parseSchema('a array<int>, _metadata struct<topic: string, partition: int, offset: bigint>'))
  const hints = ['rand', 'shuffle', 'uuid', 'monotonically_increasing_id', 'spark_partition_id', 'input_file_name']

  it.each(hints)('writes expressions in the hint of %s that compile', (name) => {
    const written = [...(refusal(name)?.hint ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)
    expect(written).not.toEqual([])
    for (const text of written) expect(() => compileExpression(text, scope, OPTIONS)).not.toThrow()
  })
})
