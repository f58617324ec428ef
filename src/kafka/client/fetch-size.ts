// How much a fetch asks a broker for: less after each answer that did not come whole, since a line may break on long ones.

import { FETCH_BYTES } from './framer.ts'

/** Brokers send one batch, however long it is: this asks for no more than that. */
const MIN_BYTES = 1024

/** Answers in a row that come whole, until a size that did not is tried once more. */
const PATIENCE = 16

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

  cameWhole(): void {
    if (this.#bytes === FETCH_BYTES) return
    if (this.#bytes * 2 >= this.#broken && ++this.#whole < PATIENCE) return
    if (this.#whole >= PATIENCE) this.#broken = Infinity
    this.#whole = 0
    this.#bytes = Math.min(this.#bytes * 2, FETCH_BYTES)
  }
}
