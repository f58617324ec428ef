// Base64 as Java's MIME coder has it.

import { RowFault } from '../../values/row-fault.ts'
import { boundedLength } from '../../values/text-limit.ts'
import { bufferOf } from './buffer.ts'

const LINE = 76
const LINES = /.{1,76}/g

/** In lines of 76 characters, as MIME has them (RFC 2045). */
export function base64(bytes: Uint8Array): string {
  const length = Math.ceil(bytes.length / 3) * 4
  boundedLength(length + 2 * Math.floor(length / LINE))
  const text = bufferOf(bytes).toString('base64')
  return length <= LINE ? text : (text.match(LINES) ?? []).join('\r\n')
}

/** What is no character of the alphabet is skipped; padding may be missing, but not be wrong (`Base64.getMimeDecoder`). */
export function unbase64(text: string): Uint8Array {
  const [, digits = '', rest = ''] = /^([^=]*)(.*)$/s.exec(text) as RegExpExecArray
  const clean = digits.replace(/[^A-Za-z0-9+/]+/g, '')
  const left = clean.length % 4
  if (left === 1) throw illFormed('a single character is left at its end')
  if (rest !== '' && left === 0) throw illFormed('it has padding where no byte is missing')
  if (rest !== '' && left === 2 && rest[1] !== '=') throw illFormed('its padding is incomplete')
  const behind = rest.slice(left === 2 ? 2 : 1)
  if (/[A-Za-z0-9+/]/.test(behind)) throw illFormed('something stands behind its padding')
  return Buffer.from(clean, 'base64')
}

function illFormed(why: string): RowFault {
  return new RowFault('E_ENCODING', `the text is no base64: ${why}`)
}

/** Whether to_binary takes it: padding that is complete or missing, and nothing but white space between (RFC 4648). */
export function isBase64(text: string): boolean {
  const match = /^([A-Za-z0-9+/\s]*)(={0,2})$/.exec(text)
  if (match === null) return false
  const [, digits = '', padding = ''] = match
  const length = digits.replace(/\s+/g, '').length
  return padding === '' ? length % 4 !== 1 : (length + padding.length) % 4 === 0
}
