// Cuts what arrives into answers, and keeps the memory that they are put into.

/** Answers are preceded by their length. */
export const LENGTH_BYTES = 4

const SCRATCH_BYTES = 64 * 1024

/** A longer answer is not of Kafka's protocol: "HTTP", read as a length, is 1.2 GB. */
const MAX_FRAME_BYTES = 1024 * 1024 * 1024

/** A Fetch answer has at most this many bytes of records, unless a single batch is larger, or the broker is far away. */
export const FETCH_BYTES = 4 * 1024 * 1024

/** The same of a broker that is far away. */
export const MAX_FETCH_BYTES = 8 * FETCH_BYTES

/** Room for the rest of an answer: topic names, partitions, lists of aborted transactions. */
const ROOM_BYTES = 256 * 1024

/** Smaller answers get memory of their own size: in that of a whole answer, they would take several times what they need. */
const SMALL = 2 * 1024 * 1024

const MAX_FREE = 3

/** Memory for answers: large buffers that are used again, so that reading a long topic does not grow the process. */
export class FramePool {
  /** The smallest first. */
  readonly #free: ArrayBufferLike[] = []

  /** A buffer of exactly `length` bytes, with any content. */
  take(length: number): Buffer {
    const capacity = capacityOf(length)
    if (capacity === null) return Buffer.allocUnsafeSlow(length)
    const fitting = this.#free.findIndex(({ byteLength }) => byteLength >= length)
    const [memory = Buffer.allocUnsafeSlow(capacity).buffer] = fitting < 0 ? [] : this.#free.splice(fitting, 1)
    return Buffer.from(memory, 0, length)
  }

  /** Gives back what `take` gave, or a part of it. Once, and only after its bytes were read for the last time. */
  give(bytes: Buffer): void {
    const { buffer } = bytes
    if (capacityOf(buffer.byteLength) !== buffer.byteLength) return
    this.#free.push(buffer)
    this.#free.sort((a, b) => a.byteLength - b.byteLength)
    if (this.#free.length > MAX_FREE) this.#free.shift()
  }
}

/** Of memory that is kept: the bytes of a fetch, doubled until they suffice. Null: too small or too large to be kept. */
function capacityOf(length: number): number | null {
  if (length < SMALL) return null
  let bytes = FETCH_BYTES
  while (bytes + ROOM_BYTES < length && bytes < MAX_FETCH_BYTES) bytes *= 2
  return bytes + ROOM_BYTES < length ? null : bytes + ROOM_BYTES
}

/** Cuts a stream of bytes into frames. */
export class Framer {
  readonly #take: (length: number) => Buffer
  readonly #emit: (frame: Buffer) => void
  /** Takes what arrives between frames; an unfinished length stays at its front. */
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  #held = 0
  #frame: Buffer | null = null
  #have = 0

  constructor(take: (length: number) => Buffer, emit: (frame: Buffer) => void) {
    this.#take = take
    this.#emit = emit
  }

  /** Where the next bytes are to be put. */
  space(): Buffer {
    return this.#frame === null ? this.#scratch.subarray(this.#held) : this.#frame.subarray(this.#have)
  }

  /** So many bytes were put there. Returns what is wrong with them. */
  filled(length: number): string | null {
    if (this.#frame !== null) {
      this.#have += length
      this.#finish(this.#frame)
      return null
    }
    const end = this.#held + length
    this.#held = 0
    let at = 0
    while (at < end) {
      if (end - at < LENGTH_BYTES) {
        this.#scratch.copy(this.#scratch, 0, at, end)
        this.#held = end - at
        return null
      }
      const body = this.#scratch.readInt32BE(at)
      if (isTlsRecord(body)) return 'an answer in TLS'
      if (body < LENGTH_BYTES || body > MAX_FRAME_BYTES) return `not Kafka's protocol: an answer of ${body} bytes`
      const frame = this.#take(LENGTH_BYTES + body)
      this.#have = this.#scratch.copy(frame, 0, at, Math.min(end, at + frame.length))
      at += this.#have
      this.#frame = frame
      this.#finish(frame)
    }
    return null
  }

  #finish(frame: Buffer): void {
    if (this.#have < frame.length) return
    this.#frame = null
    this.#emit(frame)
  }
}

/** An alert or a handshake message of TLS, read as a length: 350 MB and more. */
function isTlsRecord(length: number): boolean {
  const start = length >>> 16
  return start === 0x1503 || start === 0x1603
}
