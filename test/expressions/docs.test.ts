import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { documentText, families } from '../../scripts/functions.mjs'
import { AGGREGATES } from '../../src/expressions/functions/aggregate-names.ts'
import { generatorFunctions } from '../../src/expressions/functions/generators.ts'
import { functionNames } from '../../src/expressions/functions/index.ts'
import { NOT_YET } from '../../src/expressions/functions/not-yet.ts'
import { typeName } from '../../src/types.ts'
import { runQuery } from './aggregate-query.ts'
import { REASONS } from './differential-differences.ts'
import { DIFFERENCES } from './golden-differences.ts'
import { compileOver, constant } from './support.ts'

const document = readFileSync(new URL('../../docs/expressions.md', import.meta.url), 'utf8')

/** The cells of table rows; `\|` is a bar inside a cell. */
const rows = document
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
  .map(([, ...cells]) => cells.slice(0, -1))

const code = (cell: string): string | undefined => /^`([^`]*)`$/.exec(cell)?.[1]

const functions = families().flatMap(({ lines }) => lines)

const examples = rows.flatMap(([example = '', result = '', type = '', ...more]) => {
  // The tables of functions have more columns, and are tested from what they are made of.
  if (more.length > 0) return []
  const [source, typed] = [code(example), code(type)]
  return source === undefined || typed === undefined ? [] : [[source, code(result) ?? null, typed] as const]
})

describe('docs/expressions.md', () => {
  it.each(examples)('%s is %s', (source, result, type) => {
    expect(typeName(compileOver(source, []).type)).toBe(type)
    expect(constant(`CAST(${source} AS string)`)).toBe(result)
  })

  it.each(functions)('$example is $result', ({ example, result, type }) => {
    // Examples of aggregates have rows.
    if (example.includes(' FROM VALUES ')) {
      expect(runQuery(example)).toEqual({ type, text: result === 'NULL' ? null : result })
      return
    }
    expect(typeName(compileOver(example, []).type)).toBe(type)
    expect(constant(`CAST(${example}\n AS string)`) ?? 'NULL').toBe(result)
  })

  it('has the tables that npm run functions makes', () => {
    expect(documentText()).toBe(document)
  })

  it('has an example of every function', () => {
    const written = new Set(
      [...examples.map(([source]) => source), ...functions.map(({ signature }) => signature)].flatMap((source) =>
        [...source.matchAll(/(\w+)\(/g)].map(([, name]) => name),
      ),
    )
    // Those that stand only in flatMap have a section of their own.
    const generators = generatorFunctions().map(([name]) => name)
    for (const name of generators) expect(document).toContain(name)
    expect(functionNames().filter((name) => !written.has(name) && !generators.includes(name))).toEqual([])
    expect([...AGGREGATES].filter((name) => !written.has(name))).toEqual([])
  })

  it('gives the reason of every difference from Spark', () => {
    const reasons = rows.map(([first]) => first)
    for (const reason of new Set([...REASONS, ...DIFFERENCES.values()])) expect(reasons).toContain(reason)
  })

  it('promises no function that is not there', () => {
    expect([...functionNames(), ...AGGREGATES].filter((name) => NOT_YET.has(name))).toEqual([])
  })
})
