// How much a fetch asks a broker for: more where its answers take long to come, so that the next one is here when the last
// one is read; less after each answer that did not come whole, since a line may break on long ones.

import { FETCH_BYTES, MAX_FETCH_BYTES } from './framer.ts'

/** Brokers send one batch, however long it is: this asks for no more than that. */
const MIN_BYTES = 1024

/** Answers in a row that come whole, until a size that did not is tried once more. */
const PATIENCE = 16

/** Nothing is read faster: 300 MB/s were measured with JSON, 800 where nothing of the records is wanted. */
const BYTES_PER_MS = 800 * 1024

/** An answer is not made larger than what comes in this time: requests have a time limit. */
const MAX_MS = 2000

/** An answer to a fetch that came whole. */
export interface WholeAnswer {
  readonly bytes: number
  /** Since it was asked for. */
  readonly ms: number
  /** The least time that an answer of the broker took. */
  readonly roundTripMs: number
}

export class FetchSize {
  #bytes = FETCH_BYTES
  /** The size of the last answer that did not come. */
  #broken = Infinity
  #whole = 0

  get bytes(): number {
    return this.#bytes
  }

  broke(): void {
    this.#broken = this.#bytes
    this.#bytes = Math.max(Math.floor(this.#bytes / 2), MIN_BYTES)
    this.#whole = 0
  }

  cameWhole({ bytes, ms, roundTripMs }: WholeAnswer): void {
    const isSlow = ms > MAX_MS && this.#bytes > FETCH_BYTES
    if (isSlow) this.#bytes = Math.max(FETCH_BYTES, Math.floor(this.#bytes / 2))
    const isEnough = this.#bytes >= FETCH_BYTES && (bytes < this.#bytes / 2 || 2 * ms > MAX_MS)
    const most = Math.min(Math.max(roundTripMs * BYTES_PER_MS, FETCH_BYTES), MAX_FETCH_BYTES)
    if (isEnough || this.#bytes >= most) return
    if (this.#bytes * 2 >= this.#broken && ++this.#whole < PATIENCE) return
    if (this.#whole >= PATIENCE) this.#broken = Infinity
    this.#whole = 0
    this.#bytes = Math.min(this.#bytes * 2, most)
  }
}
