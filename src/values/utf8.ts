// UTF-8, as bytes and as text.

import { RowFault } from './row-fault.ts'

/**
 * The position after the character of two to four bytes that starts at `at`, or `~at` where it is not well-formed (The Unicode
 * Standard, table 3-7).
 */
export function skipUtf8(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number
  if (lead < 0xc2 || lead > 0xf4) return ~at
  const second = bytes[at + 1] as number
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return ~at
  const end = at + (lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4)
  for (let p = at + 2; p < end; p++) if (((bytes[p] as number) & 0xc0) !== 0x80) return ~at
  return end
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Ill-formed UTF-8 is a fault: it is never replaced, for two keys would then become one. */
export function bytesToText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new RowFault('E_ENCODING', `the ${bytes.length} bytes are no UTF-8; hex(…) and base64(…) read any bytes`)
  }
}
