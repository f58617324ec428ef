// flatMap: one row for each element of an array, as Spark's `select(…, explode(array))`.

import * as v from 'valibot'
import { allRows, type Column, type Frame } from '../column.ts'
import type { Problem } from '../errors.ts'
import { castText } from '../expressions/index.ts'
import { transformKind } from '../kind.ts'
import { entries, expression } from '../options.ts'
import type { Entry, SourceText } from '../spec.ts'
import type { Rows } from '../transform.ts'
import type { Field } from '../types.ts'
import { elementsOf, repeated } from '../values/elements.ts'
import { type CompiledColumns, compileColumns } from './columns.ts'

export const flatMap = transformKind(
  'flatMap',
  'Makes a row of each element of an array; other columns are repeated.',
  v.pipe(
    entries('a column', expression()),
    v.minLength(1, 'must name at least one column\nwrite `column: expression` below it'),
    v.description('Column name → Spark SQL expression, exactly one of them an array.'),
  ),
  {
    compile(expressions, stepInput) {
      const input = { ...stepInput, makesRows: true }
      const columns = compileColumns(expressions, input)
      if (columns === undefined) return undefined
      const arrays = columns.fields.flatMap(({ type }, i) => (type.kind === 'array' ? [i] : []))
      const variants = columns.fields.flatMap(({ type }, i) => (type.kind === 'variant' ? [i] : []))
      // Where no expression has an array type, a single JSON value is read as an array.
      const [exploded, ...others] = arrays.length > 0 ? arrays : variants
      if (exploded === undefined || others.length > 0) {
        input.report(
          arrays.length === 0 && variants.length > 0 ? whichOf(variants, expressions) : notOne(arrays, expressions),
        )
        return undefined
      }
      const field = columns.fields[exploded] as Field
      const entry = expressions[exploded] as Entry<SourceText>
      const array = field.type.kind === 'array' ? undefined : castText(entry.value, 'ARRAY<VARIANT>', input, entry.name)
      const arrayType = array?.type ?? field.type
      if (arrayType.kind !== 'array') return undefined
      const evaluates = columns.evaluates.map((evaluate, i) =>
        i === exploded ? (array?.evaluate ?? evaluate) : evaluate,
      )
      const fields = columns.fields.map((one, i) => (i === exploded ? { ...one, type: arrayType.element } : one))
      return {
        role: 'stateless',
        output: fields,
        canonical: `flatMap {${columns.canonical}}`,
        boundary: columns.boundary,
        notes: columns.notes,
        apply: (rows) => explode(rows, { ...columns, fields, evaluates }, exploded),
      }
    },
  },
)

/** Any JSON value may be the array: the expressions have to say which. */
function whichOf(candidates: readonly number[], expressions: readonly Entry<SourceText>[]): Problem {
  const last = expressions[candidates.at(-1) as number] as Entry<SourceText>
  return {
    code: 'E_FLAT_MAP',
    message: `flatMap needs to know which is the array: ${namesOf(candidates, expressions)} may each be one`,
    hint: `cast it: \`${last.name}: cast(${last.value.text} as array<variant>)\``,
  }
}

function notOne(arrays: readonly number[], expressions: readonly Entry<SourceText>[]): Problem {
  const [, second] = arrays
  if (second === undefined) {
    const hint = "such as `flatMap: {word: split(value, ' ')}`; other columns are repeated for each element"
    return { code: 'E_FLAT_MAP', message: 'flatMap needs exactly one array; here is none', hint }
  }
  const { name, value } = expressions[second] as Entry<SourceText>
  return {
    code: 'E_FLAT_MAP',
    message: `flatMap needs exactly one array; ${namesOf(arrays, expressions)} are ${arrays.length}`,
    hint: `keep the others as text: \`${name}: cast(${value.text} as string)\``,
    place: value.place(),
  }
}

function namesOf(indexes: readonly number[], expressions: readonly Entry<SourceText>[]): string {
  const names = indexes.map((index) => expressions[index]?.name)
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** An empty array and NULL give no row. */
function explode({ frame, selection }: Rows, { fields, evaluates }: CompiledColumns, exploded: number): Rows {
  const inputs = evaluates.map((evaluate) => evaluate(frame, selection))
  const type = (fields[exploded] as Field).type
  const { origins, elements } = elementsOf(inputs[exploded] as Column, type, selection)
  const columns = inputs.map((input, i): Column => (i === exploded ? elements : repeated(input, origins)))
  const { length } = origins
  const records = frame.records === null ? origins : origins.map((row) => recordOf(frame, row))
  return { frame: { length, columns, records, rejects: frame.rejects, batch: frame.batch }, selection: allRows(length) }
}

function recordOf({ records }: Frame, row: number): number {
  return records === null ? row : (records[row] as number)
}
