// Places between characters: what anchors and boundaries of a Java regular expression match.

export type Place =
  | 'begin'
  | 'end'
  | 'boundary'
  | 'no-boundary'
  /** `$` and `\Z`: the end, or before the line terminator at the end. */
  | 'last-line-end'
  /** The same under the flag d. */
  | 'last-newline-end'
  /** `^` and `$` under the flag m, and under m and d. */
  | 'line-begin'
  | 'line-end'
  | 'newline-begin'
  | 'newline-end'
  | 'no-newline'

const [LF, CR, NEL] = [0x0a, 0x0d, 0x85]

/** Whether it is the place before the unit `at` of the text (`Pattern.Caret`, `Pattern.Dollar` and their kin). */
export function isPlace(place: Place, text: string, at: number): boolean {
  const left = text.length - at
  switch (place) {
    case 'begin':
      return at === 0
    case 'end':
      return left === 0
    case 'boundary':
      return isBoundary(text, at)
    case 'no-boundary':
      return !isBoundary(text, at)
    case 'last-line-end':
      if (left === 2) return text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF
      return left < 2 && isLineEnd(text, at)
    case 'last-newline-end':
      return left === 0 || (left === 1 && text.charCodeAt(at) === LF)
    case 'line-begin':
      return left > 0 && (at === 0 || (isTerminator(text.charCodeAt(at - 1)) && !isInsideCrLf(text, at)))
    case 'line-end':
      return isLineEnd(text, at)
    case 'newline-begin':
      return left > 0 && (at === 0 || text.charCodeAt(at - 1) === LF)
    case 'newline-end':
      return left === 0 || text.charCodeAt(at) === LF
    case 'no-newline':
      return text.charCodeAt(at) !== LF
    default:
      return place satisfies never
  }
}

function isLineEnd(text: string, at: number): boolean {
  return at === text.length || (isTerminator(text.charCodeAt(at)) && !isInsideCrLf(text, at))
}

function isTerminator(unit: number): boolean {
  return unit === LF || unit === CR || unit === NEL || unit === 0x2028 || unit === 0x2029
}

function isInsideCrLf(text: string, at: number): boolean {
  return at > 0 && text.charCodeAt(at - 1) === CR && text.charCodeAt(at) === LF
}

function isBoundary(text: string, at: number): boolean {
  return isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at))
}

/** Of `\w`; NaN, beyond the text, is none. */
function isWord(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f || (unit >= 0x61 && unit <= 0x7a)
  )
}
