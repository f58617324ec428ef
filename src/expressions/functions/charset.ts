// Character sets: the seven that Spark's encode and decode take.

import { RowFault } from '../../values/row-fault.ts'
import { boundedLength } from '../../values/text-limit.ts'
import { bytesToText } from '../../values/utf8.ts'
import { bufferOf } from './buffer.ts'

/** Ill-formed bytes are a fault. */
export function decoded(bytes: Uint8Array, charset: string): string {
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
    default:
      throw unknown(charset)
  }
}

/** A character that the set does not have is a fault. UTF-16 and UTF-32 are big-endian, and UTF-16 begins with its mark. */
export function encoded(text: string, charset: string): Uint8Array {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
      return Buffer.from(text)
    case 'ISO-8859-1':
      if (/[^\0-\xff]/.test(text)) throw unmappable('ISO-8859-1')
      return Buffer.from(text, 'latin1')
    case 'US-ASCII':
      if (/[^\0-\x7f]/.test(text)) throw unmappable('US-ASCII')
      return Buffer.from(text, 'latin1')
    case 'UTF-16LE':
      return littleEndian(text)
    case 'UTF-16BE':
      return littleEndian(text).swap16()
    case 'UTF-16':
      return text === '' ? Buffer.alloc(0) : littleEndian(`\ufeff${text}`).swap16()
    case 'UTF-32':
      return codes(text)
    default:
      throw unknown(charset)
  }
}

function littleEndian(text: string): Buffer {
  boundedLength(2 * text.length)
  return Buffer.from(text, 'utf16le')
}

function codes(text: string): Uint8Array {
  boundedLength(4 * text.length)
  const characters = [...text]
  const bytes = Buffer.alloc(4 * characters.length)
  for (const [i, character] of characters.entries()) bytes.writeUInt32BE(character.codePointAt(0) as number, 4 * i)
  return bytes
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

function unmappable(charset: string): RowFault {
  return new RowFault('E_ENCODING', `the text has a character that ${charset} has not`)
}

function unknown(charset: string): RowFault {
  const known = 'UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE, UTF-16LE and UTF-32'
  return new RowFault(
    'E_ENCODING',
    `unknown charset ${JSON.stringify(charset.slice(0, 30))}: there are ${known}`,
    'INVALID_PARAMETER_VALUE.CHARSET',
  )
}
