// The format json without a schema: the value of a record is one JSON object; any path into it may be requested and is a
// variant.

import { type Column, type Reject, type Rejects, Tag } from '../../column.ts'
import type { FieldRequest, Format, FormatReader } from '../../format.ts'
import type { Chunk } from '../../record.ts'
import { VARIANT } from '../../types.ts'
import { JsonField } from './field.ts'
import { loneSurrogateAt, OPEN_OBJECT, skipSpace, skipValue } from './grammar.ts'
import { type PathNode, pathTree } from './paths.ts'
import { scanObject } from './scan.ts'
import { wasmScanner } from './wasm.ts'
import type { WasmField } from './wasm-field.ts'
import type { WasmModule } from './wasm-memory.ts'
import { WasmScanner } from './wasm-scanner.ts'

/** `load` gives the compiled scanner of assembly/; where it has none, JavaScript does its work. */
export function jsonFormat(load: () => WasmModule | null = wasmScanner): Format {
  return {
    kind: 'json',
    schema: null,
    typeOf: () => VARIANT,
    open: (requests) => openReader(requests, load),
  }
}

/**
 * Missing fields and null are NULL. Of a key that occurs twice the last value counts. Rejects with `E_BAD_JSON` values
 * that are not JSON by RFC 8259 in well-formed UTF-8, are no object, or have a lone surrogate in a string of a
 * requested key.
 */
function openReader(requests: readonly FieldRequest[], load: () => WasmModule | null): FormatReader {
  // The scanner is compiled for the first chunk: a run that finds no records does without.
  let reader: FormatReader | undefined
  return {
    read(chunk, rejects) {
      reader ??= createReader(requests, load())
      return reader.read(chunk, rejects)
    },
  }
}

function createReader(requests: readonly FieldRequest[], module: WasmModule | null): FormatReader {
  const wasm = module && createScanner(module)
  const stores = new Map<JsonField, WasmField>()
  const createField = () => {
    const store = wasm?.createField()
    const field = new JsonField(store)
    if (store !== undefined) stores.set(field, store)
    return field
  }
  const byPath = new Map<string, JsonField>()
  const wanted = requests.map(({ path }) => {
    const name = JSON.stringify(path)
    const field = byPath.get(name) ?? createField()
    byPath.set(name, field)
    return { path, field }
  })
  const root = pathTree(wanted)
  wasm?.setPaths(root, stores)
  return {
    read(chunk, rejects) {
      for (const field of root.fields) field.begin(chunk.bytes, chunk.length)
      const scanRow = rowScanner(chunk, root, rejects)
      if (wasm !== null) wasm.scan(chunk, scanRow)
      else for (let row = 0; row < chunk.length; row++) scanRow(row)
      return wanted.map(({ field }): Column => field.column)
    },
  }
}

/** Null where the system gives it no memory: each instance reserves gigabytes of addresses. */
function createScanner(module: WasmModule): WasmScanner | null {
  try {
    return new WasmScanner(module)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Scans a row's record; refuses one that is wrong. */
function rowScanner({ bytes, valueStarts, valueEnds }: Chunk, root: PathNode, rejects: Rejects): (row: number) => void {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return (row) => {
    const start = valueStarts[row] as number
    const end = valueEnds[row] as number
    if (end < 0) return
    const kept = bytes[end] as number
    bytes[end] = 0
    const after = scanRecord(words, bytes, start, root, row)
    if (after !== end) {
      for (const field of root.fields) field.setNull(row)
      rejects.reject(row, whyRefused(bytes, start, end, after))
    }
    bytes[end] = kept
  }
}

/** Returns the position after the record's object and the space behind it, or `~position` of a fault. */
function scanRecord(words: DataView, bytes: Buffer, start: number, root: PathNode, row: number): number {
  const at = skipSpace(bytes, start)
  if (bytes[at] !== OPEN_OBJECT) return ~at
  const after = scanObject(words, bytes, at, root, row)
  if (after < 0) return after
  root.field?.setSource(row, Tag.OBJECT, at, after)
  return skipSpace(bytes, after)
}

/** The reject of a record. `after` is the result of `scanRecord`; the byte at `end` is the sentinel. */
function whyRefused(bytes: Buffer, start: number, end: number, after: number): Reject {
  const value = skipSpace(bytes, start)
  const fault = after < 0 ? ~after : after
  const other = after < 0 && fault === value ? skipValue(bytes, value) : after
  if (other >= 0 && skipSpace(bytes, other) === end) return refused('a JSON object is expected')
  const at = other < 0 ? ~other : skipSpace(bytes, other)
  return refused(`not valid JSON at byte ${at - start}: ${whatStandsAt(bytes, at, end)}`)
}

function refused(message: string): Reject {
  return { code: 'E_BAD_JSON', message }
}

function whatStandsAt(bytes: Buffer, at: number, end: number): string {
  if (at === end) return 'unexpected end'
  if (loneSurrogateAt(bytes, at, at + 6) === at) return `lone surrogate ${bytes.toString('latin1', at, at + 6)}`
  const byte = bytes[at] as number
  if (byte > 0x20 && byte < 0x7f) return `unexpected '${String.fromCharCode(byte)}'`
  return `unexpected byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
