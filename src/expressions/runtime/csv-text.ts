// One line of CSV, as Spark reads and writes it: fields in double quotes, in which a backslash stands before a quote.

/** The fields of a line; undefined for one that is empty in quotes or without. */
export function csvFields(line: string, separator: string): readonly (string | undefined)[] {
  const fields: (string | undefined)[] = []
  for (let at = 0; at <= line.length; at++) {
    const [field, end] = line[at] === '"' ? quotedField(line, at, separator) : plainField(line, at, separator)
    fields.push(field === '' ? undefined : field)
    at = end
  }
  return fields
}

function plainField(line: string, start: number, separator: string): readonly [field: string, end: number] {
  const found = line.indexOf(separator, start)
  const end = found < 0 ? line.length : found
  return [line.slice(start, end), end]
}

/** Where something follows the quote that closes it, the quotes are part of the field. */
function quotedField(line: string, start: number, separator: string): readonly [field: string, end: number] {
  const parts: string[] = []
  for (let at = start + 1; at < line.length; at++) {
    const character = line[at] as string
    if (character === '\\' && (line[at + 1] === '"' || line[at + 1] === '\\')) parts.push(line[++at] as string)
    else if (character !== '"') parts.push(character)
    else if (at + 1 === line.length || line[at + 1] === separator) return [parts.join(''), at + 1]
    else return plainField(line, start, separator)
  }
  return [parts.join(''), line.length]
}

/** Null is a field with nothing in it; blanks around a field are left out. */
export function csvLine(fields: readonly (string | null)[], separator: string): string {
  return fields.map((field) => (field === null ? '' : written(field.trim(), separator))).join(separator)
}

function written(field: string, separator: string): string {
  const isQuoted = field === '' || field.includes(separator) || /["\n\r]/.test(field)
  return isQuoted ? `"${field.replaceAll('"', '\\"')}"` : field
}
