// Dead letters as text, as JSON and as CSV.

import { isUtf8 } from 'node:buffer'
import type { DeadLetterRow } from '../../operations/dead-letters.ts'
import { partitionKey } from '../../record.ts'
import { visible } from '../../reporters/visible.ts'
import type { Cell } from './print.ts'

const MAX_VALUE_CHARACTERS = 200

export function deadLetterLines(letter: DeadLetterRow): readonly string[] {
  const { batchId, offset, code, reason, value } = letter
  return [
    visible(`${partitionKey(letter)} offset ${offset}, batch ${batchId}: ${code}: ${reason}`),
    `  ${shown(value)}`,
  ]
}

/** On one line, whatever the record holds. */
function shown(value: Uint8Array | null): string {
  if (value === null) return '(null)'
  if (!isUtf8(value)) return `0x${Buffer.from(value.subarray(0, MAX_VALUE_CHARACTERS / 2)).toString('hex')}`
  const text = Buffer.from(value).toString('utf8')
  return visible(text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text)
}

/** Bytes that are no UTF-8 stand as `{"base64": …}`. */
export function deadLetterJson(letter: DeadLetterRow): object {
  const { topic, partition, offset, batchId, code, reason, key, value, headers } = letter
  const record = { key: bytesJson(key), value: bytesJson(value), headers: { base64: base64(headers) } }
  return { topic, partition, offset, batchId, code, reason, ...record }
}

function bytesJson(content: Uint8Array | null): string | object | null {
  if (content === null) return null
  return isUtf8(content) ? Buffer.from(content).toString('utf8') : { base64: base64(content) }
}

export const TITLES = ['topic', 'partition', 'offset', 'batchId', 'code', 'reason', 'key', 'value', 'headers']

/** Bytes that are no UTF-8 are `base64:…`, and so are the headers; an empty cell is null, or an empty text. */
export function deadLetterRow(letter: DeadLetterRow): readonly Cell[] {
  const { topic, partition, offset, batchId, code, reason, key, value, headers } = letter
  const bytes = (content: Uint8Array | null) => {
    if (content === null) return null
    return isUtf8(content) ? Buffer.from(content).toString('utf8') : `base64:${base64(content)}`
  }
  return [topic, partition, offset, batchId, code, reason, bytes(key), bytes(value), `base64:${base64(headers)}`]
}

function base64(content: Uint8Array): string {
  return Buffer.from(content).toString('base64')
}
