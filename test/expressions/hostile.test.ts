// Every value of every type through every cast, operator, function and aggregate: the result is a value of its type or a
// refused record, never anything else.

import { describe, expect, it } from 'vitest'
import { allRows, type Column, type Value, valueAt } from '../../src/column.ts'
import { Exit, SprkError } from '../../src/errors.ts'
import { AGGREGATES } from '../../src/expressions/functions/aggregate-names.ts'
import { functionNames } from '../../src/expressions/functions/index.ts'
import { compileAggregates, compileExpression, ExpressionError, parseSchema } from '../../src/expressions/index.ts'
import { typedJsonFormat } from '../../src/formats/json/typed.ts'
import { type DataType, typeName } from '../../src/types.ts'
import { chunkOf, collectRejects } from '../support/chunk.ts'
import { randomFrom } from '../support/random.ts'
import { isOf, JSONS, TYPES, VALUES } from './hostile-values.ts'
import { columnOf, frameOf, OPTIONS, scopeOf, variant } from './support.ts'

function typeOf(name: string): DataType {
  return parseSchema(`x ${name}`)[0]?.type as DataType
}

/** Each value of the one beside each of the other, and NULLs. */
function crossed(left: readonly Value[], right: readonly Value[]): readonly (readonly [Value, Value])[] {
  return [...left, null].flatMap((a) => [...right, null].map((b) => [a, b] as const))
}

/** Evaluates over rows; throws what is no refused record. */
function evaluate(source: string, schema: ReturnType<typeof parseSchema>, columns: readonly Column[], length: number) {
  let compiled: ReturnType<typeof compileExpression>
  try {
    compiled = compileExpression(source, scopeOf(schema), { timeZone: 'Europe/Berlin' })
  } catch (error) {
    if (error instanceof ExpressionError) return
    throw new Error(`${source}: ${error}`)
  }
  const frame = frameOf(columns, length)
  try {
    const column = compiled.evaluate(frame, allRows(length))
    for (let row = 0; row < length; row++) {
      const reject = frame.rejected.get(row)
      if (reject !== undefined && reject.message.length > 1000) throw new Error(`a message of ${reject.message.length}`)
      const value = valueAt(column, row)
      if (reject === undefined && !isOf(value, compiled.type))
        throw new Error(`${String(value)} is no ${typeName(compiled.type)}`)
    }
  } catch (error) {
    const types = schema.map(({ type }) => typeName(type)).join(', ')
    throw new Error(`${source} over ${types}: ${error instanceof Error ? error.stack : JSON.stringify(error)}`)
  }
}

const OPERATORS = [
  '+',
  '-',
  '*',
  '/',
  '%',
  'div',
  '||',
  '=',
  '<=>',
  '<',
  '>=',
  'AND',
  'OR',
  'LIKE',
  'IN (x, 1 = 1) OR x =',
]

const FULL = process.env['SPRK_TEST_FULL'] === '1'
const SEED = Number(process.env['SPRK_TEST_SEED'] ?? Date.now() % 1_000_000)
const SAMPLE = 24

/** Some of the functions, all of them with SPRK_TEST_FULL. */
function sampled(names: readonly string[]): readonly string[] {
  const random = randomFrom(SEED)
  const order = new Map(names.map((name) => [name, random()]))
  const shuffled = names.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
  return FULL ? names : shuffled.slice(0, SAMPLE)
}

describe('hostile values', () => {
  it.each(VALUES)('of %s are cast or refused', (name, values) => {
    const schema = parseSchema(`x ${name}`)
    const column = columnOf(typeOf(name), [...values, null])
    for (const to of TYPES) evaluate(`CAST(x AS ${to})`, schema, [column], values.length + 1)
    for (const source of [
      '-x',
      '+x',
      'NOT x',
      'x IS NULL',
      'x IS TRUE',
      'x.a',
      'x[0]',
      "x['a']",
      'x IN (1, NULL)',
      'x[x]',
    ])
      evaluate(source, schema, [column], values.length + 1)
  })

  it.each(VALUES)(
    'of %s are operands or refused',
    (name, values) => {
      for (const [other, others] of VALUES) {
        const schema = parseSchema(`x ${name}, y ${other}`)
        const pairs = crossed(values, others)
        const columns = [
          columnOf(
            typeOf(name),
            pairs.map(([a]) => a),
          ),
          columnOf(
            typeOf(other),
            pairs.map(([, b]) => b),
          ),
        ]
        for (const operator of OPERATORS) evaluate(`x ${operator} y`, schema, columns, pairs.length)
        for (const source of [
          'x IN (y, x)',
          'x BETWEEN y AND x',
          'coalesce(x, y)',
          'CASE WHEN x THEN y ELSE x END',
          'x[y]',
        ])
          evaluate(source, schema, columns, pairs.length)
      }
    },
    120_000,
  )

  it.each(sampled(functionNames()))(
    `are arguments of %s or refused (seed ${SEED})`,
    (name) => {
      for (const [type, values] of VALUES) {
        for (const [other, others] of VALUES.filter(([kind]) => /^(?:int|string|binary)$/.test(kind))) {
          const schema = parseSchema(`x ${type}, y ${other}`)
          const pairs = crossed(values, others)
          const columns = [
            columnOf(
              typeOf(type),
              pairs.map(([a]) => a),
            ),
            columnOf(
              typeOf(other),
              pairs.map(([, b]) => b),
            ),
          ]
          for (const args of ['x', 'x, y', 'y, x', 'x, y, y', 'x, y, 3', 'x, 16, y'])
            evaluate(`${name}(${args})`, schema, columns, pairs.length)
        }
      }
    },
    120_000,
  )

  it.each([...AGGREGATES])('are added up by %s, refused, or fail the batch', (name) => {
    for (const [type, values] of VALUES) {
      const schema = parseSchema(`x ${type}`)
      const length = values.length
      try {
        const { aggregates } = compileAggregates(`${name}(x)`, scopeOf(schema), OPTIONS)
        const frame = frameOf([columnOf(typeOf(type), values)], length)
        for (const { open, type: result } of aggregates) {
          const accumulator = open()
          accumulator.add(new Int32Array(length), 1, frame, allRows(length))
          expect(isOf(valueAt(accumulator.result(1), 0), result)).toBe(true)
        }
      } catch (error) {
        if (error instanceof ExpressionError) continue
        if (!(error instanceof SprkError) || error.exit !== Exit.BAD_RECORD) throw error
      }
    }
  })

  it.each(TYPES)('of JSON are read as %s or refused', (name) => {
    const format = (() => {
      try {
        return typedJsonFormat(parseSchema(`x ${name}`), 'UTC')
      } catch {
        return undefined
      }
    })()
    if (format === undefined || name === 'array<binary>') return
    const rejects = collectRejects()
    const rows = JSONS.map((json) => `{"x":${json}}`)
    const [column] = format.open([{ path: ['x'] }]).read(chunkOf(rows), rejects)
    for (let row = 0; row < rows.length; row++)
      if (!rejects.all.has(row)) expect(isOf(valueAt(column as Column, row), typeOf(name)), rows[row]).toBe(true)
  })

  it('of ten million digits are refused at once', () => {
    const digits = '9'.repeat(10_000_000)
    const schema = parseSchema('v variant, s string')
    for (const json of [`1e${digits}`, `-1e-${digits}`, digits, `0.${digits}`]) {
      const columns = [columnOf(typeOf('variant'), [variant(json)]), columnOf(typeOf('string'), [json])]
      for (const to of ['bigint', 'decimal(10,2)', 'double', 'timestamp', 'int'])
        for (const source of [`CAST(v AS ${to})`, `CAST(s AS ${to})`]) evaluate(source, schema, columns, 1)
      for (const source of ['v = v', 'v > 1L', 'v + 1', 's > 1', 'v = 1.0000000000000000001'])
        evaluate(source, schema, columns, 1)
    }
  }, 120_000)

  it('make no text that is too long for one', () => {
    const half = 'x'.repeat(2 ** 28)
    const schema = parseSchema('s string, b binary')
    const columns = [columnOf(typeOf('string'), [half]), columnOf(typeOf('binary'), [new Uint8Array(2 ** 28 + 1)])]
    for (const source of [
      's || s',
      'concat(s, s, s)',
      'hex(b)',
      'hex(s)',
      "CAST(split(s, 'y') AS string) || s",
      'upper(s || s)',
    ]) {
      const frame = frameOf(columns, 1)
      compileExpression(source, scopeOf(schema), OPTIONS).evaluate(frame, allRows(1))
      expect(frame.rejected.get(0)?.code, source).toBe('E_OVERFLOW')
    }
  }, 120_000)
})
