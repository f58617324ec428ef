// What Spark was asked and what it answered, and the columns of the questions.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
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

/** The files of questions, with the answers to each, by name. */
export const corpus = readdirSync(new URL('corpus', import.meta.url))
  .filter((name) => name.endsWith('.txt'))
  .map((name) => corpusFile(name.slice(0, -'.txt'.length)))

export interface Corpus {
  readonly name: string
  readonly asked: readonly string[]
  /** The same with the time zone of each. */
  readonly questions: readonly { readonly expression: string; readonly zone: string }[]
  readonly answers: readonly Answer[]
  /** Whether the answers are to these very questions. */
  readonly isCurrent: boolean
  /** The version of Spark that answered. */
  readonly spark: string
}

function corpusFile(name: string): Corpus {
  const questions = text(`corpus/${name}.txt`)
  const zoned = zonedLines(questions)
  const path = `corpus/${name}.json`
  const isAnswered = existsSync(new URL(path, import.meta.url))
  const stored = JSON.parse(isAnswered ? text(path) : '{"answers": []}') as {
    spark: string
    sha256: string
    answers: readonly Answer[]
  }
  return {
    name,
    asked: zoned.map(({ expression }) => expression),
    questions: zoned,
    answers: stored.answers,
    isCurrent: stored.sha256 === createHash('sha256').update(questions).digest('hex'),
    spark: stored.spark ?? '',
  }
}

/** A line `# zone …` changes the zone of those below it. */
function zonedLines(questions: string): Corpus['questions'] {
  let zone = 'UTC'
  const found: { expression: string; zone: string }[] = []
  for (const line of questions.split('\n')) {
    if (line.startsWith('# zone ')) zone = line.slice('# zone '.length)
    else if (line.trim() !== '' && !line.startsWith('#')) found.push({ expression: line, zone })
  }
  return found
}

export const answers = corpus.flatMap((each) => each.answers)
export const asked = corpus.flatMap((each) => each.asked)

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
