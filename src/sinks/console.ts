// The sink console: the first rows of each micro-batch, in the print format of Spark's console sink.

import * as v from 'valibot'
import { type Column, valueAt } from '../column.ts'
import { keptBytes } from '../kept-bytes.ts'
import { sinkKind } from '../kind.ts'
import { type OptionsOf, wholeNumber } from '../options.ts'
import { byOrigin, type Origin, originKey } from '../record.ts'
import type { Sink, SinkInput } from '../sink.ts'
import { typeName } from '../types.ts'
import { renderer } from '../values/to-string.ts'
import { UTC } from '../values/zone.ts'
import { tableText } from './console/table-text.ts'

const options = v.strictObject({
  numRows: v.optional(v.pipe(wholeNumber(1), v.description('How many rows of a batch are printed.')), 20),
  truncate: v.optional(v.pipe(v.boolean(), v.description('Whether cells are cut to 20 characters.')), true),
})

/** Exported as `consoleKind`, since `console` is a global of Node. */
export const consoleKind = sinkKind(
  'console',
  'Prints the first rows of each batch on stdout after its commit, as Spark does: at most once.',
  options,
  { needsColumns: true, create: consoleSink },
)

const MAX_CELL_CHARACTERS = 20
const RULE = '-------------------------------------------'

interface OriginRows {
  readonly origin: Origin | null
  readonly rows: string[][]
}

export function consoleSink({ numRows, truncate }: OptionsOf<typeof options>, { schema }: SinkInput): Sink {
  const header = schema.map(({ name }) => name)
  const renderers = schema.map(({ type }) => renderer(type, UTC))
  const origins = new Map<string, OriginRows>()
  let total = 0
  let bytes = 0

  const cell = (column: Column, index: number, row: number) => {
    const value = valueAt(column, row)
    return value === null ? 'NULL' : (renderers[index]?.(value) ?? '')
  }
  const shown = () =>
    [...origins.values()]
      .sort((a, b) => byOrigin(a.origin, b.origin))
      .flatMap(({ rows }) => rows)
      .slice(0, numRows)

  const forget = () => {
    origins.clear()
    total = 0
    bytes = 0
  }

  return {
    guarantee: 'at most once',
    targets: [],
    canonical: `console\ncolumns ${schema.map(({ name, type }) => `${name} ${typeName(type)}`).join(', ')}`,
    merges: false,
    whenReadAgain: 'console: their rows are printed again',
    open() {},
    // The first rows are known only when all origins are complete; at most `numRows` of each can be among them.
    stage: ({ frame, selection }) => ({
      add(origin) {
        const key = originKey(origin)
        const rows = origins.get(key)?.rows ?? []
        origins.set(key, { origin, rows })
        total += selection.count
        for (let i = 0; i < selection.count && rows.length < numRows; i++) {
          const row = selection.rows[i] as number
          const cells = frame.columns.map((column, index) => cell(column, index, row))
          rows.push(cells)
          bytes += keptBytes(cells)
        }
      },
    }),
    write() {},
    show(batchId) {
      const rows = shown()
      const more = total > rows.length ? `only showing top ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}\n` : ''
      const table = tableText(header, rows, truncate ? MAX_CELL_CHARACTERS : null)
      return `${RULE}\nBatch: ${batchId}\n${RULE}\n${table}${more}\n`
    },
    keptBytes: () => bytes,
    committed: forget,
    abandoned: forget,
  }
}
