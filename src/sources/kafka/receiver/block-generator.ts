// Cuts what is received into blocks: org.apache.spark.streaming.receiver.BlockGenerator, of which the queue is block-queue.ts.

import type { Clock } from '../../../clock.ts'
import type { BlockBuilder } from './block-builder.ts'
import type { BlockQueue } from './block-queue.ts'

export class BlockGenerator {
  readonly #queue: Pick<BlockQueue, 'push' | 'pushFull'>
  readonly #intervalMs: number
  readonly #clock: Clock

  constructor(queue: Pick<BlockQueue, 'push' | 'pushFull'>, intervalMs: number, clock: Clock) {
    this.#queue = queue
    this.#intervalMs = intervalMs
    this.#clock = clock
  }

  /** Cuts with each interval, until the signal is aborted; what came after the last one is left to the caller. */
  async run(builders: () => readonly BlockBuilder[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(this.#intervalMs, signal)
      if (!signal.aborted) this.cut(builders())
    }
  }

  /** What was received, and steps, become blocks, which are stored together. */
  cut(builders: readonly BlockBuilder[]): void {
    this.#queue.push(builders.filter((builder) => builder.isDue).map((builder) => builder.finish()))
  }

  /** A buffer that is full becomes a block before its interval is over. */
  cutFull(builder: BlockBuilder): void {
    if (builder.isDue) this.#queue.pushFull(builder.finish())
  }
}
