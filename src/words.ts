// Parts of messages: amounts, lists of names, the most similar name for a misspelt one, and the width of a text on a
// terminal.

/** `1 record`, `2,000 records`. `things`: in the plural, which ends in s. */
export function amount(n: number, things: string): string {
  return `${count(n)} ${n === 1 ? things.slice(0, -1) : things}`
}

/** `50,000`, whatever the machine's locale. `n` is whole. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** The text, or its first characters and `…`. */
export function cut(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters)}…` : text
}

/** `` `a`, `b` or `c` ``. */
export function alternatives(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

/** The longest list of names in a message. */
export const MAX_LISTED = 10

/** `a, b, c`, or the first ones `and 5 more`. */
export function shortList(names: readonly string[], limit = MAX_LISTED): string {
  const more = names.length - limit
  const shown = names.slice(0, limit).join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown
}

const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u
const ZERO_WIDTH = /^[\p{M}\u200b-\u200d]/u
/** Made on first use, since that takes milliseconds. */
let graphemes: Intl.Segmenter | null = null

/** Columns on a terminal: East Asian characters and emoji take two. */
export function displayWidth(text: string): number {
  let columns = 0
  graphemes ??= new Intl.Segmenter('en')
  for (const { segment } of graphemes.segment(text)) {
    if (WIDE.test(segment)) columns += 2
    else if (!ZERO_WIDTH.test(segment)) columns += 1
  }
  return columns
}

/** The most similar known name. Ignores case; at most a third of the characters may differ. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          at(previous, j) + 1,
          at(row, j - 1) + 1,
          substituted,
          swapped ? at(beforePrevious, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforePrevious = previous
    previous = row
  }
  return at(previous, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] as number
}
