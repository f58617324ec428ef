// A dictionary that interns short strings by their bytes: a repeated value costs no new string and no copy.

import type { Dictionary } from '../column.ts'

const MAX_ENTRIES = 65_536
const MAX_BYTES = 4_194_304

/** The longest probe. Values chosen to collide are not interned, rather than searched for at length. */
const MAX_PROBES = 64

/** Longer strings are not added. */
export const MAX_INTERNED_BYTES = 64

/** The hash of i + 1 bytes from that of the first i, beginning with 0: cheap enough for every byte of a scan. */
export function mixByte(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0
}

/** Knuth's multiplicative hashing: the upper bits depend on every bit of `hash`. */
export function homeSlot(hash: number, slots: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (Math.clz32(slots) + 1)
}

export interface InterningDictionary extends Dictionary {
  /** True after an entry found no room: the reader then begins a new dictionary. */
  readonly full: boolean
  /** Finds or adds the string with these UTF-8 bytes and their hash. Returns its id; -1 where it cannot be added. */
  intern(hash: number, bytes: Uint8Array, start: number, end: number): number
  /** How many strings were looked up since the last call, and how many of them were new or were not added. */
  takeCounts(): Counts
}

export interface Counts {
  readonly lookups: number
  readonly misses: number
}

export function createDictionary(): InterningDictionary {
  return new HashDictionary()
}

/** Open addressing with linear probing, at most half full. The entries' bytes lie one after the other in an arena. */
class HashDictionary implements InterningDictionary {
  full = false
  size = 0
  /** id + 1 by slot; 0: free. */
  #slots = new Int32Array(1024)
  #hashes = new Int32Array(512)
  /** Entry `id` is `arena[offsets[id] … offsets[id + 1])`. */
  #offsets = new Int32Array(513)
  #arena = Buffer.allocUnsafeSlow(8192)
  readonly #texts: (string | undefined)[] = []
  #lookups = 0
  #misses = 0

  takeCounts(): Counts {
    const counts = { lookups: this.#lookups, misses: this.#misses }
    this.#lookups = 0
    this.#misses = 0
    return counts
  }

  text(id: number): string {
    const known = this.#texts[id]
    if (known !== undefined) return known
    const text = this.#arena.toString('utf8', this.#offsets[id], this.#offsets[id + 1])
    this.#texts[id] = text
    return text
  }

  intern(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const { size } = this
    const id = end - start > MAX_INTERNED_BYTES ? -1 : this.#find(hash, bytes, start, end)
    this.#lookups++
    if (id < 0 || id === size) this.#misses++
    return id
  }

  #find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    const hashes = this.#hashes
    let slot = homeSlot(hash, slots.length)
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const id = (slots[slot] as number) - 1
      if (id < 0) return this.#add(slot, hash, bytes, start, end)
      if (hashes[id] === hash && this.#equals(id, bytes, start, end)) return id
      slot = (slot + 1) & mask
    }
    return -1
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const arena = this.#arena
    let p = this.#offsets[id] as number
    if ((this.#offsets[id + 1] as number) - p !== end - start) return false
    for (let i = start; i < end; i++, p++) if (arena[p] !== bytes[i]) return false
    return true
  }

  #add(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const id = this.size
    const from = this.#offsets[id] as number
    const to = from + end - start
    if (id === MAX_ENTRIES || to > MAX_BYTES) {
      this.full = true
      return -1
    }
    if (to > this.#arena.length) this.#growArena()
    for (let p = from, i = start; p < to; p++, i++) this.#arena[p] = bytes[i] as number
    this.#hashes[id] = hash
    this.#offsets[id + 1] = to
    this.#texts.push(undefined)
    this.#slots[slot] = id + 1
    this.size++
    if (this.size === this.#hashes.length) this.#growTable()
    return id
  }

  #growArena(): void {
    const larger = Buffer.allocUnsafeSlow(this.#arena.length * 2)
    larger.set(this.#arena)
    this.#arena = larger
  }

  #growTable(): void {
    const capacity = this.size * 2
    const hashes = new Int32Array(capacity)
    hashes.set(this.#hashes)
    const offsets = new Int32Array(capacity + 1)
    offsets.set(this.#offsets)
    const slots = new Int32Array(capacity * 2)
    for (let id = 0; id < this.size; id++) {
      let slot = homeSlot(hashes[id] as number, slots.length)
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = id + 1
    }
    this.#hashes = hashes
    this.#offsets = offsets
    this.#slots = slots
  }
}
