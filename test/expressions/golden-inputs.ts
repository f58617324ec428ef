// What Spark was asked and what it answered, and the columns of the questions.

import { readFileSync } from 'node:fs'
import type { Column, Value } from '../../src/column.ts'
import { converter } from '../../src/expressions/casts/cast.ts'
import { parseSchema } from '../../src/expressions/index.ts'
import { type DataType, STRING, typeName } from '../../src/types.ts'
import { UTC } from '../../src/values/zone.ts'
import { columnOf, variant } from './support.ts'

/** One row for each row of the columns; of an expression without columns one. */
export interface Answer {
  readonly expression: string
  readonly zone?: string
  readonly type?: string
  readonly values?: readonly (string | null | { readonly error: string })[]
  readonly error?: string
}

interface Input {
  readonly type: string
  readonly values: readonly (string | null)[]
}

const text = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
const inputs = Object.entries(JSON.parse(text('golden-inputs.json')) as Readonly<Record<string, Input>>)

export const answers = JSON.parse(text('golden.json')) as readonly Answer[]
export const asked = text('golden.txt')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

export const ROWS = inputs[0]?.[1].values.length ?? 0
export const schema = inputs.map(([name, input]) => ({ name, type: typeOf(input.type) }))
export const columns = inputs.map(([, input]) => inputColumn(typeOf(input.type), input.values))

function typeOf(ddl: string): DataType {
  const [field] = parseSchema(`x ${ddl}`)
  if (field === undefined) throw new Error(`no type ${ddl}`)
  return field.type
}

function inputColumn(type: DataType, values: readonly (string | null)[]): Column {
  const convert = type.kind === 'variant' ? (value: Value) => variant(value as string) : converter(STRING, type, UTC)
  if (convert === undefined) throw new Error(`no input of ${typeName(type)}`)
  return columnOf(
    type,
    values.map((value) => (value === null ? null : convert(value))),
  )
}
