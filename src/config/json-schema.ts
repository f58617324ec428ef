// The JSON Schema of pipeline files, for editors. Draft 7: the one that yaml-language-server knows best.
//
// scripts/pipeline-schema.mjs writes it to pipeline.schema.json; the program carries that file, not this one.

import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import type { KindSpec, KindSpecs } from '../kind.ts'
import { type Shape, shapeOf } from '../options.ts'
import { pipelineKeys } from './pipeline-keys.ts'

type Entries = Readonly<Record<string, v.GenericSchema>>

/** A value that is known only when the environment is. */
const VARIABLE: JsonSchema = { type: 'string', pattern: '\\$\\{' }

export function pipelineSchema(kinds: KindSpecs): JsonSchema {
  const title = 'A pipeline of sprk'
  // Places for anchors.
  const patternProperties = { '^x-': {} }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    ...schemaOf(pipelineKeys, kinds),
    patternProperties,
  }
}

function schemaOf(schema: v.GenericSchema, kinds: KindSpecs): JsonSchema {
  const description = v.getDescription(schema)
  return { ...(description === undefined ? {} : { description }), ...shapeSchema(schema, kinds) }
}

function shapeSchema(schema: v.GenericSchema, kinds: KindSpecs): JsonSchema {
  const shape = shapeOf(schema)
  switch (shape.form) {
    case 'optional':
      return { ...schemaOf(shape.of, kinds), ...defaultOf(shape) }
    case 'expression':
      return { type: ['string', 'number', 'boolean'] }
    case 'path':
    case 'pem':
      return PATH
    case 'secret':
      return anyOf([
        onlyKey('env', { description: 'The environment variable that holds it.', ...VARIABLE_NAME }),
        onlyKey('file', { description: 'The file that holds it.', ...PATH }),
      ])
    case 'text': {
      // Where a number without a unit means something.
      const bare: JsonSchema[] = shape.parse('600') === undefined ? [] : [{ type: 'integer', minimum: 0 }]
      return { anyOf: [{ type: 'string', pattern: shape.pattern }, ...bare, VARIABLE] }
    }
    case 'map':
      return mapSchema(shape, kinds)
    case 'entries':
      return { type: 'object', additionalProperties: schemaOf(shape.of, kinds), ...least('minProperties', schema) }
    case 'list': {
      const list: JsonSchema = { type: 'array', items: schemaOf(shape.of, kinds), ...least('minItems', schema) }
      return shape.commas ? { anyOf: [list, { type: 'string', minLength: 1 }] } : list
    }
    case 'union':
      return anyOf(shape.options.map((option) => schemaOf(option, kinds)))
    case 'component':
      return componentSchema(shape, kinds)
    case 'string':
    case 'number':
    case 'boolean':
    case 'choice':
      return scalarSchema(schema)
    default:
      return shape satisfies never
  }
}

const VARIABLE_NAME: JsonSchema = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }
const PATH: JsonSchema = { type: 'string', minLength: 1 }

function onlyKey(name: string, schema: JsonSchema): JsonSchema {
  return { type: 'object', properties: { [name]: schema }, required: [name], additionalProperties: false }
}

/** Of a value that is written as it is kept: 1000 would be no good default for a duration. */
function defaultOf({ of, default: value }: Extract<Shape, { readonly form: 'optional' }>): JsonSchema {
  const isWritten = ['string', 'number', 'boolean', 'choice', 'union'].includes(shapeOf(of).form)
  return isWritten && typeof value !== 'object' && value !== undefined ? { default: value as string | number } : {}
}

function mapSchema({ entries, oneOf }: Extract<Shape, { readonly form: 'map' }>, kinds: KindSpecs): JsonSchema {
  const required = Object.keys(entries).filter((name) => shapeOf(entries[name] as v.GenericSchema).form !== 'optional')
  return {
    type: required.length + oneOf.length === 0 ? ['object', 'null'] : 'object',
    properties: propertiesOf(entries, kinds),
    ...(required.length === 0 ? {} : { required }),
    ...(oneOf.length === 0 ? {} : { oneOf: oneOf.map((name) => ({ required: [name] })) }),
    additionalProperties: false,
  }
}

function propertiesOf(entries: Entries, kinds: KindSpecs): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(entries).map(([name, schema]) => [name, schemaOf(schema, kinds)]))
}

/** Alternatives that are nothing but alternatives are given beside the others, each once. */
function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const flat = schemas.flatMap((schema) => (Object.keys(schema).join() === 'anyOf' ? (schema.anyOf ?? []) : [schema]))
  const texts = flat.map((schema) => JSON.stringify(schema))
  return { anyOf: flat.filter((_, i) => texts.indexOf(texts[i] ?? '') === i) }
}

/** A map with exactly one of the kinds, or the name of a kind that needs no options. */
function componentSchema(
  { family, beside }: Extract<Shape, { readonly form: 'component' }>,
  kinds: KindSpecs,
): JsonSchema {
  const options = [...kinds[family]].map(([name, spec]): [string, JsonSchema] => [name, kindSchema(spec, kinds)])
  const bare = options.filter(([, { type }]) => Array.isArray(type) && type.includes('null')).map(([name]) => name)
  const map: JsonSchema = {
    type: 'object',
    properties: { ...Object.fromEntries(options), ...propertiesOf(beside, kinds) },
    oneOf: options.map(([name]) => ({ required: [name] })),
    additionalProperties: false,
  }
  return bare.length === 0 ? map : { anyOf: [map, { enum: bare }] }
}

function kindSchema({ description, schema }: KindSpec, kinds: KindSpecs): JsonSchema {
  const options = schemaOf(schema, kinds)
  return { ...options, description: [description, options.description ?? ''].join(' ').trim() }
}

function scalarSchema(schema: v.GenericSchema): JsonSchema {
  // What the ignored actions say is in the descriptions already, or cannot be said to an editor.
  const { $schema: _, ...own } = toJsonSchema(schema, { ignoreActions: ['description', 'check', 'raw_check'] })
  const takesAnyText = own.type === 'string' && own.pattern === undefined && own.enum === undefined
  return takesAnyText ? own : anyOf([own, VARIABLE])
}

function least(keyword: 'minItems' | 'minProperties', schema: v.GenericSchema): JsonSchema {
  const actions = 'pipe' in schema ? (schema.pipe as readonly v.GenericPipeItem[]) : []
  const least = actions.find((action) => action.type === 'min_length')
  return least !== undefined && 'requirement' in least ? { [keyword]: least.requirement as number } : {}
}
