// Takes chunks into a batch as the source gives them.

import type { Clock } from '../clock.ts'
import type { BatchContext } from '../column.ts'
import { isNotice, type Notice } from '../notice.ts'
import type { Chunk } from '../record.ts'
import type { MicroBatch } from './micro-batch.ts'
import type { Room } from './room.ts'

/** How long signals may wait while chunks are processed. */
const YIELD_AFTER_MS = 20

export class Intake {
  readonly #batch: MicroBatch
  readonly #room: Room
  readonly #clock: Clock

  constructor(batch: MicroBatch, room: Room, clock: Clock) {
    this.#batch = batch
    this.#room = room
    this.#clock = clock
  }

  /** Yields the notices among the chunks, and returns what the source returns. Throws as `MicroBatch.add` does. */
  async *take<Result>(
    chunks: AsyncGenerator<Chunk | Notice, Result>,
    context: BatchContext,
  ): AsyncGenerator<Notice, Result> {
    let yielded = this.#clock.monotonic()
    for (;;) {
      const next = await chunks.next()
      if (next.done === true) return next.value
      if (isNotice(next.value)) yield next.value
      else {
        this.#batch.add(next.value, context)
        this.#room.took(next.value, this.#batch.keptBytes())
      }
      // Chunks that are already in memory come without a turn of the event loop; signals and sockets need one.
      if (this.#clock.monotonic() - yielded > YIELD_AFTER_MS) {
        await this.#clock.yield()
        yielded = this.#clock.monotonic()
      }
    }
  }
}
