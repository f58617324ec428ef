// Memory for the bytes of blocks. Large blocks use the same memory again and again: allocating it anew would cost more than
// copying into it, and what is freed comes back only with a garbage collection.

import type { MessagePort } from 'node:worker_threads'

/** A block ends here, though its interval goes on; the batch that passes it belongs to it. */
export const BLOCK_BYTES = 4_000_000

/** Of a large block; the system provides only what is written to. */
const LARGE_BYTES = BLOCK_BYTES + 1024 * 1024

/** Blocks below are left to the garbage collection. */
const SMALL_BYTES = 1024 * 1024

/** Bytes that are kept for later. */
const MAX_SPARE_BYTES = 8 * LARGE_BYTES

export class BlockBuffers {
  #spare: Buffer[] = []

  /** At least that many bytes, of any content. */
  take(bytes: number): Buffer {
    if (bytes <= SMALL_BYTES || bytes > LARGE_BYTES) return Buffer.allocUnsafeSlow(bytes)
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES)
  }

  /** Nobody reads the block's bytes any more. */
  give({ buffer }: Uint8Array): void {
    if (buffer.byteLength !== LARGE_BYTES || !(buffer instanceof ArrayBuffer)) return
    if ((this.#spare.length + 1) * LARGE_BYTES <= MAX_SPARE_BYTES) this.#spare.push(Buffer.from(buffer))
  }
}

/** Sending to it frees what is sent: nobody receives it. Made when it is needed first. */
let nowhere: MessagePort | null = null

function closedPort(): MessagePort {
  const { port1 } = new MessageChannel()
  port1.close()
  return port1
}

/**
 * Frees memory at once, of which nobody has a view any more: V8 counts what lies outside of its heap only roughly, and lets some
 * 60 MB of read blocks gather before it collects them.
 */
export function freeBytes({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength <= SMALL_BYTES) return
  nowhere ??= closedPort()
  nowhere.postMessage(null, [buffer])
}

/** More than SQLite takes at once to store a block: its copy of the bytes, and the row. */
const LARGEST_BYTES = 4 * LARGE_BYTES

/**
 * Lets the allocator keep memory of this size. glibc gives freed memory back to the system if it is larger than anything that
 * was freed before (mallopt(3), M_MMAP_THRESHOLD), and SQLite asks for megabytes with each block: taking them anew each time
 * was a seventh of the CPU of receiving. Nothing is written to the memory here, so it costs nothing.
 */
export function keepLargeMemory(): void {
  freeBytes(Buffer.allocUnsafeSlow(LARGEST_BYTES))
}
