// Dictionaries that intern short strings by their bytes, as src/values/interning.ts does in JavaScript.

import { allocate, enlarge, release } from './memory'

const MAX_ENTRIES: u32 = 65_536
const MAX_BYTES: u32 = 4_194_304

/** Values chosen to collide are not interned, rather than searched for at length. */
const MAX_PROBES: u32 = 64

/** Longer strings are not interned. */
const MAX_INTERNED_BYTES: u32 = 64

const FIRST_SLOTS: u32 = 1024
const FIRST_ARENA: u32 = 8192

/** 2^64 divided by the golden ratio: Knuth's multiplicative hashing. */
const GOLDEN: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15

/**
 * Open addressing with linear probing, at most half full. The host reads `size`, `full`, `ends` and `arena`, and reads
 * and clears the counts.
 */
@unmanaged
export class Dictionary {
  /** Entries. */
  size: u32
  /** 1 after an entry found no room. */
  full: u32
  /** Strings that were looked up, and those of them that were new or found no room. */
  lookups: u32
  misses: u32
  /** Entry `id` is `arena[ends[id] … ends[id + 1])`. */
  ends: usize
  arena: usize
  /** id + 1 by slot; 0: free. There are twice as many slots as there may be entries. */
  slots: usize
  slotCount: u32
  hashes: usize
  arenaBytes: u32
}

/** An empty dictionary; 0 without memory. */
export function createDictionary(): usize {
  const at = allocate(offsetof<Dictionary>())
  if (at === 0) return 0
  const dictionary = changetype<Dictionary>(at)
  dictionary.slotCount = FIRST_SLOTS
  dictionary.arenaBytes = FIRST_ARENA
  dictionary.slots = allocate(slotBytes(FIRST_SLOTS))
  dictionary.hashes = allocate(hashBytes(FIRST_SLOTS))
  dictionary.ends = allocate(endBytes(FIRST_SLOTS))
  dictionary.arena = allocate(FIRST_ARENA)
  if (!dictionary.slots || !dictionary.hashes || !dictionary.ends || !dictionary.arena) return 0
  dictionary.lookups = 0
  dictionary.misses = 0
  clearDictionary(dictionary)
  return at
}

/** Begins a generation. The counts go on. */
export function clearDictionary(dictionary: Dictionary): void {
  dictionary.size = 0
  dictionary.full = 0
  memory.fill(dictionary.slots, 0, slotBytes(dictionary.slotCount))
  store<u32>(dictionary.ends, 0)
}

export function releaseDictionary(dictionary: Dictionary): void {
  const slotCount = dictionary.slotCount
  release(dictionary.slots, slotBytes(slotCount))
  release(dictionary.hashes, hashBytes(slotCount))
  release(dictionary.ends, endBytes(slotCount))
  release(dictionary.arena, dictionary.arenaBytes)
  release(changetype<usize>(dictionary), offsetof<Dictionary>())
}

/** Finds or adds the string with these UTF-8 bytes. Returns its id; -1 where it cannot be added. */
export function intern(dictionary: Dictionary, start: usize, length: u32): i32 {
  dictionary.lookups++
  if (length <= MAX_INTERNED_BYTES) {
    const hash = hashOf(start, length)
    const slots = dictionary.slots
    const mask = dictionary.slotCount - 1
    let slot = hash & mask
    for (let probe: u32 = 0; probe < MAX_PROBES; probe++) {
      const id = load<i32>(slots + ((<usize>slot) << 2)) - 1
      if (id < 0) {
        dictionary.misses++
        return add(dictionary, slot, hash, start, length)
      }
      if (load<u32>(dictionary.hashes + ((<usize>id) << 2)) === hash && isEntry(dictionary, id, start, length))
        return id
      slot = (slot + 1) & mask
    }
  }
  dictionary.misses++
  return -1
}

/** Every bit depends on every byte. */
function hashOf(start: usize, length: u32): u32 {
  let hash: u64 = length
  let at = start
  let rest = length
  while (rest >= 8) {
    hash = mix(hash ^ load<u64>(at))
    at += 8
    rest -= 8
  }
  if (rest > 0) hash = mix(hash ^ (load<u64>(at) << (64 - ((<u64>rest) << 3))))
  return <u32>((hash * GOLDEN) >> 32)
}

function mix(word: u64): u64 {
  const product = word * GOLDEN
  // The upper bits are the good ones, and the next product keeps what is in the lower ones.
  return product ^ (product >> 32)
}

function isEntry(dictionary: Dictionary, id: i32, start: usize, length: u32): bool {
  const end = dictionary.ends + ((<usize>id) << 2)
  const from = load<u32>(end)
  return load<u32>(end, 4) - from === length && isEqual(dictionary.arena + from, start, length)
}

/** Reads up to seven bytes behind both. */
export function isEqual(a: usize, b: usize, length: u32): bool {
  let i: usize = 0
  let rest = length
  while (rest >= 8) {
    if (load<u64>(a + i) !== load<u64>(b + i)) return false
    i += 8
    rest -= 8
  }
  return rest === 0 || (load<u64>(a + i) ^ load<u64>(b + i)) << (64 - ((<u64>rest) << 3)) === 0
}

function add(dictionary: Dictionary, slot: u32, hash: u32, start: usize, length: u32): i32 {
  const id = dictionary.size
  const from = load<u32>(dictionary.ends + ((<usize>id) << 2))
  const to = from + length
  const hasRoom = id * 2 < dictionary.slotCount && to <= MAX_BYTES
  if (!hasRoom || (to > dictionary.arenaBytes && !growArena(dictionary))) {
    dictionary.full = 1
    return -1
  }
  memory.copy(dictionary.arena + from, start, length)
  store<u32>(dictionary.hashes + ((<usize>id) << 2), hash)
  store<u32>(dictionary.ends + ((<usize>id) << 2), to, 4)
  store<u32>(dictionary.slots + ((<usize>slot) << 2), id + 1)
  dictionary.size = id + 1
  if ((id + 1) * 2 === dictionary.slotCount && id + 1 < MAX_ENTRIES) growTable(dictionary)
  return id
}

function growArena(dictionary: Dictionary): bool {
  const bytes = dictionary.arenaBytes
  const arena = enlarge(dictionary.arena, bytes, bytes * 2)
  if (arena === 0) return false
  dictionary.arena = arena
  dictionary.arenaBytes = bytes * 2
  return true
}

/** Leaves the table as it is where memory cannot grow. */
function growTable(dictionary: Dictionary): void {
  const size = dictionary.size
  const slotCount = dictionary.slotCount
  const larger = slotCount * 2
  const slots = allocate(slotBytes(larger))
  if (slots === 0) return
  const hashes = enlarge(dictionary.hashes, hashBytes(slotCount), hashBytes(larger))
  if (hashes !== 0) dictionary.hashes = hashes
  const ends: usize = hashes === 0 ? 0 : enlarge(dictionary.ends, endBytes(slotCount), endBytes(larger))
  if (ends === 0) {
    release(slots, slotBytes(larger))
    return
  }
  dictionary.ends = ends
  release(dictionary.slots, slotBytes(slotCount))
  dictionary.slots = slots
  dictionary.slotCount = larger
  memory.fill(slots, 0, slotBytes(larger))
  for (let id: u32 = 0; id < size; id++) {
    let slot = load<u32>(dictionary.hashes + ((<usize>id) << 2)) & (larger - 1)
    while (load<u32>(slots + ((<usize>slot) << 2)) !== 0) slot = (slot + 1) & (larger - 1)
    store<u32>(slots + ((<usize>slot) << 2), id + 1)
  }
}

function slotBytes(slots: u32): u32 {
  return slots * 4
}

function hashBytes(slots: u32): u32 {
  return slots * 2
}

/** One more than there are entries. */
function endBytes(slots: u32): u32 {
  return slots * 2 + 4
}
