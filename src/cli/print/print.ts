// The one way out for commands with -o: lines for people, rows for spreadsheets, an object for programs.

import { csvLine } from '../../operations/offsets/csv.ts'
import { jsonText } from '../../reporters/visible.ts'
import { page, stdout } from './out.ts'

export type Form = 'text' | 'json' | 'csv'

export type Cell = string | number | boolean | null

/** Only the one that is asked for is made. Several objects are printed one a line; rows begin with their titles. */
export interface Forms {
  text(): readonly string[]
  json(): object | readonly object[]
  csv(): readonly (readonly Cell[])[]
}

export function print<Asked extends Form>(form: Asked, forms: Pick<Forms, Asked>): void {
  const { text, json, csv }: Partial<Forms> = forms
  if (form === 'text' && text !== undefined) page.write(linesOf(text()))
  if (form === 'json' && json !== undefined) stdout.write(linesOf([json()].flat().map(jsonText)))
  if (form === 'csv' && csv !== undefined) {
    stdout.write(linesOf(csv().map((row) => csvLine(row.map((cell) => cell ?? '')))))
  }
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
