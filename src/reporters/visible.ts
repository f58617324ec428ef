// What comes from outside (topics, hosts, records, tables) and is shown: nothing in it moves the cursor, changes the
// terminal, turns the direction of writing, or hides.

/** Controls (C0, DEL, C1), marks of direction, separators of lines, the byte order mark, and the marks of style.ts. */
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff\ufdd0-\ufdef]/gu

/** The same without line feed, tab and the marks of style.ts. */
const HIDDEN_IN_LINES = /(?![\n\t\ufdd0-\ufdd3])[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff\ufdd0-\ufdef]/gu

/** On one line, with `\n` and `\u202e` for such characters. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escaped)
}

/** For whole outputs: line feeds and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN_IN_LINES, escaped)
}

/** One line of JSON in which such characters are escaped: the same value, and safe on a terminal. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(HIDDEN, escaped)
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
