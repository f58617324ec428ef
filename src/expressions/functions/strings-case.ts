// initcap: words that begin with a capital.

/** Spark's words are separated by spaces alone (`CollationAwareUTF8String.toTitleCaseICU`). */
export function initcap(value: string): string {
  return value.split(' ').map(capitalized).join(' ')
}

function capitalized(word: string): string {
  const code = word.codePointAt(0)
  if (code === undefined) return word
  const first = String.fromCodePoint(code)
  // As a part of the word, for the sigma at its end.
  return titleOf(first, code) + word.toLowerCase().slice(first.toLowerCase().length)
}

const IOTA = '\u0399'
const IOTA_BELOW = '\u0345'

/** The title case of a character, which is not its upper case for digraphs, ligatures and Georgian (SpecialCasing.txt). */
function titleOf(character: string, code: number): string {
  // ǅ, ǈ, ǋ and ǲ in their three forms.
  if ((code >= 0x1c4 && code <= 0x1cc) || (code >= 0x1f1 && code <= 0x1f3)) {
    const base = code >= 0x1f1 ? 0x1f1 : code - ((code - 0x1c4) % 3)
    return String.fromCharCode(base + 1)
  }
  if (code >= 0x10d0 && code <= 0x10ff) return character
  const upper = character.toUpperCase()
  if (upper.length <= character.length) return upper
  if (code >= 0x1f80 && code <= 0x1ffc && upper.endsWith(IOTA)) {
    const titled = upper.slice(0, -1) + IOTA_BELOW
    return titled.length === 2 ? titled.normalize('NFC') : titled
  }
  // ŉ is ʼN, but ß is Ss and ﬁ is Fi.
  return code === 0x149 ? upper : upper.charAt(0) + upper.slice(1).toLowerCase()
}
