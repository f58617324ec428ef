// Direct mode on a state file that receivers have left blocks in: their records are processed first, since Kafka may not have
// them any more.

import type { BlockStore } from '../../../block.ts'
import { Exit, SprkError } from '../../../errors.ts'
import { type EffectiveRange, type Gap, type LogEnd, type Position, positionAfter, positionAt } from '../../../log.ts'
import type { Notice } from '../../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../../partition-map.ts'
import type { Chunk, OffsetRange } from '../../../record.ts'
import type { BatchPlan, Limits, Opened, Source, Start } from '../../../source.ts'
import { BlockReader } from './block-reader.ts'
import { received } from './intake.ts'
import { selectBlocks } from './select-blocks.ts'

/** The source itself where no blocks wait. */
export function withPendingBlocks(source: Source, blocks: BlockStore): Source {
  return blocks.pending().length === 0 ? source : new PendingBlocks(source, blocks)
}

/** Reads the blocks that wait, then from where they end. */
class PendingBlocks implements Source {
  readonly #source: Source
  readonly #blocks: BlockStore
  readonly #reader: BlockReader
  readonly #saved = new PartitionMap<Position>()
  /** Of the source; they are behind the blocks. */
  #gaps: readonly Gap[] = []
  /** Behind the blocks, with `onDataLoss: fail`: they are processed first. */
  #loss: SprkError | null = null
  #isReadingBlocks = false
  #limits: Pick<Limits, 'maxBytes' | 'room'> = { maxBytes: Infinity }

  constructor(source: Source, blocks: BlockStore) {
    this.#source = source
    this.#blocks = blocks
    this.#reader = new BlockReader(blocks)
  }

  async *open(start: Start, signal: AbortSignal): AsyncGenerator<Notice, Opened> {
    for (const position of start.positions) this.#saved.set(position, position)
    const positions = received(start.positions, this.#blocks.pending())
    try {
      const opened = yield* this.#source.open({ ...start, positions }, signal)
      this.#gaps = opened.gaps ?? []
      return { logId: opened.logId, positions: opened.positions.map((at) => this.#saved.get(at) ?? at) }
    } catch (error) {
      if (!(error instanceof SprkError) || error.exit !== Exit.DATA_LOSS) throw error
      this.#loss = error
      return { logId: start.logId, positions: start.positions }
    }
  }

  async *ends(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyPartitionMap<number>> {
    return this.#loss === null ? yield* this.#source.ends(signal) : new PartitionMap()
  }

  async *plan(limits: Limits, signal: AbortSignal): AsyncGenerator<Notice, BatchPlan> {
    this.#limits = limits
    const { ranges, gaps } = selectBlocks(this.#blocks.pending(), [...this.#saved.values()], { ...limits, ends: null })
    this.#isReadingBlocks = ranges.length > 0 || gaps.length > 0
    if (this.#isReadingBlocks) {
      for (const gap of gaps) this.#saved.set(gap, positionAt(gap, gap.toOffset, gap.topicId))
      return { ranges, more: 'bound', ...(gaps.length > 0 && { gaps }) }
    }
    if (this.#loss !== null) throw this.#loss
    const first = this.#gaps
    this.#gaps = []
    const planned = yield* this.#source.plan(limits, signal)
    return first.length === 0 ? planned : { ...planned, gaps: [...first, ...(planned.gaps ?? [])] }
  }

  latest(): readonly LogEnd[] {
    return this.#source.latest()
  }

  chunks(
    ranges: readonly OffsetRange[],
    signal: AbortSignal,
  ): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]> {
    return this.#isReadingBlocks ? this.#reader.read(ranges, this.#limits) : this.#source.chunks(ranges, signal)
  }

  committed(ranges: readonly EffectiveRange[]): void {
    if (!this.#isReadingBlocks) {
      this.#source.committed?.(ranges)
      return
    }
    for (const range of ranges) this.#saved.set(range, positionAfter(range))
  }

  async close(): Promise<void> {
    await this.#source.close()
  }
}
