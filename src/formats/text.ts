// The format text: the value of a record is UTF-8 text, the only column.

import { isUtf8 } from 'node:buffer'
import * as v from 'valibot'
import type { Nulls, Rejects, StringColumn } from '../column.ts'
import type { FieldRequest, Format, FormatReader } from '../format.ts'
import { formatKind } from '../kind.ts'
import type { Chunk } from '../record.ts'
import { STRING } from '../types.ts'
import { skipUtf8 } from '../values/utf8.ts'

const COLUMN = 'value'

export const text = formatKind('text', 'UTF-8 text in each record; its column is `value`.', v.object({}), {
  canonical: () => '',
  create: () => textFormat(),
})

export function textFormat(): Format {
  return {
    kind: 'text',
    schema: [{ name: COLUMN, type: STRING }],
    typeOf: (path) => (path.length === 1 && path[0] === COLUMN ? STRING : undefined),
    open: openReader,
  }
}

/** Rejects values that are not well-formed UTF-8 with `E_BAD_TEXT`. Strings are made when they are asked for. */
function openReader(fields: readonly FieldRequest[]): FormatReader {
  return {
    read(chunk, rejects) {
      const nulls = readNulls(chunk, rejects)
      const { bytes, valueStarts, valueEnds } = chunk
      const column: StringColumn = {
        layout: 'string',
        type: STRING,
        nulls,
        ids: null,
        dictionary: null,
        spans: { bytes, starts: valueStarts, ends: valueEnds },
        textAt: (row) => bytes.toString('utf8', valueStarts[row], valueEnds[row]),
      }
      return fields.map(() => column)
    },
  }
}

function readNulls(chunk: Chunk, rejects: Rejects): Nulls {
  const { bytes, length, valueStarts, valueEnds } = chunk
  const isWellFormed = utf8Spans(chunk)
  let nulls: Uint8Array | null = null
  for (let row = 0; row < length; row++) {
    const start = valueStarts[row] as number
    const end = valueEnds[row] as number
    if (end >= 0 && isWellFormed(start, end)) continue
    nulls ??= new Uint8Array(length)
    nulls[row] = 1
    if (end >= 0) rejects.reject(row, { code: 'E_BAD_TEXT', message: whyRefused(bytes, start, end) })
  }
  return nulls
}

/**
 * Returns a test for whether a span of the chunk is well-formed. If the bytes of all values together are, a span is
 * when it begins and ends between characters. Measured: one check of the whole costs a tenth of one for each of many
 * short values.
 */
function utf8Spans({ bytes, length, valueStarts, valueEnds }: Chunk): (start: number, end: number) => boolean {
  const last = length === 0 ? -1 : (valueEnds[length - 1] as number)
  if (last >= 0 && isUtf8(bytes.subarray(valueStarts[0], last + 1))) {
    return (start, end) => !isContinuation(bytes[start]) && !isContinuation(bytes[end])
  }
  return (start, end) => isUtf8(bytes.subarray(start, end))
}

function isContinuation(byte: number | undefined): boolean {
  return ((byte as number) & 0xc0) === 0x80
}

function whyRefused(bytes: Buffer, start: number, end: number): string {
  let at = start
  for (let next = at; next >= 0 && next <= end; next = afterCharacter(bytes, at)) at = next
  const byte = (bytes[at] as number).toString(16).toUpperCase().padStart(2, '0')
  return `not valid UTF-8 at byte ${at - start}: 0x${byte}`
}

function afterCharacter(bytes: Buffer, at: number): number {
  return (bytes[at] as number) < 0x80 ? at + 1 : skipUtf8(bytes, at)
}
