// A URL in its parts, as java.net.URI parses it (RFC 2396 with its deviations).

export interface Uri {
  readonly scheme: string | null
  readonly authority: string | null
  readonly userInfo: string | null
  readonly host: string | null
  /** Null of an opaque URI such as `mailto:a@b.c`. */
  readonly path: string | null
  readonly query: string | null
  readonly fragment: string | null
}

const ALPHA = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ALNUM = `${ALPHA}0123456789`
const UNRESERVED = `${ALNUM}-_.!~*'()`
const SCHEME = new Set(`${ALNUM}+-.`)
const URIC = new Set(`${UNRESERVED};/?:@&=+$,[]`)
const PATH = new Set(`${UNRESERVED}:@&=+$,;/`)
const USER_INFO = new Set(`${UNRESERVED};:&=+$,`)
const REGISTRY = new Set(`${UNRESERVED}$,;:@&=+`)
const SERVER = new Set(`${UNRESERVED};:&=+$,.@[]`)

/** Undefined for what is no URI. */
export function parseUri(text: string): Uri | undefined {
  const hash = text.indexOf('#')
  const fragment = hash < 0 ? null : text.slice(hash + 1)
  const [rest, scheme] = withoutScheme(hash < 0 ? text : text.slice(0, hash))
  if (scheme !== null && !(ALPHA.includes(scheme.charAt(0)) && scheme !== '' && isAll(scheme, SCHEME, false)))
    return undefined
  if (fragment !== null && !isAll(fragment, URIC)) return undefined
  if (scheme !== null && !rest.startsWith('/')) {
    if (rest === '' || !isAll(rest, URIC)) return undefined
    return { scheme, authority: null, userInfo: null, host: null, path: null, query: null, fragment }
  }
  const [hierarchy, query] = cut(rest, '?')
  if (query !== null && !isAll(query, URIC)) return undefined
  const [path, server] = withoutAuthority(hierarchy)
  if (!isAll(path, PATH)) return undefined
  if (server === '' && path === '' && query === null && fragment === null) return undefined
  const authority = server === null || server === '' ? NO_AUTHORITY : parseAuthority(server)
  return authority && { scheme, ...authority, path, query, fragment }
}

function withoutScheme(text: string): readonly [rest: string, scheme: string | null] {
  const end = text.search(/[:/?]/)
  return text[end] === ':' ? [text.slice(end + 1), text.slice(0, end)] : [text, null]
}

function cut(text: string, at: string): readonly [before: string, behind: string | null] {
  const index = text.indexOf(at)
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + 1)]
}

function withoutAuthority(text: string): readonly [path: string, authority: string | null] {
  if (!text.startsWith('//')) return [text, null]
  const end = text.indexOf('/', 2)
  return end < 0 ? ['', text.slice(2)] : [text.slice(end), text.slice(2, end)]
}

type Authority = Pick<Uri, 'authority' | 'userInfo' | 'host'>

const NO_AUTHORITY: Authority = { authority: null, userInfo: null, host: null }

/** Of a server, or else any name of a registry. */
function parseAuthority(text: string): Authority | undefined {
  const server = isAll(text, SERVER) ? parseServer(text) : undefined
  if (server !== undefined) return { authority: text, ...server }
  return isAll(text, REGISTRY) ? { authority: text, userInfo: null, host: null } : undefined
}

function parseServer(text: string): Pick<Uri, 'userInfo' | 'host'> | undefined {
  const at = text.indexOf('@')
  const userInfo = at < 0 ? null : text.slice(0, at)
  if (userInfo !== null && !isAll(userInfo, USER_INFO)) return undefined
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::([\s\S]*))?$/.exec(text.slice(at + 1)) ?? []
  if (!/^[0-9]{0,10}$/.test(port) || Number(port) > 2 ** 31 - 1) return undefined
  return isHost(host) ? { userInfo, host } : undefined
}

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/

function isHost(host: string): boolean {
  if (host.startsWith('[')) return isIp6(host.slice(1, -1))
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return host.split('.').every((byte) => Number(byte) < 256)
  const labels = (host.endsWith('.') ? host.slice(0, -1) : host).split('.')
  if (!labels.every((label) => LABEL.test(label))) return false
  return labels.length === 1 || ALPHA.includes((labels.at(-1) as string).charAt(0))
}

/** Eight groups of four digits; `::` stands for those that are left out, and the last two may be an address of IPv4. */
function isIp6(text: string): boolean {
  const [, address = '', scope] = /^([^%]*)(?:%([A-Za-z0-9_.]+))?$/.exec(text) ?? []
  if (scope === undefined && text.includes('%')) return false
  const halves = address.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? ''
  const hasIp4 = last.includes('.')
  if (hasIp4 && !(/^\d{1,3}(?:\.\d{1,3}){3}$/.test(last) && last.split('.').every((byte) => Number(byte) < 256)))
    return false
  const words = hasIp4 ? groups.slice(0, -1) : groups
  if (!words.every((word) => /^[0-9A-Fa-f]{1,4}$/.test(word))) return false
  const count = words.length + (hasIp4 ? 2 : 0)
  return halves.length === 2 ? count < 8 : count === 8
}

/** Of characters of a set, escapes such as %20, and characters beyond ASCII that are neither white space nor controls. */
function isAll(text: string, set: ReadonlySet<string>, hasOthers = true): boolean {
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    if (set.has(character)) continue
    if (!hasOthers) return false
    if (character === '%') {
      if (!/^[0-9A-Fa-f]{2}$/.test(text.slice(i + 1, i + 3))) return false
      i += 2
    } else if (character <= '\x9f' || /\p{Z}/u.test(character)) return false
  }
  return true
}
