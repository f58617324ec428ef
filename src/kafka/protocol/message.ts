// A message of Kafka's protocol as one description, which reads and writes both of its halves.
//
//   export const HEARTBEAT = message(12, 3, {
//     request: { groupId: string, generation: int32, memberId: string, instanceId: nullableString },
//     response: { throttleMs: int32, errorCode: int16 },
//   })
//
// Not for Fetch and what else reads records: a description makes an object for each structure.

import { type Encoding, WireReader, WireWriter } from './bytes.ts'

/** How a value is read and written. Reading throws a MalformedError where the bytes end too early. */
export interface Field<T> {
  read(reader: WireReader): T
  write(writer: WireWriter, value: T): void
}

/** Fields by name, in the order of the wire. */
type Fields = Readonly<Record<string, Field<unknown>>>

/** The value that a field reads, or an object with the values of several fields. */
export type ValueOf<F> =
  F extends Field<infer T> ? T : F extends Fields ? { readonly [Name in keyof F]: ValueOf<F[Name]> } : never

export const int8: Field<number> = {
  read: (reader) => reader.int8(),
  write: (writer, value) => writer.int8(value),
}

export const int16: Field<number> = {
  read: (reader) => reader.int16(),
  write: (writer, value) => writer.int16(value),
}

export const int32: Field<number> = {
  read: (reader) => reader.int32(),
  write: (writer, value) => writer.int32(value),
}

/** Exact up to 2^53-1 in magnitude. */
export const int64: Field<number> = {
  read: (reader) => reader.int64(),
  write: (writer, value) => writer.int64(value),
}

export const boolean: Field<boolean> = {
  read: (reader) => reader.int8() !== 0,
  write: (writer, value) => writer.int8(value ? 1 : 0),
}

export const string: Field<string> = {
  read: (reader) => reader.string(),
  write: (writer, value) => writer.string(value),
}

export const nullableString: Field<string | null> = {
  read: (reader) => reader.nullableString(),
  write: (writer, value) => (value === null ? writer.nullString() : writer.string(value)),
}

/** Takes no bytes: a field that a version does not have. */
export const absent: Field<null> = { read: () => null, write: () => {} }

export const nullableBytes: Field<Buffer | null> = {
  read: (reader) => {
    const length = reader.byteLength()
    if (length < 0) return null
    const start = reader.skip(length)
    return reader.bytes.subarray(start, start + length)
  },
  write: (writer, value) => (value === null ? writer.byteLength(-1) : writer.byteLength(value.length).bytes(value)),
}

/** Null is read as empty. */
export const bytes: Field<Buffer> = {
  read: (reader) => nullableBytes.read(reader) ?? Buffer.alloc(0),
  write: nullableBytes.write,
}

/** Null is read as empty. */
export function array<T>(item: Field<T>): Field<readonly T[]> {
  return {
    read: (reader) => reader.array(() => item.read(reader)),
    write: (writer, items) => writer.array(items, (each) => item.write(writer, each)),
  }
}

/** Null is read as empty, and written as null. */
export function nullableArray<T>(item: Field<T>): Field<readonly T[] | null> {
  const { read, write } = array(item)
  return { read, write: (writer, items) => (items === null ? writer.nullArray() : write(writer, items)) }
}

/** Fields one behind the other, and the tagged fields behind them where the encoding has such. */
export function struct<F extends Fields>(fields: F): Field<ValueOf<F>> {
  const entries = Object.entries(fields)
  return {
    read: (reader) => {
      const values = Object.fromEntries(entries.map(([name, field]) => [name, field.read(reader)]))
      reader.tags()
      return values as ValueOf<F> // It has each name of the fields, with what that field reads.
    },
    write: (writer, value) => {
      const values: Readonly<Record<string, unknown>> = value
      for (const [name, field] of entries) field.write(writer, values[name])
      writer.tags()
    },
  }
}

/** Bytes that hold exactly one value, as a request or an answer does. */
export interface Body<T> {
  encode(value: T): Buffer
  /** Throws a MalformedError. */
  decode(bytes: Buffer): T
}

function bodyOf<T>(field: Field<T>, encoding: Encoding = 'fixed'): Body<T> {
  return {
    encode: (value) => {
      const writer = new WireWriter(encoding)
      field.write(writer, value)
      return writer.finish()
    },
    decode: (bytes) => field.read(new WireReader(bytes, encoding)),
  }
}

/** One version of an API: what is asked, and what is answered. */
export interface Message<Request, Response> {
  readonly key: number
  readonly version: number
  /** What follows the header. */
  readonly request: Body<Request>
  /** What follows the correlation id. */
  readonly response: Body<Response>
}

/** Describes one version of an API, by its key and its fields in order. */
export function message<Request extends Fields, Response extends Fields>(
  key: number,
  version: number,
  halves: { readonly request: Request; readonly response: Response },
  encoding: Encoding = 'fixed',
): Message<ValueOf<Request>, ValueOf<Response>> {
  const [request, response] = [struct(halves.request), struct(halves.response)]
  return { key, version, request: bodyOf(request, encoding), response: bodyOf(response, encoding) }
}
