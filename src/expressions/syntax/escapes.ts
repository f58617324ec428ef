// Escapes inside Spark's string literals, both ways.

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([01][0-7]{2})|([\s\S]))|''|""/gu
const SINGLE: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001a',
  // LIKE patterns keep their escape.
  '%': '\\%',
  _: '\\_',
}

/** The string that the text between two quotes stands for (Spark's `unescapeSQLString`). */
export function unescapeString(text: string, quote: string): string {
  return text.replace(ESCAPE, (all: string, short, long, octal, single) => {
    if (all === "''" || all === '""') return all[0] === quote ? quote : all
    if (short !== undefined) return String.fromCharCode(Number.parseInt(short, 16))
    if (long !== undefined) return codePoint(Number.parseInt(long, 16))
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    return SINGLE[single] ?? single
  })
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
}

/** A literal that reads as this string. */
export function quoteString(text: string): string {
  const escaped = text.replace(/[\\'\0\b\n\r\t]/g, (character) => {
    const letter = { '\0': '0', '\b': 'b', '\n': 'n', '\r': 'r', '\t': 't' }[character]
    return `\\${letter ?? character}`
  })
  return `'${escaped}'`
}

/** Words that are no names unless backquoted. */
export const RESERVED: ReadonlySet<string> = new Set(
  'AND OR NOT IN BETWEEN LIKE IS NULL CASE WHEN THEN ELSE END CAST TRUE FALSE DIV'.split(' '),
)

/** A name that reads as this identifier. */
export function quoteName(name: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name.toUpperCase())
  return plain ? name : `\`${name.replaceAll('`', '``')}\``
}
