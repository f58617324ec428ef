// Functions of URLs.

import type { Value } from '../../column.ts'
import { STRING } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { withinText } from '../../values/text-limit.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Entry, strict } from './definition.ts'
import { parseUri, type Uri } from './java-uri.ts'
import { remembering } from './last-made.ts'
import { text } from './parameters.ts'
import { compileRegex } from './regex.ts'

export function urlFunctions(): readonly Entry[] {
  return [
    strict('url_encode', [text], STRING, urlEncode),
    strict('url_decode', [text], STRING, (value: string) => {
      const result = urlDecode(value)
      if (result === null) throw undecodable(value)
      return result
    }),
    strict('try_url_decode', [text], STRING, urlDecode),
    parseUrl('parse_url', (url) => {
      throw new RowFault('E_CAST', `${shown(url)} is no URL`, 'INVALID_URL')
    }),
    parseUrl('try_parse_url', () => null),
  ]
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}

function undecodable(value: string): RowFault {
  return new RowFault('E_CAST', `${shown(value)} has an escape that is none`, 'CANNOT_DECODE_URL')
}

/** As java.net.URLEncoder: a form, of UTF-8; half a character is a question mark. */
function urlEncode(value: string): string {
  return withinText(() =>
    encodeURIComponent(value.replace(/\p{Surrogate}/gu, '?'))
      .replaceAll('%20', '+')
      .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
  )
}

/** As java.net.URLDecoder; null where a % has no two digits behind it. Bytes that are no UTF-8 become U+FFFD. */
function urlDecode(value: string): string | null {
  if (/%(?![0-9A-Fa-f]{2}|\+[0-9A-Fa-f])/.test(value)) return null
  // Java takes the sign of a number for a digit.
  return value.replace(/(?:%[0-9A-Fa-f]{2}|%\+[0-9A-Fa-f])+|\+/g, (part) =>
    part === '+' ? ' ' : bytesText(Buffer.from(part.replaceAll('+', '0').replaceAll('%', ''), 'hex')),
  )
}

/** Half a character that was encoded by itself is one U+FFFD, as in Java. */
function bytesText(bytes: Buffer): string {
  const joined = bytes.toString('latin1').replace(/\xed[\xa0-\xbf][\x80-\xbf]/g, '\xff')
  return Buffer.from(joined, 'latin1').toString()
}

const PARTS: Readonly<Record<string, (uri: Uri) => string | null>> = {
  HOST: ({ host }) => host,
  PATH: ({ path }) => path,
  QUERY: ({ query }) => query,
  REF: ({ fragment }) => fragment,
  PROTOCOL: ({ scheme }) => scheme,
  FILE: ({ path, query }) => (query === null ? path : `${path}?${query}`),
  AUTHORITY: ({ authority }) => authority,
  USERINFO: ({ userInfo }) => userInfo,
}

/** parse_url(url, part[, key]): the key is a regular expression, and of the part QUERY only. */
function parseUrl(name: string, otherwise: (url: string) => null): Entry {
  const resolve = ([, , key]: readonly Node[]) => {
    const valueOf = remembering((wanted) => compileRegex(`(&|^)${wanted}=([^&]*)`))
    if (key?.kind === 'literal' && key.value !== null) valueOf(key.value as string)
    const apply = (url: Value, part: Value, wanted?: Value) => {
      const uri = parseUri(url as string)
      if (uri === undefined) return otherwise(url as string)
      if (wanted === undefined)
        return Object.hasOwn(PARTS, part as string) ? (PARTS[part as string]?.(uri) ?? null) : null
      if (part !== 'QUERY' || uri.query === null) return null
      const matches = valueOf(wanted as string).matcher(uri.query)
      return matches.find() && matches.start(2) >= 0 ? uri.query.slice(matches.start(2), matches.end(2)) : null
    }
    const scalar: Scalar = { name, nulls: 'strict', apply: apply as Scalar['apply'] }
    return { type: STRING, scalar }
  }
  return [name, { parameters: [text, text, text], optional: 1, resolve }]
}
