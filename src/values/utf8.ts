// Bytes → text.

import { RowFault } from '../expressions/error.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Ill-formed UTF-8 is a fault: it is never replaced, for two keys would then become one. */
export function bytesToText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new RowFault('E_ENCODING', `the ${bytes.length} bytes are no UTF-8; hex(…) and base64(…) read any bytes`)
  }
}
