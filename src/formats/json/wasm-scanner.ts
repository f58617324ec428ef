// The WebAssembly scanner from outside: copies what it reads into its memory, piece by piece, and tells of which rows
// it was not sure.

import type { Chunk } from '../../record.ts'
import type { JsonField } from './field.ts'
import type { PathNode } from './paths.ts'
import { WasmField } from './wasm-field.ts'
import { WasmMemory, type WasmModule } from './wasm-memory.ts'
import { writePaths } from './wasm-paths.ts'

/** The most bytes of a chunk that are in the scanner's memory together. Longer records are left to JavaScript. */
const WINDOW_BYTES = 1_048_576

/** A piece ends with the record that takes it to so many bytes: it then fits into a processor's cache. */
const PIECE_BYTES = 131_072

/** Where most rows of a chunk were unusual, so many chunks are left to JavaScript. */
const PAUSE_CHUNKS = 15

export class WasmScanner {
  readonly #memory: WasmMemory
  readonly #window: number
  /** The spans of a chunk's values: the address of the starts, behind which the ends are; and the rows it is for. */
  #spans = 0
  #spanRows = 0
  /** The position in the chunk of the first byte in the window. */
  #windowStart = 0
  #root = 0
  #fields: readonly JsonField[] = []
  #pausedChunks = 0

  /** Throws RangeError where there is no memory for it. */
  constructor(module: WasmModule) {
    this.#memory = new WasmMemory(module)
    this.#window = this.#memory.allocate(WINDOW_BYTES)
  }

  createField(): WasmField {
    return new WasmField(this.#memory)
  }

  /** To be called once, before `scan`. `stores` has what `createField` made for each field. */
  setPaths(root: PathNode, stores: ReadonlyMap<JsonField, WasmField>): void {
    this.#fields = root.fields
    this.#root = writePaths(this.#memory, root, stores)
    this.#memory.onGrowth = () => {
      for (const field of root.fields) field.refresh()
    }
  }

  /** Every row has to be NULL. Calls `scanRow` for the rows that are unusual, in order; their fields may be anything. */
  scan(chunk: Chunk, scanRow: (row: number) => void): void {
    const { length } = chunk
    if (this.#pausedChunks > 0) {
      this.#pausedChunks--
      for (let row = 0; row < length; row++) scanRow(row)
      return
    }
    this.#copySpans(chunk)
    let unusual = 0
    const scanUnusual = (row: number) => {
      unusual++
      for (const field of this.#fields) field.setNull(row)
      scanRow(row)
    }
    for (let row = 0; row < length; ) {
      const until = this.#copyPiece(chunk, row)
      if (until === row) scanUnusual(row++)
      while (row < until) {
        row = this.#scanRows(row, until)
        if (row < until) scanUnusual(row++)
      }
    }
    if (unusual * 2 > length) this.#pausedChunks = PAUSE_CHUNKS
  }

  #copySpans({ length, valueStarts, valueEnds }: Chunk): void {
    const memory = this.#memory
    if (length > this.#spanRows) {
      const spans = memory.allocate(length * 8)
      if (this.#spanRows > 0) memory.release(this.#spans, this.#spanRows * 8)
      this.#spans = spans
      this.#spanRows = length
    }
    const at = this.#spans >>> 2
    memory.words.set(valueStarts.subarray(0, length), at)
    memory.words.set(valueEnds.subarray(0, length), at + this.#spanRows)
  }

  /** Copies the values of the rows from `row` on that fit. Returns the row behind them; `row` where none fits. */
  #copyPiece({ bytes, length, valueStarts, valueEnds }: Chunk, row: number): number {
    let from = 0
    let to = 0
    let until = row
    for (; until < length && to - from < PIECE_BYTES; until++) {
      const end = valueEnds[until] as number
      if (end < 0) continue
      const start = valueStarts[until] as number
      if (to === 0) from = start
      if (start < from || end - from > WINDOW_BYTES) break
      if (end > to) to = end
    }
    bytes.copy(this.#memory.bytes, this.#window, from, to)
    this.#windowStart = from
    return until
  }

  /** Returns the first row that is unusual; `until` where there is none. */
  #scanRows(row: number, until: number): number {
    const starts = this.#spans
    const ends = starts + this.#spanRows * 4
    return this.#memory.scan(this.#root, starts, ends, this.#window - this.#windowStart, row, until)
  }
}
