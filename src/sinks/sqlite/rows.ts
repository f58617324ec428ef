// The rows of a micro-batch for a table: copied, encoded, and kept column by column.

import { rejectRow } from '../../column.ts'
import { byOrigin, type Origin, originKey } from '../../record.ts'
import type { Staged } from '../../sink.ts'
import type { Rows } from '../../transform.ts'
import type { Schema } from '../../types.ts'
import type { Cells } from './cells.ts'
import { cellsOf } from './take-cells.ts'
import type { Unstorable } from './value.ts'

/** Rows that were staged together. */
export interface Block {
  readonly count: number
  /** By column. */
  readonly cells: readonly Cells[]
}

interface OriginBlocks {
  readonly origin: Origin | null
  readonly blocks: Block[]
}

/** Collects rows by origin. Blocks are kept as they were staged. */
export class RowBuffer {
  readonly #take: (rows: Rows) => Block
  readonly #rowBytes: number
  readonly #origins = new Map<string, OriginBlocks>()
  #keptBytes = 0

  /** `rowBytes` is about how much memory the writing of a row takes, beside the row. */
  constructor(table: string, schema: Schema, rowBytes: number) {
    this.#take = blockTaker(table, schema)
    this.#rowBytes = rowBytes
  }

  /** Encodes rows. Refuses, through the frame, the records of values that cannot be stored. */
  stage(rows: Rows): Staged {
    const block = this.#take(rows)
    return {
      add: (origin) => {
        if (block.count === 0) return
        this.#blocksOf(origin).push(block)
        this.#keptBytes += block.count * this.#rowBytes
        for (const { keptBytes } of block.cells) this.#keptBytes += keptBytes
      },
    }
  }

  /** Of memory, estimated. */
  get keptBytes(): number {
    return this.#keptBytes
  }

  #blocksOf(origin: Origin | null): Block[] {
    const key = originKey(origin)
    const found = this.#origins.get(key)
    if (found !== undefined) return found.blocks
    const blocks: Block[] = []
    this.#origins.set(key, { origin, blocks })
    return blocks
  }

  /** The rows of all origins, in the order of `byOrigin`. */
  inOrder(): readonly Block[] {
    return [...this.#origins.values()].sort((a, b) => byOrigin(a.origin, b.origin)).flatMap(({ blocks }) => blocks)
  }

  clear(): void {
    this.#origins.clear()
    this.#keptBytes = 0
  }
}

interface Refused {
  readonly i: number
  readonly column: string
  readonly error: Unstorable
}

/** A refused value becomes NULL. */
function blockTaker(table: string, schema: Schema): (rows: Rows) => Block {
  const columns = schema.map(({ name, type }) => ({ name, take: cellsOf(type) }))
  return ({ frame, selection }) => {
    const refused: Refused[] = []
    const cells = columns.map(({ name, take }, c) => {
      const column = frame.columns[c]
      if (column === undefined) throw new Error('a frame with fewer columns than its schema')
      return take(column, selection, (i, error) => void refused.push({ i, column: name, error }))
    })
    // Behind a fold the first refusal ends the run: it is that of the first row.
    for (const { i, column, error } of refused.sort((a, b) => a.i - b.i)) {
      const message = `column ${column} of table ${table}: ${error.message}`
      rejectRow(frame, selection.rows[i] as number, { code: error.code, message })
    }
    return { count: selection.count, cells }
  }
}
