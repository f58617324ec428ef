// Rows as a table of text, as Spark's `Dataset.show` draws it (org.apache.spark.sql.classic.Dataset.showString).

/** Cells longer than `maxWidth` characters are truncated; null: none are. */
export function tableText(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  maxWidth: number | null,
): string {
  const lines = [header, ...rows].map((cells) => cells.map((cell) => cut(oneLine(cell), maxWidth)))
  const widths = header.map((_, column) => Math.max(3, ...lines.map((cells) => width(cells[column] ?? ''))))
  const rule = `+${widths.map((n) => '-'.repeat(n)).join('+')}+\n`
  const line = (cells: readonly string[]) =>
    `|${cells.map((cell, i) => padded(cell, widths[i] ?? 0, maxWidth)).join('|')}|\n`
  const [head = [], ...body] = lines
  return `${rule}${line(head)}${rule}${body.map(line).join('')}${rule}`
}

/** Spark aligns to the right where it truncates cells, else to the left. */
function padded(cell: string, to: number, maxWidth: number | null): string {
  const space = ' '.repeat(to - width(cell))
  return maxWidth === null ? cell + space : space + cell
}

function cut(cell: string, maxWidth: number | null): string {
  if (maxWidth === null || cell.length <= maxWidth) return cell
  return maxWidth < 4 ? cell.slice(0, maxWidth) : `${cell.slice(0, maxWidth - 3)}...`
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f', '\b': '\\b' }

/** Escapes characters that would break the table or the terminal. */
function oneLine(cell: string): string {
  return cell.replace(/\p{Cc}/gu, (character) => {
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** Characters that terminals draw in two columns: the ranges of Spark's `Utils.fullWidthRegex`. */
const FULL_WIDTH = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]/g

function width(cell: string): number {
  return cell.length + (cell.match(FULL_WIDTH)?.length ?? 0)
}
