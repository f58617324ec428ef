// Memory in blocks of powers of two. Free blocks of each size are a list, linked through their first word.

const PAGE_BITS: u32 = 16
const SMALLEST_BITS: u32 = 6

/** The first free block by the binary logarithm of the size. */
const free: usize = memory.data(32 * sizeof<usize>())

/** Bytes behind the last block: words of up to 16 bytes may be read beyond the end of any block. */
const SLACK: usize = 16

let top: usize = __heap_base

/** The address of a block of at least `bytes` bytes, aligned to 16, of any content; 0 where memory cannot grow. */
export function allocate(bytes: u32): usize {
  const bits = bitsOf(bytes)
  const list = free + bits * sizeof<usize>()
  const block = load<usize>(list)
  if (block !== 0) {
    store<usize>(list, load<usize>(block))
    return block
  }
  const from = (top + 15) & ~15
  const to = from + ((<usize>1) << bits)
  const pages = <i32>((to + SLACK + 0xffff) >> PAGE_BITS) - memory.size()
  if (pages > 0 && memory.grow(pages) < 0) return 0
  top = to
  return from
}

/** Gives a block of `allocate(bytes)` back. */
export function release(block: usize, bytes: u32): void {
  const list = free + bitsOf(bytes) * sizeof<usize>()
  store<usize>(block, load<usize>(list))
  store<usize>(list, block)
}

/** A block with the content of another one of `bytes` bytes, which is released; 0, and nothing changed, without memory. */
export function enlarge(block: usize, bytes: u32, larger: u32): usize {
  const copy = allocate(larger)
  if (copy === 0) return 0
  memory.copy(copy, block, bytes)
  release(block, bytes)
  return copy
}

function bitsOf(bytes: u32): u32 {
  return bytes <= 1 << SMALLEST_BITS ? SMALLEST_BITS : 32 - clz<u32>(bytes - 1)
}
