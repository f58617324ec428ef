// The schemas of options: those of valibot, and the few forms of value that only pipeline files have.
//
// A schema is data: src/config/ checks a file against it and fills defaults, and makes the JSON Schema for editors of
// it. Laws:
// - No `transform`: a schema describes the value as it stands in the file, defaults filled. Where several spellings mean
//   the same, `oneSpelling` makes them one.
// - Every schema has a `description`; editors show it.
// - The message of an action completes "`key` …": "must be at least 1". A second line in it is the hint.

import * as v from 'valibot'
import { parseBytes, parseDurationMs } from './duration.ts'
import type { Component, Entry, FilePath, Secret, SourceText } from './spec.ts'

export type Family = 'sources' | 'formats' | 'transforms' | 'sinks'

/** A schema whose several spellings become one: `normalise` is called with values of its type. */
export interface OneSpelling<Options> {
  readonly schema: v.GenericSchema
  normalise(value: unknown): Options
}

/** The form of a kind's options. */
export type OptionsForm = v.GenericSchema | OneSpelling<unknown>

/** The options that a kind is given: `OptionsOf<typeof kafkaOptions>`. */
export type OptionsOf<Form> =
  Form extends OneSpelling<infer Options> ? Options : Form extends v.GenericSchema ? v.InferOutput<Form> : never

/** Options that are computed from the schema's output. */
export function oneSpelling<Schema extends v.GenericSchema, Options>(
  schema: Schema,
  normalise: (value: v.InferOutput<Schema>) => Options,
): OneSpelling<Options> {
  // The reader passes nothing but values of the schema's type.
  return { schema, normalise: (value) => normalise(value as v.InferOutput<Schema>) }
}

/** The forms of value that valibot does not have. */
type Form =
  | { readonly form: 'expression' }
  | { readonly form: 'path' }
  | { readonly form: 'secret' }
  | { readonly form: 'pem'; readonly holds: 'CERTIFICATE' | 'PRIVATE KEY' }
  /** A number that is written as text. */
  | {
      readonly form: 'text'
      readonly expects: string
      readonly pattern: string
      parse(text: string): number | undefined
    }
  | {
      readonly form: 'entries'
      /** What the names are: "a topic". */
      readonly names: string
      /** What the value of a name is called, where that is not the name: "the offset of partition". */
      readonly holds: string | undefined
      readonly allowed: RegExp
      readonly of: v.GenericSchema
    }
  | {
      readonly form: 'component'
      readonly family: Family
      /** Further keys beside the kind's name. */
      readonly beside: Readonly<Record<string, v.GenericSchema>>
    }

/** The form of a schema, for code that reads files by it or describes it. */
export type Shape =
  | Form
  | { readonly form: 'optional'; readonly of: v.GenericSchema; readonly default: unknown }
  | {
      readonly form: 'map'
      readonly entries: Readonly<Record<string, v.GenericSchema>>
      /** Optional keys of which exactly one is given; often none. */
      readonly oneOf: readonly string[]
    }
  | { readonly form: 'list'; readonly of: v.GenericSchema; readonly commas: boolean }
  | { readonly form: 'union'; readonly options: readonly v.GenericSchema[] }
  /** The hint for what is none of them; it is the picklist's message. */
  | { readonly form: 'choice'; readonly options: readonly string[]; readonly hint: string | undefined }
  | { readonly form: 'string' | 'number' | 'boolean' }

export function shapeOf(schema: v.GenericSchema): Shape {
  if ('form' in schema) return schema as unknown as Form
  // GenericSchema hides the properties of each type of schema; those of `Native` are documented by valibot.
  const known = schema as unknown as Native
  switch (known.type) {
    case 'optional':
      return { form: 'optional', of: known.wrapped, default: v.getDefault(known) }
    case 'object':
    case 'strict_object':
      return { form: 'map', entries: known.entries, oneOf: 'oneOf' in known ? (known.oneOf as readonly string[]) : [] }
    case 'array':
      return { form: 'list', of: known.item, commas: 'commas' in known }
    case 'union':
      return { form: 'union', options: known.options }
    case 'picklist':
      return { form: 'choice', options: known.options, hint: known.message }
    case 'string':
    case 'number':
    case 'boolean':
      return { form: known.type }
    default:
      throw new Error(`no options are made of ${(known satisfies never as { type: string }).type}`)
  }
}

/** The schemas of valibot that options may use. */
type Native =
  | v.OptionalSchema<v.GenericSchema, unknown>
  | v.ObjectSchema<Readonly<Record<string, v.GenericSchema>>, undefined>
  | v.StrictObjectSchema<Readonly<Record<string, v.GenericSchema>>, undefined>
  | v.ArraySchema<v.GenericSchema, undefined>
  | v.UnionSchema<readonly v.GenericSchema[], undefined>
  | v.PicklistSchema<readonly string[], string | undefined>
  | v.StringSchema<undefined>
  | v.NumberSchema<undefined>
  | v.BooleanSchema<undefined>

function schemaOf<Output>(check: (value: unknown) => boolean, form: Form) {
  return Object.assign(v.custom<Output>(check), form)
}

/** A Spark SQL expression: its exact source text. */
export function expression() {
  return schemaOf<SourceText>(isSourceText, { form: 'expression' })
}

function isSourceText(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'place' in value && typeof value.place === 'function'
}

/** The path of a file, relative to the pipeline file. */
export function filePath() {
  return schemaOf<FilePath>((value) => typeof value === 'object' && value !== null && 'absolute' in value, {
    form: 'path',
  })
}

/** `{env: NAME}` or `{file: PATH}`: a value that is not in the pipeline file. */
export function secret() {
  return schemaOf<Secret>(isSecret, { form: 'secret' })
}

/** The path of a file of certificates, or with a key, in PEM format; the value is its text. */
export function pemFile(holds: 'CERTIFICATE' | 'PRIVATE KEY') {
  return schemaOf<Secret>(isSecret, { form: 'pem', holds })
}

function isSecret(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'reveal' in value
}

/**
 * A map from names that the user chooses, in file order. `names` says what they are: "a topic"; `holds` what the
 * value of one is called: "the offset of partition".
 */
export function entries<Schema extends v.GenericSchema>(
  names: string,
  of: Schema,
  { allowed = /./, holds }: { readonly allowed?: RegExp; readonly holds?: string } = {},
) {
  type Output = readonly Entry<v.InferOutput<Schema>>[]
  return schemaOf<Output>(Array.isArray, { form: 'entries', names, holds, allowed, of })
}

/** A map with one key that names its kind. */
export function component<Beside extends Readonly<Record<string, v.GenericSchema>> = Record<never, never>>(
  family: Family,
  beside?: Beside,
) {
  type Output = Component & { readonly [Key in keyof Beside]: v.InferOutput<Beside[Key]> }
  return schemaOf<Output>((value) => typeof value === 'object', {
    form: 'component',
    family,
    beside: beside ?? {},
  })
}

/** A number that people write as text. `expects` completes "must be …", `pattern` is for editors. */
export function parsedText(expects: string, pattern: RegExp, parse: (text: string) => number | undefined) {
  return schemaOf<number>((value) => typeof value === 'number', {
    form: 'text',
    expects,
    pattern: pattern.source,
    parse,
  })
}

const DURATION = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/
const SIZE = /^\d+(\.\d+)?\s*([kKmMgG]?[iI]?[bB])?$/

/** What is too large to be exact is too large for every bound, and told by it. */
function bounded(pattern: RegExp, parse: (text: string) => number | undefined): (text: string) => number | undefined {
  return (text) => parse(text) ?? (pattern.test(text) ? Number.MAX_SAFE_INTEGER : undefined)
}

/** `500ms`, `2s`, `1m30s`: milliseconds. */
export function duration() {
  return parsedText('a duration such as 500ms, 2s or 1m30s', DURATION, bounded(DURATION, parseDurationMs))
}

/** The same, or `forever`: `Infinity`. */
export function durationOrForever() {
  const pattern = new RegExp(`^forever$|${DURATION.source}`)
  const parse = bounded(DURATION, parseDurationMs)
  const expects = 'a duration such as 30d or 12h, or `forever`'
  return parsedText(expects, pattern, (text) => (text === 'forever' ? Infinity : parse(text)))
}

/** `64MB`, `1.5GiB`, `4096`: bytes. */
export function bytes() {
  return v.pipe(
    parsedText('a size such as 64MB, 1GiB or 4096', SIZE, bounded(SIZE, parseBytes)),
    v.maxValue(1_000_000_000_000, 'must be at most 1000GB'),
  )
}

/** A whole number that JavaScript holds exactly. */
export function wholeNumber(least: number, hint = '') {
  return v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}\n${hint}`),
    v.maxValue(Number.MAX_SAFE_INTEGER, `must be at most ${Number.MAX_SAFE_INTEGER}`),
  )
}

/** A map that has exactly one of some optional keys. */
export function withOneOf<Schema extends v.GenericSchema>(map: Schema, ...oneOf: readonly string[]): Schema {
  return Object.assign(map, { oneOf })
}

/** A list that may also be written as one text with commas: `a:1,b:2`. The value is the list. */
export function commaList<Item extends v.GenericSchema<string, string>>(item: Item) {
  return Object.assign(v.array(item), { commas: true as const })
}

/** An issue of a `rawCheck` about something inside the checked value, reached by these keys. */
export function issueAt(message: string, input: unknown, ...keys: readonly string[]) {
  const items = keys.map((key) => ({
    type: 'unknown' as const,
    origin: 'value' as const,
    input,
    key,
    value: undefined,
  }))
  const [first, ...others] = items
  return first === undefined ? { message } : { message, path: [first, ...others] as [typeof first, ...typeof others] }
}
