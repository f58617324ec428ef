// The corpora of scripts/differential/ beside the stored answers of a real Spark.

import { describe, expect, it } from 'vitest'
import { allRows, type Reject, type Value, valueAt } from '../../src/column.ts'
import { SprkError } from '../../src/errors.ts'
import { converter } from '../../src/expressions/casts/cast.ts'
import { compileAggregates, compileExpression, ExpressionError, parseSchema } from '../../src/expressions/index.ts'
import type { Format } from '../../src/format.ts'
import { typedJsonFormat } from '../../src/formats/json/typed.ts'
import type { Scope } from '../../src/scope.ts'
import { type DataType, STRING, typeName } from '../../src/types.ts'
import { RowFault } from '../../src/values/row-fault.ts'
import { UTC, zone } from '../../src/values/zone.ts'
import { chunkOf, collectRejects } from '../support/chunk.ts'
import { stored } from './differential.ts'
import { type Case, differenceOf, type Outcome } from './differential-differences.ts'
import { frameOf } from './support.ts'

interface Group {
  readonly schema: string
  readonly rows: readonly string[]
  readonly zone: string
  readonly cases: readonly Case[]
}

const CORPORA = ['adversarial', 'suspects', 'random', 'nulls', 'zones', 'readings', 'variants']

/** What sprk gives for one expression over the group's rows, in the form of the stored answers. */
function ours(expression: string, group: Group, format: Format): Case {
  const paths: string[][] = []
  try {
    const isAggregate = expression.startsWith('aggregate ')
    const source = expression.replace(/^aggregate /, '')
    const options = { timeZone: group.zone }
    const scope = scopeOf(format, group, paths)
    if (!isAggregate) {
      const compiled = compileExpression(source, scope, options)
      const { columns, length, rejected } = read(format, paths, group.rows)
      const frame = frameOf(columns, length)
      const column = compiled.evaluate(frame, allRows(length))
      const refused = new Map([...frame.rejected, ...rejected])
      const values = Array.from({ length }, (_, row) =>
        outcome(refused.get(row), valueAt(column, row), compiled.type, group),
      )
      return { e: expression, t: typeName(compiled.type), v: values }
    }
    const compiled = compileAggregates(source, scope, options)
    const { columns, length, rejected } = read(format, paths, group.rows)
    const frame = frameOf(columns, length)
    const results = compiled.aggregates.map(({ open }) => {
      const accumulator = open()
      accumulator.add(new Int32Array(length), 1, frame, allRows(length))
      return accumulator.result(1)
    })
    const result = frameOf(results, 1)
    const column = compiled.evaluate(result, allRows(1))
    const [refused] = [...rejected.values(), ...frame.rejected.values(), ...result.rejected.values()]
    const value = refused === undefined ? valueAt(column, 0) : null
    return { e: expression, t: typeName(compiled.type), v: [outcome(refused, value, compiled.type, group)] }
  } catch (error) {
    if (error instanceof ExpressionError) return { e: expression, x: error.code }
    if (error instanceof SprkError) return { e: expression, v: [{ x: error.code }] }
    throw error
  }
}

function outcome(refused: Reject | undefined, value: Value, type: DataType, group: Group): Outcome {
  if (refused !== undefined) return { x: refused.code }
  const toText = converter(type, STRING, zone(group.zone) ?? UTC)
  if (value === null || toText === undefined) return null
  try {
    return toText(value) as string
  } catch (fault) {
    if (fault instanceof RowFault) return { x: fault.reject.code }
    throw fault
  }
}

/** Paths are read one by one, as the plan does it. */
function scopeOf(format: Format, group: Group, paths: string[][]): Scope {
  return {
    resolve(path) {
      for (let used = path.length; used > 0; used--) {
        const part = path.slice(0, used)
        const type = format.typeOf(part)
        if (type === undefined) continue
        const text = JSON.stringify(part)
        const known = paths.findIndex((other) => JSON.stringify(other) === text)
        return { column: known >= 0 ? known : paths.push([...part]) - 1, type, used }
      }
      return undefined
    },
    names: () => parseSchema(group.schema).map(({ name }) => name),
  }
}

function read(format: Format, paths: readonly string[][], rows: readonly string[]) {
  const rejects = collectRejects()
  const columns = format.open(paths.map((path) => ({ path }))).read(chunkOf([...rows]), rejects)
  const rejected = new Map([...rejects.all].map(([row, all]) => [row, all[0] as Reject]))
  return { columns, length: rows.length, rejected }
}

const isError = (value: Outcome | undefined): boolean => typeof value === 'object' && value !== null

/** The same type, the same values, errors where Spark has errors. */
function agree(mine: Case, sparks: Case): boolean {
  if (mine.x !== undefined || sparks.x !== undefined) {
    const other = mine.x === undefined ? mine : sparks
    return (mine.x !== undefined && sparks.x !== undefined) || (other.v ?? []).every(isError)
  }
  const theirs = sparks.v ?? []
  const values = theirs.every((value, row) => {
    const own = mine.v?.[row] ?? null
    return isError(value) || isError(own) ? isError(value) && isError(own) : own === value
  })
  const types = mine.t === undefined || mine.t.replaceAll(' ', '') === sparks.t?.replaceAll(' ', '')
  return values && (types || theirs.every(isError))
}

describe('expressions beside Spark 4.2', () => {
  it.each(CORPORA)('give the same, or differ as docs/expressions.md says: %s', (name) => {
    const unexplained: string[] = []
    for (const group of stored<Group>(name)) {
      const format = typedJsonFormat(parseSchema(group.schema), group.zone)
      for (const answer of group.cases) {
        const mine = ours(answer.e, group, format)
        if (agree(mine, answer) || differenceOf(mine, answer, group) !== undefined) continue
        unexplained.push(`${answer.e}\n  sprk  ${JSON.stringify(mine)}\n  Spark ${JSON.stringify(answer)}`)
      }
    }
    expect(unexplained.join('\n')).toBe('')
  })
})
