// The columns of mode upsert: resolves the options for key, version and deletion against the stream's columns.

import type { SqlValue } from '../../checkpoint.ts'
import type { Evaluate } from '../../column.ts'
import { Exit, type Problem, throwIfAny } from '../../errors.ts'
import { castText, columnName, compileText, type ExpressionInput } from '../../expressions/index.ts'
import type { SinkInput } from '../../sink.ts'
import type { SourceText } from '../../spec.ts'
import { type Field, STRING, typeName } from '../../types.ts'
import { didYouMean } from '../../words.ts'
import { comparisonOf } from './merge-value.ts'
import type { UpsertOptions } from './options.ts'

export interface UpsertColumns {
  readonly key: readonly Field[]
  /** Columns of the table. */
  readonly stored: readonly StoredColumn[]
  readonly version: {
    readonly name: string
    /** Index in `stored`. */
    readonly column: number
    /** Compares two values as stored that are not NULL. */
    readonly compare: (a: SqlValue, b: SqlValue) => number
  } | null
  readonly deleteWhen: Evaluate | null
  readonly canonical: readonly string[]
}

interface StoredColumn extends Field {
  /** Index of the column in the stream. */
  readonly index: number
  /** Computes the stored column; null: the column of the stream is stored. */
  readonly read: Evaluate | null
}

/** Throws a SprkError with exit 78 and all mistakes. */
export function upsertColumns(table: string, options: UpsertOptions, sink: SinkInput): UpsertColumns {
  const problems: Problem[] = []
  const report = (problem: Problem) => void problems.push(problem)
  const input: ExpressionInput = { scope: sink.scope, timeZone: sink.timeZone, report }
  const named = (source: SourceText, option: string) => fieldOf(table, option, source, sink, report)

  const key = options.key.flatMap((source) => named(source, 'key') ?? []).map(({ name }) => name)
  const dropped = options.drop.flatMap((source) => named(source, 'drop') ?? []).map(({ name }) => name)
  const versionField = options.version && named(options.version, 'version')
  const deleteWhen = options.deleteWhen && conditionOf(options.deleteWhen, input)
  for (const source of options.drop) {
    const name = columnName(source)
    if (!key.includes(name) && name !== versionField?.name) continue
    const what = key.includes(name) ? 'the key' : 'the version, which is compared with the one that is stored'
    report({
      code: 'E_UPSERT',
      message: `table ${table}: column ${name} cannot be dropped: it is of ${what}`,
      place: source.place(),
    })
  }
  const stored = storedColumns(sink, key, dropped, options.key, input)
  const keyFields = key.flatMap((name) => stored.filter((column) => column.name === name))
  for (const { name, type } of keyFields) if (type.kind === 'map') report(mapKey(table, name))
  const compare = versionField ? comparisonOf(versionField.type) : undefined
  if (versionField && options.version && compare === undefined) report(noOrder(table, versionField, options.version))

  throwIfAny(Exit.CONFIG, problems)
  const column = stored.findIndex(({ name }) => name === versionField?.name)
  return {
    key: keyFields,
    stored,
    version: versionField && compare ? { name: versionField.name, column, compare } : null,
    deleteWhen: deleteWhen?.evaluate ?? null,
    canonical: [
      `key ${key.map((name) => JSON.stringify(name)).join(', ')}`,
      ...(versionField ? [`version ${JSON.stringify(versionField.name)}`] : []),
      ...(deleteWhen ? [`delete when ${deleteWhen.canonical}`] : []),
    ],
  }
}

function fieldOf(
  table: string,
  option: string,
  source: SourceText,
  { schema }: SinkInput,
  report: (problem: Problem) => void,
): Field | undefined {
  const wanted = columnName(source)
  const field = schema.find(({ name }) => name === wanted)
  if (field !== undefined) return field
  const names = schema.map(({ name }) => name)
  const near = didYouMean(wanted, names)
  report({
    code: 'E_UNKNOWN_COLUMN',
    message: `table ${table}: \`${option}\` must name columns, and there is no column ${wanted}`,
    hint: near === undefined ? `the columns are ${names.join(', ')}; a map computes others` : `did you mean ${near}?`,
    place: source.place(),
  })
  return undefined
}

function conditionOf(source: SourceText, input: ExpressionInput) {
  const asWritten = compileText(source, input)
  if (asWritten === undefined) return undefined
  const compiled = asWritten.type.kind === 'variant' ? castText(source, 'BOOLEAN', input) : asWritten
  if (compiled === undefined || compiled.type.kind === 'boolean') return compiled
  input.report({
    code: 'E_TYPE',
    message: `deleteWhen needs a condition; this expression is of type ${typeName(compiled.type)}`,
    hint: "compare it with something, such as `op = 'd'`",
    place: source.place(),
  })
  return undefined
}

/**
 * A variant in a key is stored as the string that it casts to, as in reduceByKey: an ANY column takes true, 1 and 1.0
 * for one key.
 */
function storedColumns(
  { schema }: SinkInput,
  key: readonly string[],
  dropped: readonly string[],
  keyTexts: readonly SourceText[],
  input: ExpressionInput,
): readonly StoredColumn[] {
  return schema.flatMap((field, index): readonly StoredColumn[] => {
    if (dropped.includes(field.name)) return []
    if (field.type.kind !== 'variant' || !key.includes(field.name)) return [{ ...field, index, read: null }]
    const text = keyTexts.find((source) => columnName(source) === field.name)
    const cast = text && castText({ ...text, text: `\`${field.name.replaceAll('`', '``')}\`` }, 'STRING', input)
    return [{ name: field.name, type: STRING, index, read: cast?.evaluate ?? null }]
  })
}

function mapKey(table: string, name: string): Problem {
  return {
    code: 'E_UPSERT',
    message: `table ${table}: column ${name} is a map and cannot be part of the key`,
    hint: 'take a key out of it in a map step',
  }
}

function noOrder(table: string, { name, type }: Field, source: SourceText): Problem {
  return {
    code: 'E_UPSERT',
    message: `table ${table}: column ${name} cannot be the version: values of type ${typeName(type)} have no order`,
    hint: `give it a type in a map: \`${name}: cast(${name} as bigint)\``,
    place: source.place(),
  }
}
