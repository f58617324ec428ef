// @ts-check
// Writes JavaScript in ASCII: V8 reads and keeps such a source at half the size, which every start of the program feels.

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/**
 * Other characters become escapes, which mean the same in strings, templates without a tag, and regular expressions.
 * Returns the code, and its source map with the columns where they are now. Throws where a backslash stands before such a
 * character.
 *
 * @template {{ mappings: string }} SourceMap
 * @param {string} code
 * @param {SourceMap} map
 * @returns {{ code: string, map: SourceMap }}
 */
export function toAscii(code, map) {
  if (/(?<!\\)(\\\\)*\\[\u0080-\uffff]/.test(code))
    throw new Error('a character that is not ASCII is escaped in the code')
  const lines = code.split('\n')
  const mappings = map.mappings.split(';').map((segments, index) => moved(segments, lines[index] ?? ''))
  return { code: lines.map(escaped).join('\n'), map: { ...map, mappings: mappings.join(';') } }
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The segments of a line, whose columns follow the escapes before them. @param {string} segments @param {string} line */
function moved(segments, line) {
  if (escaped(line) === line) return segments
  let [from, to, at, wider] = [0, 0, 0, 0]
  return segments
    .split(',')
    .map((segment) => {
      const { value, length } = decodeVlq(segment)
      from += value
      for (; at < from; at++) if (line.charCodeAt(at) > 0x7f) wider += '\\uffff'.length - 1
      const step = from + wider - to
      to += step
      return encodeVlq(step) + segment.slice(length)
    })
    .join(',')
}

/** The first number of a segment (tc39.es/ecma426, "VLQ"). @param {string} segment */
function decodeVlq(segment) {
  let [bits, length, digit] = [0, 0, 32]
  while (digit & 32) {
    digit = BASE64.indexOf(segment[length] ?? '')
    bits |= (digit & 31) << (5 * length++)
  }
  return { value: bits & 1 ? -(bits >> 1) : bits >> 1, length }
}

/** @param {number} value  not negative: columns of a line ascend */
function encodeVlq(value) {
  let [bits, text] = [value << 1, '']
  do {
    const rest = bits >> 5
    text += BASE64[(bits & 31) | (rest > 0 ? 32 : 0)]
    bits = rest
  } while (bits > 0)
  return text
}
