// Memory for answers: large buffers that are used again, so that reading a long topic does not grow the process.

/** A Fetch answer has at most this many bytes of records, unless a single batch is larger. */
export const FETCH_BYTES = 4 * 1024 * 1024

/** Room for the rest of an answer: topic names, partitions, lists of aborted transactions. */
const CAPACITY = FETCH_BYTES + 256 * 1024

/** Smaller answers are left to the garbage collector. */
const SMALL = 64 * 1024

/** Free buffers that are kept. */
const KEPT = 3

export class FramePool {
  readonly #free: ArrayBufferLike[] = []

  /** A buffer of exactly `length` bytes, with any content. */
  take(length: number): Buffer {
    if (length < SMALL || length > CAPACITY) return Buffer.allocUnsafeSlow(length)
    const memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(CAPACITY).buffer
    return Buffer.from(memory, 0, length)
  }

  /** Gives back what `take` gave, or a part of it. Once, and only when nobody reads it any more. */
  give(bytes: Buffer): void {
    if (bytes.buffer.byteLength === CAPACITY && this.#free.length < KEPT) this.#free.push(bytes.buffer)
  }
}
