// Answers of brokers in memory: held while a log still uses a part of them.

import type { LogMemory, SharedAnswer } from './record-set.ts'

export class HeldAnswers {
  /** The logs tell here what of it they no longer need. */
  readonly memory: LogMemory = { spent: [], openBytes: 0 }
  readonly #giveBack: (bytes: Buffer) => void
  #bytes = 0

  /** `giveBack` takes the memory of an answer that nobody uses any more. */
  constructor(giveBack: (bytes: Buffer) => void) {
    this.#giveBack = giveBack
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Once for each answer, before a log has a part of it; whoever holds it releases it again. */
  hold(answer: SharedAnswer): void {
    answer.users++
    this.#bytes += answer.bytes.length
  }

  release(answer: SharedAnswer): void {
    if (--answer.users > 0) return
    this.#bytes -= answer.bytes.length
    this.#giveBack(answer.bytes)
  }

  /**
   * Gives back the memory of answers that are read to their end: nothing of them is used any more. Returns whether there
   * were any.
   */
  releaseSpent(): boolean {
    const spent = this.memory.spent.splice(0)
    for (const answer of spent) this.release(answer)
    return spent.length > 0
  }
}
