// reduceByKey: aggregates the rows of each key in one micro-batch, as Spark's `reduceByKey` on a DStream. Stores no
// state.

import {
  type Compiled,
  type CompiledAggregates,
  castText,
  compileAggregateText,
  compileText,
} from '../expressions/index.ts'
import { transformKind } from '../kind.ts'
import type { Entry, SourceText } from '../spec.ts'
import type { FoldStep, StepInput } from '../transform.ts'
import { type Field, STRING } from '../types.ts'
import { foldInput, type Key, ReduceByKey } from './reduce-by-key/fold.ts'
import { reduceByKeyOptions } from './reduce-by-key/options.ts'

export const reduceByKey = transformKind(
  'reduceByKey',
  'Groups the rows of a micro-batch by a key and aggregates each group.',
  reduceByKeyOptions,
  {
    aggregates: true,
    compile(options, input) {
      const keys = options.key.map((entry) => compileKey(entry, input))
      const values = options.values.map(({ name, value }) => {
        const compiled = compileAggregateText(value, input, name)
        return compiled && { name, compiled }
      })
      const known = new Set(options.key.map(({ name }) => name))
      const twice = options.values.filter(({ name }) => known.has(name))
      for (const { name, place } of twice) {
        input.report({
          code: 'E_COLUMN_TWICE',
          message: `column ${name} is a key and a value`,
          hint: 'rename the value',
          place,
        })
      }
      if (twice.length > 0 || !keys.every(isDefined) || !values.every(isDefined)) return undefined
      return foldStep(keys, values, input.timeZone)
    },
  },
)

type CompiledKey = Key & Pick<Compiled, 'boundary'>

/** Groups a variant by the string that it casts to: Spark refuses to group by VARIANT. */
function compileKey({ name, place, value }: Entry<SourceText>, input: StepInput): CompiledKey | undefined {
  const compiled = compileText(value, input, name)
  if (compiled === undefined) return undefined
  const at = value.place()
  // A key without a name takes that of its column; `lower(city)` has none.
  if (compiled.name === null && place.line === at.line && place.column === at.column) {
    input.report({
      code: 'E_KEY_NAME',
      message: 'this key is computed and needs a name',
      hint: `write it as a map: \`key: {name: ${value.text}}\``,
      place: at,
    })
    return undefined
  }
  const { type, evaluate, canonical, boundary } =
    compiled.type.kind === 'variant' ? (castText(value, 'STRING', input, name) ?? compiled) : compiled
  return { name, type, evaluate, canonical, boundary }
}

function foldStep(
  keys: readonly CompiledKey[],
  values: readonly { readonly name: string; readonly compiled: CompiledAggregates }[],
  timeZone: string,
): FoldStep {
  // Days and hours depend on the time zone, so it belongs to the canonical text.
  const inZone = timeZone === 'UTC' ? '' : ` in ${timeZone}`
  const output: readonly Field[] = [
    ...keys.map(({ name, type }) => ({ name, type })),
    ...values.map(({ name, compiled }) => ({ name, type: compiled.type })),
  ]
  const compiledValues = values.map(({ compiled }) => compiled)
  const describe = (parts: readonly { readonly name: string; readonly canonical: string }[]) =>
    parts.map(({ name, canonical }) => `${JSON.stringify(name)}: ${canonical}`).join(', ')
  return {
    role: 'fold',
    output,
    keyColumns: keys.length,
    merges: values.map(({ compiled }) => compiled.merge),
    canonical: `reduceByKey {${describe(keys)}} {${describe(values.map(({ name, compiled }) => ({ name, canonical: compiled.canonical })))}}${inZone}`,
    boundary: 'dependent',
    mergedBoundary: [...keys, ...compiledValues].some(({ boundary }) => boundary === 'dependent')
      ? 'dependent'
      : 'independent',
    notes: [
      ...keys
        .filter(({ canonical, type }) => type === STRING && canonical.startsWith('CAST'))
        .map(({ name }) => `key ${name} is read as string`),
      ...values.flatMap(({ compiled }) => compiled.notes),
      ...mergeNotes(values),
    ],
    evaluate: (rows) => foldInput(keys, compiledValues, rows),
    open: () => new ReduceByKey(keys, compiledValues),
  }
}

/** What sink mode `merge` could do with the results. */
function mergeNotes(
  values: readonly { readonly name: string; readonly compiled: Pick<CompiledAggregates, 'merge'> }[],
): readonly string[] {
  const merged = values.flatMap(({ name, compiled: { merge } }) =>
    typeof merge === 'string' ? `${name} by ${merge.replace('_', ' ')}` : [],
  )
  const refused = values.flatMap(({ name, compiled: { merge } }) =>
    typeof merge === 'string' ? [] : `mode merge cannot take ${name}: ${merge.refused}`,
  )
  return [...(merged.length === 0 ? [] : [`mode merge can take ${merged.join(', ')}`]), ...refused]
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined
}
