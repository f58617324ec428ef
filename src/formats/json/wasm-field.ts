// Where a field keeps its columns and its dictionary for the WebAssembly scanner: in that one's memory.

import { type Counts, type InterningDictionary, MAX_INTERNED_BYTES } from '../../values/interning.ts'
import type { FieldColumns, FieldStore } from './field.ts'
import type { WasmMemory } from './wasm-memory.ts'

/** Words of `Field` in assembly/scan.ts. */
const Field = { TAGS: 0, TEXTS: 1, IDS: 2, STARTS: 3, ENDS: 4, DICTIONARY: 5, WORDS: 6 } as const

/** Words of `Dictionary` in assembly/dictionary.ts. */
const Entries = { SIZE: 0, FULL: 1, LOOKUPS: 2, MISSES: 3, ENDS: 4, ARENA: 5 } as const

/** Bytes of a row in all columns. */
const ROW_BYTES = 14

export class WasmField implements FieldStore {
  /** The address of the field. */
  readonly address: number
  readonly #memory: WasmMemory
  readonly #scratch: number
  /** The columns lie one behind the other in one block: it and the rows it is for. */
  #block = 0
  #rows = 0
  #dictionary: WasmDictionary | null = null

  constructor(memory: WasmMemory) {
    this.#memory = memory
    this.address = memory.allocate(Field.WORDS * 4)
    this.#scratch = memory.allocate(MAX_INTERNED_BYTES)
    memory.words.fill(0, this.address >>> 2, (this.address >>> 2) + Field.WORDS)
  }

  columns(rows: number): FieldColumns {
    if (rows > this.#rows) this.#grow(rows)
    const { buffer } = this.#memory.words
    const capacity = this.#rows
    const [ids, starts, ends, tags, texts] = offsets(this.#block, capacity)
    return {
      ids: new Int32Array(buffer, ids, capacity),
      starts: new Int32Array(buffer, starts, capacity),
      ends: new Int32Array(buffer, ends, capacity),
      tags: new Uint8Array(buffer, tags, capacity),
      texts: new Uint8Array(buffer, texts, capacity),
    }
  }

  createDictionary(): InterningDictionary {
    const memory = this.#memory
    const word = (this.address >>> 2) + Field.DICTIONARY
    this.#dictionary?.retire()
    if (this.#dictionary === null) {
      const address = memory.createDictionary()
      memory.words[word] = address
    } else memory.clearDictionary(memory.words[word] as number)
    this.#dictionary = new WasmDictionary(memory, (memory.words[word] as number) >>> 0, this.#scratch)
    return this.#dictionary
  }

  dropDictionary(): void {
    const memory = this.#memory
    const word = (this.address >>> 2) + Field.DICTIONARY
    this.#dictionary?.retire()
    this.#dictionary = null
    memory.releaseDictionary(memory.words[word] as number)
    memory.words[word] = 0
  }

  #grow(rows: number): void {
    const capacity = Math.max((rows + 3) & ~3, this.#rows * 2)
    const memory = this.#memory
    const block = memory.allocate(capacity * ROW_BYTES)
    if (this.#rows > 0) memory.release(this.#block, this.#rows * ROW_BYTES)
    this.#block = block
    this.#rows = capacity
    const [ids, starts, ends, tags, texts] = offsets(block, capacity)
    const field = this.address >>> 2
    memory.words[field + Field.IDS] = ids
    memory.words[field + Field.STARTS] = starts
    memory.words[field + Field.ENDS] = ends
    memory.words[field + Field.TAGS] = tags
    memory.words[field + Field.TEXTS] = texts
  }
}

/** The addresses of ids, starts, ends, tags and texts. */
function offsets(block: number, capacity: number): [number, number, number, number, number] {
  return [block, block + capacity * 4, block + capacity * 8, block + capacity * 12, block + capacity * 13]
}

/** A generation of a dictionary in WebAssembly memory; once retired, a copy of it. */
class WasmDictionary implements InterningDictionary {
  readonly #memory: WasmMemory
  readonly #address: number
  readonly #scratch: number
  readonly #texts: (string | undefined)[] = []
  #copy: { readonly ends: Int32Array; readonly arena: Buffer } | null = null

  constructor(memory: WasmMemory, address: number, scratch: number) {
    this.#memory = memory
    this.#address = address
    this.#scratch = scratch
  }

  get size(): number {
    return this.#copy === null ? this.#word(Entries.SIZE) : this.#copy.ends.length - 1
  }

  get full(): boolean {
    return this.#copy === null && this.#word(Entries.FULL) === 1
  }

  text(id: number): string {
    const known = this.#texts[id]
    if (known !== undefined) return known
    const text = this.#decode(id)
    this.#texts[id] = text
    return text
  }

  intern(_hash: number, bytes: Uint8Array, start: number, end: number): number {
    const memory = this.#memory
    const length = end - start
    if (length <= MAX_INTERNED_BYTES) memory.bytes.set(bytes.subarray(start, end), this.#scratch)
    return memory.intern(this.#address, this.#scratch, length)
  }

  takeCounts(): Counts {
    const counts = { lookups: this.#word(Entries.LOOKUPS), misses: this.#word(Entries.MISSES) }
    const at = this.#address >>> 2
    this.#memory.words.fill(0, at + Entries.LOOKUPS, at + Entries.MISSES + 1)
    return counts
  }

  /** Its place in memory is going to be another generation's. */
  retire(): void {
    const { bytes, words } = this.#memory
    const size = this.#word(Entries.SIZE)
    const at = this.#word(Entries.ENDS) >>> 2
    const ends = words.slice(at, at + size + 1)
    const arena = this.#word(Entries.ARENA) >>> 0
    this.#copy = { ends, arena: Buffer.from(bytes.subarray(arena, arena + (ends[size] as number))) }
  }

  #word(index: number): number {
    return this.#memory.words[(this.#address >>> 2) + index] as number
  }

  #decode(id: number): string {
    if (this.#copy !== null) {
      const { ends, arena } = this.#copy
      return arena.toString('utf8', ends[id], ends[id + 1])
    }
    const { bytes, words } = this.#memory
    const at = (this.#word(Entries.ENDS) >>> 2) + id
    const arena = this.#word(Entries.ARENA) >>> 0
    return bytes.toString('utf8', arena + (words[at] as number), arena + (words[at + 1] as number))
  }
}
