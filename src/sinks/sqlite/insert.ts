// Inserts many rows into a table, several with each statement.

import type { SqlValue, Statement, Transaction } from '../../checkpoint.ts'
import type { Cells } from './cells.ts'
import { quoted } from './names.ts'

/** Measured: two to three times as fast as one row a statement; more rows gain nothing. */
const ROWS_A_STATEMENT = 50

/** SQLite's bound for one statement. */
const MAX_PARAMETERS = 32_766

/** Takes rows one after the other and writes them, the last ones at `end`. */
export interface RowWriter {
  add(cells: readonly Cells[], i: number): void
  end(): void
}

/** Runs `statement`, which inserts the next rows that were added: `values` has them one after the other. */
type RunInsert = (statement: Statement, values: SqlValue[]) => void

interface Clauses {
  /** `OR …`, behind INSERT. */
  readonly or?: string
  /** `ON CONFLICT …`, behind the values. */
  readonly onConflict?: string
}

/** A statement that inserts so many rows. */
export function insertOf(
  table: string,
  columns: readonly string[],
  rows: number,
  { or = '', onConflict = '' }: Clauses = {},
): string {
  const one = `(${columns.map(() => '?').join(', ')})`
  return `INSERT ${or} INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES ${Array(rows).fill(one).join(', ')} ${onConflict}`
}

/** `run` may do more than to run the statement. */
export function rowWriter(
  table: string,
  columns: readonly string[],
  clauses: Clauses = {},
): (transaction: Transaction, run?: RunInsert) => RowWriter {
  const width = columns.length
  const rowsAtOnce = Math.max(1, Math.min(ROWS_A_STATEMENT, Math.floor(MAX_PARAMETERS / width)))
  const insert = (rows: number) => insertOf(table, columns, rows, clauses)
  const [many, single] = [insert(rowsAtOnce), insert(1)]
  return (transaction, run = (statement, values) => void statement.run(...values)) => {
    const statement = transaction.prepare(many)
    const full = rowsAtOnce * width
    const values = new Array<SqlValue>(full).fill(null)
    let at = 0
    return {
      add(cells, i) {
        for (let c = 0; c < width; c++) values[at++] = (cells[c] as Cells).bound(i)
        if (at < full) return
        at = 0
        run(statement, values)
      },
      end() {
        for (let from = 0; from < at; from += width) run(transaction.prepare(single), values.slice(from, from + width))
        at = 0
      },
    }
  }
}
