// Functions between bytes and texts. Keys of records are bytes: these are the ways to read one that is no text.

import type { Value } from '../../column.ts'
import { BINARY, STRING } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { boundedLength } from '../../values/text-limit.ts'
import { bytesToText } from '../../values/utf8.ts'
import { type Entry, strict } from './definition.ts'
import { bigint, binary, int, oneOf, text } from './parameters.ts'

export function binaryFunctions(): readonly Entry[] {
  return [
    strict('hex', [oneOf(bigint, binary, text)], STRING, hex),
    strict('unhex', [text], BINARY, unhex),
    strict('base64', [binary], STRING, base64),
    strict('conv', [text, int, int], STRING, conv),
    strict('decode', [binary, text], STRING, decode),
  ]
}

/** Of a bigint its digits, of a text the bytes of its UTF-8. */
function hex(value: Value): string {
  if (typeof value === 'bigint') return BigInt.asUintN(64, value).toString(16).toUpperCase()
  const bytes = typeof value === 'string' ? Buffer.from(value) : bufferOf(value as Uint8Array)
  boundedLength(bytes.length * 2)
  return bytes.toString('hex').toUpperCase()
}

function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length)
}

/** NULL where a character is no digit; an odd number of digits has a 0 before it. */
function unhex(text: string): Uint8Array | null {
  if (!/^[0-9A-Fa-f]*$/.test(text)) return null
  return Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex')
}

/** In lines of 76 characters, as MIME has them (RFC 2045). */
function base64(bytes: Uint8Array): string {
  const length = Math.ceil(bytes.length / 3) * 4
  boundedLength(length + 2 * Math.floor(length / LINE))
  const text = bufferOf(bytes).toString('base64')
  return length <= LINE ? text : (text.match(LINES) ?? []).join('\r\n')
}

const LINE = 76
const LINES = /.{1,76}/g

const MAX_RADIX = 36
const UNSIGNED = 2n ** 64n

/** A number's digits to another base, through 64 unsigned bits; signed where `to` is negative (Spark's `NumberConverter`). */
function conv(text: string, from: number, to: number): string | null {
  const base = Math.abs(to)
  if (from < 2 || from > MAX_RADIX || base < 2 || base > MAX_RADIX) return null
  const trimmed = text.replace(/^ +/, '').replace(/(?<! ) +$/, '')
  if (trimmed === '') return null
  const isNegative = trimmed.startsWith('-')
  const unsigned = leadingNumber(isNegative ? trimmed.slice(1) : trimmed, from)
  let value = BigInt.asIntN(64, unsigned)
  let sign = isNegative && to < 0 ? '-' : ''
  if (isNegative && to > 0) value = value < 0n ? -1n : -value
  if (to < 0 && value < 0n) {
    value = -value
    sign = '-'
  }
  return `${sign}${BigInt.asUintN(64, value).toString(base).toUpperCase()}`
}

/** Of the digits at the beginning; 0 where there is none. */
function leadingNumber(digits: string, radix: number): bigint {
  let value = 0n
  for (const character of digits) {
    const digit = /^[0-9A-Za-z]$/.test(character) ? Number.parseInt(character, MAX_RADIX) : MAX_RADIX
    if (digit >= radix) break
    value = value * BigInt(radix) + BigInt(digit)
    if (value >= UNSIGNED) throw new RowFault('E_OVERFLOW', 'the number is above 64 bits')
  }
  return value
}

const CHARSET = 'INVALID_PARAMETER_VALUE.CHARSET'

/** Ill-formed bytes are a fault. */
function decode(bytes: Uint8Array, charset: string): string {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
      return bytesToText(bytes)
    case 'ISO-8859-1':
      return bufferOf(bytes).toString('latin1')
    case 'US-ASCII':
      if (bytes.some((byte) => byte > 0x7f)) throw illFormed('US-ASCII')
      return bufferOf(bytes).toString('latin1')
    case 'UTF-16BE':
    case 'UTF-16LE':
      return utf16(bytes, charset.toLowerCase())
    case 'UTF-16':
      if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes.subarray(2), 'utf-16le')
      return utf16(bytes[0] === 0xfe && bytes[1] === 0xff ? bytes.subarray(2) : bytes, 'utf-16be')
    case 'UTF-32':
      return utf32(bytes)
    default: {
      const known = 'UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE, UTF-16LE and UTF-32'
      throw new RowFault(
        'E_ENCODING',
        `unknown charset ${JSON.stringify(charset.slice(0, 30))}: there are ${known}`,
        CHARSET,
      )
    }
  }
}

function utf16(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw illFormed(label.toUpperCase())
  }
}

/** Big-endian, but for a mark that says otherwise. */
function utf32(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length % 4 !== 0) throw illFormed('UTF-32')
  const first = bytes.length === 0 ? 0 : view.getUint32(0)
  const isLittleEndian = first === 0xfffe0000
  const characters: string[] = []
  for (let at = isLittleEndian || first === 0xfeff ? 4 : 0; at < bytes.length; at += 4) {
    const code = view.getUint32(at, isLittleEndian)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw illFormed('UTF-32')
    characters.push(String.fromCodePoint(code))
  }
  return characters.join('')
}

function illFormed(charset: string): RowFault {
  return new RowFault('E_ENCODING', `the bytes are no ${charset}`)
}
