// JSON texts as values of declared types, as Spark's from_json reads them (org.apache.spark.sql.catalyst.json.JacksonParser).

import { Tag, type Value, type Variant } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import type { Zone } from '../../values/zone.ts'
import { fromJsonIn } from '../casts/from-json.ts'
import { jsonItems, jsonMembers } from './json-access.ts'
import { compactJson, copiedNumber, readLenientJson } from './json-text.ts'

type Read = (value: Variant) => Value

const COPIED = { number: copiedNumber, isSorted: false }
type StructType = Extract<DataType, { kind: 'struct' }>

/** PERMISSIVE: what cannot be read is NULL. FAILFAST: it is a fault. */
export type Mode = 'PERMISSIVE' | 'FAILFAST'

/** A field of this name has the text where some of it cannot be read. */
const CORRUPT = '_corrupt_record'

/** From a text that is not NULL; undefined for a type that JSON cannot hold. */
export function jsonReader(type: DataType, zone: Zone, mode: Mode): ((text: string) => Value) | undefined {
  let isCorrupt = false
  const read = partReader(type, zone, () => {
    isCorrupt = true
  })
  if (read === undefined) return undefined
  const corrupt = type.kind === 'struct' ? type.fields.findIndex(({ name }) => name === CORRUPT) : -1
  return (text) => {
    if (text.trim() === '') return null
    isCorrupt = false
    const value = whole(text, type, read, () => {
      isCorrupt = true
    })
    if (!isCorrupt) return value
    if (mode === 'FAILFAST')
      throw new RowFault(
        'E_CAST',
        'the JSON cannot be read by its schema',
        'MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION',
      )
    if (corrupt < 0) return value
    return (value as readonly Value[]).map((field, i) => (i === corrupt ? text : field))
  }
}

/** A struct may stand for an array of it. */
function whole(text: string, type: DataType, read: Read, corrupt: () => void): Value {
  const json = readLenientJson(text)
  if (json === null) return nothing(type)
  try {
    if (json !== undefined) return read(atRoot(json, type))
  } catch (fault) {
    if (!(fault instanceof RowFault)) throw fault
  }
  corrupt()
  return nothing(type)
}

function nothing(type: DataType): Value {
  return type.kind === 'struct' ? type.fields.map(() => null) : null
}

function atRoot(json: Variant, type: DataType): Variant {
  if (type.kind === 'array' && type.element.kind === 'struct' && json.tag === Tag.OBJECT)
    return { tag: Tag.ARRAY, text: `[${json.text}]` }
  return json
}

/** `corrupt` is called where a field of a struct is NULL because it cannot be read. */
function partReader(type: DataType, zone: Zone, corrupt: () => void): Read | undefined {
  const scalar = fromJsonIn(type, zone)
  if (scalar === undefined) return undefined
  const part = (inner: DataType) => orNull(partReader(inner, zone, corrupt) as Read)
  switch (type.kind) {
    case 'struct':
      return structReader(
        type,
        type.fields.map((field) => part(field.type)),
        scalar.apply as Read,
        corrupt,
      )
    case 'array': {
      const element = part(type.element)
      return (value) => (value.tag === Tag.ARRAY ? jsonItems(value).map(element) : scalar.apply(value))
    }
    case 'map': {
      const item = part(type.value)
      return (value) =>
        value.tag === Tag.OBJECT
          ? new Map([...jsonMembers(value)].map(([key, member]) => [key, item(member)]))
          : scalar.apply(value)
    }
    case 'string':
      return (value) =>
        value.tag === Tag.OBJECT || value.tag === Tag.ARRAY ? compactJson(value, COPIED) : scalar.apply(value)
    default:
      return scalar.apply as Read
  }
}

function orNull(read: Read): (value: Variant | null) => Value {
  return (value) => (value === null ? null : read(value))
}

/** `other` reads what is no object: it is a fault. */
function structReader(
  { fields }: StructType,
  reads: readonly ((value: Variant | null) => Value)[],
  other: Read,
  corrupt: () => void,
): Read {
  return (value) => {
    if (value.tag !== Tag.OBJECT) return other(value)
    const members = jsonMembers(value)
    return fields.map(({ name }, i) => {
      try {
        return reads[i]?.(members.get(name) ?? null) ?? null
      } catch (fault) {
        if (!(fault instanceof RowFault)) throw fault
        corrupt()
        return null
      }
    })
  }
}
