// Functions between bytes and texts. Keys of records are bytes: these are the ways to read one that is no text.

import type { Value } from '../../column.ts'
import { BINARY, BOOLEAN, STRING } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { boundedLength } from '../../values/text-limit.ts'
import type { Node, Scalar } from '../typed.ts'
import { base64, isBase64, unbase64 } from './base64.ts'
import { bufferOf } from './buffer.ts'
import { encoded } from './charset.ts'
import { conv } from './conv.ts'
import { type Entry, type Resolved, strict } from './definition.ts'
import { bigint, binary, int, oneOf, text, textOrBinary } from './parameters.ts'

export function binaryFunctions(): readonly Entry[] {
  return [
    strict('hex', [oneOf(bigint, binary, text)], STRING, hex),
    strict('unhex', [text], BINARY, unhex),
    strict('bin', [bigint], STRING, (value: bigint) => BigInt.asUintN(64, value).toString(2)),
    strict('base64', [binary], STRING, base64),
    strict('unbase64', [text], BINARY, unbase64),
    strict('conv', [text, int, int], STRING, conv),
    strict('encode', [text, text], BINARY, encoded),
    toBinary('to_binary', (value, format) => {
      throw malformed(value, format)
    }),
    toBinary('try_to_binary', () => null),
    ...utf8Functions(),
  ]
}

/** Of a bigint its digits, of a text the bytes of its UTF-8. */
function hex(value: Value): string {
  if (typeof value === 'bigint') return BigInt.asUintN(64, value).toString(16).toUpperCase()
  const bytes = typeof value === 'string' ? Buffer.from(value) : bufferOf(value as Uint8Array)
  boundedLength(bytes.length * 2)
  return bytes.toString('hex').toUpperCase()
}

/** NULL where a character is no digit; an odd number of digits has a 0 before it. */
function unhex(text: string): Uint8Array | null {
  if (!/^[0-9A-Fa-f]*$/.test(text)) return null
  return Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex')
}

const FORMATS: ReadonlyMap<string, (value: string) => Uint8Array | null> = new Map([
  ['hex', unhex],
  ['utf-8', (value) => Buffer.from(value)],
  ['utf8', (value) => Buffer.from(value)],
  ['base64', (value) => (isBase64(value) ? unbase64(value) : null)],
])

/** to_binary(text[, format]); `otherwise`: what is to be done with a text that has not the format. */
function toBinary(name: string, otherwise: (value: string, format: string) => null): Entry {
  const resolve = ([, format]: readonly Node[]): Resolved => {
    if (format !== undefined && format.kind !== 'literal')
      throw new RowFault('E_TYPE', `the format of ${name} must be a literal`)
    const wanted = format === undefined ? 'hex' : (format.value as string | null)?.toLowerCase()
    const read = FORMATS.get(wanted ?? 'hex')
    if (read === undefined && name === 'to_binary')
      throw new RowFault('E_TYPE', `to_binary knows the formats hex, utf-8 and base64, not ${JSON.stringify(wanted)}`)
    const apply = (value: Value) => read?.(value as string) ?? otherwise(value as string, wanted as string)
    return { type: BINARY, scalar: { name, nulls: 'strict', apply } }
  }
  return [name, { parameters: [text, text], optional: 1, resolve }]
}

function malformed(value: string, format: string): RowFault {
  const text = JSON.stringify(value.slice(0, 100))
  return new RowFault('E_CAST', `${text} is no ${format}`, 'CONVERSION_INVALID_INPUT')
}

/** A text is always well-formed: only bytes can be something else. */
function utf8Functions(): Entry[] {
  const fault = () => new RowFault('E_ENCODING', 'the bytes are no UTF-8', 'INVALID_UTF8_STRING')
  const utf8 = (name: string, type: Resolved['type'], apply: (value: string | Uint8Array) => Value): Entry => {
    const scalar: Scalar = { name, nulls: 'strict', apply: apply as Scalar['apply'] }
    return [name, { parameters: [textOrBinary], resolve: () => ({ type, scalar }) }]
  }
  const replaced = (value: string | Uint8Array) => (typeof value === 'string' ? value : LENIENT.decode(value))
  const wellFormed = (value: string | Uint8Array) => {
    const result = replaced(value)
    return typeof value === 'string' || Buffer.from(result).equals(value) ? result : null
  }
  return [
    utf8('is_valid_utf8', BOOLEAN, (value) => wellFormed(value) !== null),
    utf8('make_valid_utf8', STRING, replaced),
    utf8('try_validate_utf8', STRING, wellFormed),
    utf8('validate_utf8', STRING, (value) => {
      const result = wellFormed(value)
      if (result === null) throw fault()
      return result
    }),
  ]
}

const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true })
