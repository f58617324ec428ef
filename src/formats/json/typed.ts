// The format json with a schema: reads the columns of the scan as their declared types.

import { allRows, type Column, type Evaluate, type Rejects, Tag } from '../../column.ts'
import { fromJson, lift } from '../../expressions/index.ts'
import type { FieldRequest, Format, FormatReader } from '../../format.ts'
import { type DataType, type Schema, VARIANT } from '../../types.ts'
import { jsonFormat } from './format.ts'

/** What `fromJson` cannot read may not stand in the schema. */
export function typedJsonFormat(schema: Schema, timeZone: string): Format {
  const typeOf = (path: readonly string[]) => typeAt(schema, path)
  return {
    kind: 'json',
    schema,
    typeOf,
    open: (requests) => openReader(requests, typeOf, timeZone),
  }
}

type TypeOf = (path: readonly string[]) => DataType | undefined

/** Fields of structs, and whatever is below a variant. */
function typeAt(schema: Schema, path: readonly string[]): DataType | undefined {
  let fields: Schema = schema
  let type: DataType | undefined
  for (const name of path) {
    if (type?.kind === VARIANT.kind) return type
    type = fields.find((field) => field.name === name)?.type
    if (type === undefined) return undefined
    fields = type.kind === 'struct' ? type.fields : []
  }
  return type
}

/**
 * Rejects what JSON without a schema rejects, and with `E_BAD_FIELD` a record of which a requested field, or a struct
 * on the way to it, is not of its type. Missing fields and null are NULL.
 */
function openReader(requests: readonly FieldRequest[], typeOf: TypeOf, timeZone: string): FormatReader {
  const structs = structsAbove(requests, typeOf)
  const scan = jsonFormat().open([...requests, ...structs])
  const evaluates = requests.map(({ path }, index) => typedColumn(typeOf(path) ?? VARIANT, index, timeZone))
  return {
    read(chunk, rejects) {
      const once = firstOfEach(rejects)
      const columns = scan.read(chunk, once)
      const rows = allRows(chunk.length)
      structs.forEach(({ path }, i) => {
        checkStruct(columns[requests.length + i] as Column, chunk.length, named(once, path))
      })
      return evaluates.map((evaluate, i) => {
        const field = named(once, requests[i]?.path ?? [])
        return evaluate({ length: chunk.length, columns, records: null, rejects: field, batch: null }, rows)
      })
    },
  }
}

function typedColumn(type: DataType, index: number, timeZone: string): Evaluate {
  const column: Evaluate = (frame) => frame.columns[index] as Column
  if (type.kind === VARIANT.kind) return column
  const scalar = fromJson(type, timeZone)
  if (scalar === undefined) throw new Error('the schema let a type through that JSON has not')
  return lift(scalar, [{ evaluate: column, canFail: false }], type)
}

/** The structs on the way to requested paths, each once. */
function structsAbove(requests: readonly FieldRequest[], typeOf: TypeOf): readonly FieldRequest[] {
  const paths = requests.flatMap(({ path }) => path.slice(1).map((_, i) => path.slice(0, i + 1)))
  const byName = new Map(paths.map((path) => [JSON.stringify(path), path]))
  return [...byName.values()].filter((path) => typeOf(path)?.kind === 'struct').map((path) => ({ path }))
}

function checkStruct(column: Column, length: number, rejects: Rejects): void {
  if (column.layout !== 'variant') throw new Error('a scan gives variants')
  for (let row = 0; row < length; row++) {
    const tag = column.tags[row]
    if (tag === Tag.OBJECT || tag === Tag.NULL) continue
    rejects.reject(row, { code: 'E_CAST', message: 'a JSON object is expected' })
  }
}

function firstOfEach(rejects: Rejects): Rejects {
  const rejected = new Set<number>()
  return {
    reject(record, reject) {
      if (rejected.has(record)) return
      rejected.add(record)
      rejects.reject(record, reject)
    },
  }
}

function named(rejects: Rejects, path: readonly string[]): Rejects {
  return {
    reject(record, { message }) {
      rejects.reject(record, { code: 'E_BAD_FIELD', message: `${path.join('.')}: ${message}` })
    },
  }
}
