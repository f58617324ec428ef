// Reads the lines of one file, also those that are appended during a run. Offsets are byte positions.

import { type EffectiveRange, type LogEnd, type Position, positionAt } from '../../log.ts'
import type { Notice } from '../../notice.ts'
import { info, warning } from '../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { type Chunk, type OffsetRange, partitionKey, type TopicPartition } from '../../record.ts'
import type { BatchPlan, Limits, Opened, Source, Start } from '../../source.ts'
import { FileBytes, statFile } from './bytes.ts'
import { endOfLines, LineChunks } from './lines.ts'
import {
  assertUnchanged,
  checkName,
  checkPosition,
  endsLine,
  identityOf,
  lost,
  shorter,
  tailHashOf,
} from './position.ts'

export interface FileSourceOptions {
  /** The name of the file in positions and messages. */
  readonly topic: string
  /** Absolute path of the file. */
  readonly path: string
  /** Whether to skip lines of nothing but spaces and tabs. */
  readonly skipBlank: boolean
}

export function fileSource(options: FileSourceOptions): Source {
  return new FileSource(options)
}

/**
 * A newline ends a line; a carriage return before it is no part of the line. A last line without a newline is read only
 * up to the ends of `ends` (`--once`): otherwise the rest of it may still be written.
 */
class FileSource implements Source {
  readonly unit = 'bytes'
  readonly #options: FileSourceOptions
  #file: FileBytes | null = null
  #lines: LineChunks | null = null
  #next = 0
  /** By what the file is known again: of the time when it had been read up to `#next`. */
  #known: Pick<Position, 'topicId' | 'tailHash'> = { topicId: null, tailHash: null }
  /** There is no newline between `#next` and this position. */
  #searched = 0
  /** Size of the file at the last plan. */
  #size = 0
  /** Of the batch that was planned last. */
  #room: Limits['room']

  constructor(options: FileSourceOptions) {
    this.#options = options
  }

  async *open(start: Start): AsyncGenerator<Notice, Opened> {
    const { path, topic, skipBlank } = this.#options
    const file = await FileBytes.open(path)
    this.#file = file
    this.#lines = new LineChunks(file, topic, skipBlank)
    const saved = start.positions.find((position) => position.topic === topic)
    if (saved !== undefined) await checkPosition(file, saved)
    else await checkName(file, topic, start.positions)
    const position = saved ?? (await beginning(file, topic))
    this.#next = position.next
    this.#known = await knownBy(file, position.next)
    return { logId: null, positions: [position] }
  }

  async *ends(): AsyncGenerator<Notice, ReadonlyPartitionMap<number>> {
    const file = this.#opened()
    const end = await file.size()
    if (end > this.#next && !(await endsLine(file, end))) {
      yield warning(`${this.#options.topic}: the last line has no newline; it is read as it is, up to byte ${end}`)
    }
    return new PartitionMap([[this.#at, end]])
  }

  async *plan({ maxRecords, maxBytes, room, ends }: Limits, signal: AbortSignal): AsyncGenerator<Notice, BatchPlan> {
    const file = this.#opened()
    this.#room = room
    // A rotation by copying empties the file in place, and writers may have filled it again.
    if (this.#next > 0) await this.#assertUnchanged(file)
    else this.#known = await knownBy(file, 0)
    const size = await file.size()
    this.#size = size
    const end = ends === null ? size : Math.min(size, ends.get(this.#at) ?? this.#next)
    // What has grown since the ends were fixed is still being written: half a line would be read.
    const limits = { maxRecords, maxBytes, end, takeRest: ends !== null && size === end }
    const { until, hasMore } = await endOfLines(file, this.#next, this.#searched, limits, signal)
    if (until === this.#next) {
      this.#searched = Math.max(this.#searched, end)
      await this.#assertInPlace(file)
      if (ends !== null && until < end)
        yield info(`${this.#options.topic}: its last line is still being written; the next run reads it`)
      return { ranges: [], more: 'no' }
    }
    const { topic } = this.#options
    const range = { topic, partition: 0, topicId: null, fromOffset: this.#next, untilOffset: until }
    return { ranges: [range], more: hasMore ? 'bound' : 'no' }
  }

  latest(): readonly LogEnd[] {
    return [{ topic: this.#options.topic, partition: 0, end: this.#size }]
  }

  async *chunks(
    ranges: readonly OffsetRange[],
    signal: AbortSignal,
  ): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]> {
    const file = this.#opened()
    const [range] = ranges
    if (range === undefined) return []
    const { fromOffset } = range
    if (fromOffset !== this.#next)
      throw new Error(`${partitionKey(this.#at)} is at ${this.#next}, not at ${fromOffset}`)
    const lines = this.#lines
    if (lines === null) throw new Error('the source was not opened')
    const room = this.#room ?? (() => Infinity)
    for await (const chunk of lines.read(fromOffset, range.untilOffset, room, signal)) {
      if (chunk === null) throw shorter(this.#options.topic, range.untilOffset, await file.size())
      yield chunk
    }
    const untilOffset = lines.until
    // What was read may be of a file that was written over since the plan.
    await this.#assertUnchanged(file)
    this.#next = untilOffset
    this.#known = await knownBy(file, untilOffset)
    return [{ ...range, untilOffset, ...this.#known, bytes: untilOffset - fromOffset, leaderEpoch: null }]
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  get #at(): TopicPartition {
    return { topic: this.#options.topic, partition: 0 }
  }

  #opened(): FileBytes {
    if (this.#file === null) throw new Error('the source was not opened')
    return this.#file
  }

  async #assertUnchanged(file: FileBytes): Promise<void> {
    const { topic } = this.#options
    await assertUnchanged(file, { topic, partition: 0, next: this.#next, leaderEpoch: null, ...this.#known })
  }

  /** Called when all of the file was read: throws if the path names another file by now, which would never be read. */
  async #assertInPlace(file: FileBytes): Promise<void> {
    const { device, inode } = await statFile(this.#options.path)
    if (device === file.id.device && inode === file.id.inode) return
    const { topic } = this.#options
    throw lost(
      'E_FILE_REPLACED',
      `${topic}: it was replaced by another file, after it was read up to byte ${this.#next}`,
    )
  }
}

async function knownBy(file: FileBytes, next: number): Promise<Pick<Position, 'topicId' | 'tailHash'>> {
  return { topicId: await identityOf(file, await file.size()), tailHash: await tailHashOf(file, next) }
}

async function beginning(file: FileBytes, topic: string): Promise<Position> {
  return positionAt({ topic, partition: 0 }, 0, await identityOf(file, await file.size()))
}
