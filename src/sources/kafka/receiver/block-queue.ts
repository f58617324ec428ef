// Blocks between their making and the store: org.apache.spark.streaming.receiver.BlockGenerator's queue, and the four attempts
// of ReliableKafkaReceiver.

import type { Block } from '../../../block.ts'
import type { Clock } from '../../../clock.ts'
import { SprkError } from '../../../errors.ts'
import { Fault } from '../../../kafka/client/fault.ts'
import { PartitionMap } from '../../../partition-map.ts'
import type { TopicPartition } from '../../../record.ts'

/** Of blocks that wait for the store. */
const MAX_BYTES = 32_000_000

/** Of full blocks: a transaction each would wait for the disk as often. */
const TOGETHER_BYTES = 8_000_000

const ATTEMPTS = 4
const RETRY_MS = 500

/** Blocks could not be stored, and may be later. */
export class StoreFailed extends Error {}

export class BlockQueue {
  readonly #maxBlocks: number
  readonly #store: (blocks: readonly Block[]) => void
  readonly #clock: Clock
  #blocks: Block[] = []
  #failure: unknown = null
  #wake = (): void => {}

  /** `store` keeps blocks, all or none of them; it throws where it cannot. */
  constructor(maxBlocks: number, store: (blocks: readonly Block[]) => void, clock: Clock) {
    this.#maxBlocks = maxBlocks
    this.#store = store
    this.#clock = clock
  }

  /** Nothing more should come until blocks are stored. */
  get isFull(): boolean {
    return this.#blocks.length >= this.#maxBlocks || this.#bytes >= MAX_BYTES
  }

  /** Stores blocks with those that wait, at once. */
  push(blocks: readonly Block[]): void {
    this.#blocks.push(...blocks)
    if (this.#failure === null) this.#attempt()
  }

  /** The same for a block that is full before its interval is over; where more follow, several are stored together. */
  pushFull(block: Block): void {
    this.#blocks.push(block)
    if (this.#failure === null && (this.isFull || this.#bytes >= TOGETHER_BYTES)) this.#attempt()
  }

  get #bytes(): number {
    return this.#blocks.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** Others receive these partitions now. */
  forget(partitions: readonly TopicPartition[]): void {
    const gone = PartitionMap.of(partitions)
    this.#blocks = this.#blocks.filter((block) => !gone.has(block))
    if (this.#blocks.length === 0) this.#failure = null
  }

  /** Stores all that waits. Throws StoreFailed where that is not possible. */
  flush(): void {
    this.#attempt()
    if (this.#failure !== null) throw new StoreFailed('blocks cannot be stored', { cause: this.#failure })
  }

  /** Repeats what has failed, until the signal is aborted. Throws StoreFailed when four attempts have, or another error. */
  async run(signal: AbortSignal): Promise<void> {
    let attempts = 0
    while (!signal.aborted) {
      if (this.#failure === null) {
        attempts = 0
        await this.#failed(signal)
        continue
      }
      if (!isPassing(this.#failure)) throw this.#failure
      if (++attempts >= ATTEMPTS) throw new StoreFailed('blocks cannot be stored', { cause: this.#failure })
      await this.#clock.sleep(RETRY_MS, signal)
      this.#attempt()
    }
  }

  #attempt(): void {
    const blocks = this.#blocks
    if (blocks.length === 0) return
    try {
      this.#store(blocks)
      this.#blocks = []
      this.#failure = null
    } catch (error) {
      this.#failure = error
      this.#wake()
    }
  }

  async #failed(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
      if (signal.aborted || this.#failure !== null) resolve()
    })
  }
}

/** Whether another attempt may succeed. */
function isPassing(error: unknown): boolean {
  if (error instanceof Fault) return true
  return error instanceof SprkError && (error.code === 'E_DISK_FULL' || error.code === 'E_IO')
}
