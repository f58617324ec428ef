// Evaluates one expression over rows of JSON, beside any pipeline: what the command eval does.

import { allRows, type BatchContext, type Column, type Evaluate, type Frame, type Reject, valueAt } from '../column.ts'
import { Exit, type Problem, SprkError, throwIfAny } from '../errors.ts'
import { frameReader } from '../execution/source-frame.ts'
import { type Accumulator, type CompiledAggregates, compileAggregateText, compileText } from '../expressions/index.ts'
import type { Format } from '../format.ts'
import { sourceScope } from '../plan/source-scope.ts'
import type { Chunk } from '../record.ts'
import { NOWHERE, type SourceText } from '../spec.ts'
import type { DataType } from '../types.ts'

/**
 * Of one row: what the expression gives as text, null for NULL; or why it gives nothing. `line` is the line of the row,
 * counted from 1; null where it is the result of all rows that fails.
 */
export type Result = { readonly text: string | null } | { readonly fault: Reject; readonly line: number | null }

export interface Evaluation {
  readonly type: DataType
  /** One result for each row, in order; one for all of them where the expression aggregates. */
  results(chunks: AsyncIterable<Chunk>): AsyncIterable<readonly Result[]>
}

export interface EvaluationInput {
  /** Of the rows. */
  readonly format: Format
  /** An IANA time zone. */
  readonly timeZone: string
  /** The batch that the rows belong to: what `current_timestamp()` gives. */
  readonly batch: BatchContext
  /** How values are written: as CAST to string does, or as to_json does. */
  readonly form: 'string' | 'json'
}

/** Compiles the expression; throws a SprkError (exit 78) with all that is wrong with it. */
export function evaluation(source: SourceText, input: EvaluationInput): Evaluation {
  const scope = sourceScope(input.format)
  const problems: Problem[] = []
  const options = { scope, timeZone: input.timeZone, report: (problem: Problem) => problems.push(problem) }
  // The line break ends a comment at the end of the text.
  const text = input.form === 'json' ? `to_json(array(${source.text}\n))` : `CAST(${source.text}\n AS string)`
  const rendered = { ...source, text }
  const compiled = compileText(source, options)
  if (compiled !== undefined) {
    const { evaluate } = compileText(rendered, options) ?? mistakes(problems)
    return { type: compiled.type, results: (chunks) => eachRow(evaluate, input, scope.columns, chunks) }
  }
  // An expression over aggregates has one mistake as one over rows: that it aggregates.
  if (problems[0]?.code !== 'E_AGGREGATE') mistakes(problems)
  const before = problems.splice(0)
  const aggregates = compileAggregateText(source, options, 'value') ?? mistakes(problems.length > 0 ? problems : before)
  const folded = compileAggregateText(rendered, options, 'value') ?? mistakes(problems)
  return { type: aggregates.type, results: (chunks) => allTogether(folded, input, scope.columns, chunks) }
}

function mistakes(problems: readonly Problem[]): never {
  throwIfAny(Exit.CONFIG, problems)
  throw new Error('an expression did not compile, and nothing was reported')
}

type Columns = Parameters<typeof frameReader>[1]

type Read = (chunk: Chunk) => Frame & { readonly faults: ReadonlyMap<number, Reject> }

function reader({ format, batch }: EvaluationInput, columns: Columns): Read {
  const read = frameReader(format, columns)
  return (chunk) => {
    const faults = new Map<number, Reject>()
    const reject = (record: number, why: Reject) => {
      // The first failure of a record counts.
      if (!faults.has(record)) faults.set(record, why)
    }
    return { ...read(chunk, { reject }, batch), faults }
  }
}

async function* eachRow(
  evaluate: Evaluate,
  input: EvaluationInput,
  columns: Columns,
  chunks: AsyncIterable<Chunk>,
): AsyncIterable<readonly Result[]> {
  const read = reader(input, columns)
  for await (const chunk of chunks) {
    const frame = read(chunk)
    const column = evaluate(frame, allRows(frame.length))
    yield Array.from({ length: frame.length }, (_, row): Result => {
      const fault = frame.faults.get(row)
      return fault === undefined ? written(column, row, input) : { fault, line: lineOf(chunk, row) }
    })
  }
}

/** A row that cannot be read or evaluated fails the whole. */
async function* allTogether(
  { aggregates, evaluate }: CompiledAggregates,
  input: EvaluationInput,
  columns: Columns,
  chunks: AsyncIterable<Chunk>,
): AsyncIterable<readonly Result[]> {
  const read = reader(input, columns)
  const accumulators = aggregates.map((aggregate) => aggregate.open())
  for await (const chunk of chunks) {
    const frame = read(chunk)
    for (const accumulator of accumulators)
      accumulator.add(new Int32Array(frame.length), 1, frame, allRows(frame.length))
    const row = Math.min(...frame.faults.keys())
    const fault = frame.faults.get(row)
    if (fault !== undefined) return yield [{ fault, line: lineOf(chunk, row) }]
  }
  yield [concluded(accumulators, evaluate, input)]
}

function concluded(accumulators: readonly Accumulator[], evaluate: Evaluate, input: EvaluationInput): Result {
  const faults: Reject[] = []
  const rejects = { reject: (_: number, why: Reject) => faults.push(why) }
  try {
    const columns = accumulators.map((accumulator) => accumulator.result(1))
    const column = evaluate({ length: 1, columns, records: null, rejects, batch: input.batch }, allRows(1))
    const [fault] = faults
    return fault === undefined ? written(column, 0, input) : { fault, line: null }
  } catch (error) {
    // A result that is out of range.
    if (!(error instanceof SprkError)) throw error
    return { fault: { code: error.code, message: error.message }, line: null }
  }
}

function lineOf({ offsets }: Chunk, row: number): number {
  return (offsets[row] as number) + 1
}

function written(column: Column, row: number, { form }: EvaluationInput): Result {
  const text = valueAt(column, row) as string | null
  // The brackets of the array.
  return { text: text !== null && form === 'json' ? text.slice(1, -1) : text }
}

/** The expression of a command line as source text: places count from 1 in the one "file" of this name. */
export function argumentText(text: string, file: string): SourceText {
  return {
    text,
    place(start = 0, end = text.length) {
      const before = text.slice(0, start).split('\n')
      if (text === '') return { ...NOWHERE, file }
      return {
        file,
        line: before.length,
        column: (before.at(-1) as string).length + 1,
        length: Math.max(1, end - start),
      }
    },
  }
}

/** How many lines are evaluated at once. */
const LINES = 1024
const BLANK = /^[\s\uFEFF]*$/

/** Chunks of the lines that are not blank; each is the value of a record whose offset is the number of lines before it. */
export async function* lineChunks(lines: AsyncIterable<string>): AsyncIterable<Chunk> {
  let texts: string[] = []
  let offsets: number[] = []
  let before = 0
  for await (const line of lines) {
    const offset = before++
    if (BLANK.test(line)) continue
    texts.push(line)
    offsets.push(offset)
    if (texts.length < LINES) continue
    yield chunkOfLines(texts, offsets)
    texts = []
    offsets = []
  }
  if (texts.length > 0) yield chunkOfLines(texts, offsets)
}

function chunkOfLines(lines: readonly string[], offsets: readonly number[]): Chunk {
  const { length } = lines
  const encoded = lines.map((line) => Buffer.from(`${line}\n`))
  const bytes = Buffer.concat(encoded)
  const [starts, ends, none, absent] = [0, 0, 0, -1].map((value) => new Int32Array(length).fill(value)) as Spans
  let at = 0
  for (const [row, line] of encoded.entries()) {
    starts[row] = at
    at += line.length
    ends[row] = at - 1
  }
  return {
    ...{ topic: 'rows', partition: 0, length, bytes },
    offsets: Float64Array.from(offsets),
    timestamps: new Float64Array(length).fill(-1),
    timestampTypes: new Uint8Array(length),
    ...{ keyStarts: none, keyEnds: absent, valueStarts: starts, valueEnds: ends },
    ...{ headerStarts: none, headerEnds: none },
  }
}

type Spans = [starts: Int32Array, ends: Int32Array, none: Int32Array, absent: Int32Array]
