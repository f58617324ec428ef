// Lines of a file: where a batch of them ends, and chunks of them.

import { Exit, SprkError } from '../../errors.ts'
import type { Chunk } from '../../record.ts'
import { type FileBytes, WINDOW_START } from './bytes.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const TAB = 0x09
const BYTE_ORDER_MARK = Buffer.from('\uFEFF')

/** Size of a window, unless a line is longer. */
const WINDOW_BYTES = 262_144

/** A line must fit into memory several times. */
const MAX_LINE_BYTES = 128 * 1024 * 1024

export interface LineLimits {
  readonly maxRecords: number
  readonly maxBytes: number
  /** The position where reading ends. */
  readonly end: number
  /** Whether the bytes before `end` are a line even without a newline. */
  readonly takeRest: boolean
}

/**
 * The end of the lines of a batch that begins at `from`: at least one line, if there is one. `hasMore`: a bound left
 * lines for the next batch. There is no newline between `from` and `searched`.
 */
export async function endOfLines(
  file: FileBytes,
  from: number,
  searched: number,
  { maxRecords, maxBytes, end, takeRest }: LineLimits,
  signal: AbortSignal,
): Promise<{ readonly until: number; readonly hasMore: boolean }> {
  let until = from
  let lines = 0
  const isFull = (next: number) => lines === maxRecords || (lines > 0 && next - from > maxBytes)
  for (let at = Math.max(from, searched); at < end; ) {
    signal.throwIfAborted()
    const windowEnd = await file.read(at, Math.min(WINDOW_BYTES, end - at))
    if (windowEnd === WINDOW_START) break
    const bytes = file.buffer.subarray(0, windowEnd)
    for (let i = bytes.indexOf(NEWLINE, WINDOW_START); i !== -1; i = bytes.indexOf(NEWLINE, i + 1)) {
      const next = at + i + 1 - WINDOW_START
      if (isFull(next)) return { until, hasMore: true }
      until = next
      lines++
    }
    at += windowEnd - WINDOW_START
    if (at - until <= MAX_LINE_BYTES) continue
    if (lines > 0) return { until, hasMore: true }
    throw tooLong(file, until)
  }
  if (!takeRest || until === end) return { until, hasMore: false }
  return isFull(end) ? { until, hasMore: true } : { until: end, hasMore: false }
}

function tooLong(file: FileBytes, offset: number): SprkError {
  return new SprkError(Exit.BAD_RECORD, {
    code: 'E_LINE_TOO_LONG',
    message: `${file.path}: the line that begins at byte ${offset} is longer than ${MAX_LINE_BYTES} bytes`,
    hint: 'see that the file has lines, each ended by a newline',
  })
}

/** Makes chunks of whole lines. Reuses its arrays and the file's buffer for every chunk. */
export class LineChunks {
  readonly #file: FileBytes
  readonly #topic: string
  readonly #skipBlank: boolean
  #columns = columnsFor(0)
  #until = 0

  constructor(file: FileBytes, topic: string, skipBlank: boolean) {
    this.#file = file
    this.#topic = topic
    this.#skipBlank = skipBlank
  }

  /** Where reading has come. */
  get until(): number {
    return this.#until
  }

  /**
   * The lines of `[from, until)`, a range of whole lines, or of its beginning where `room` ends it. Yields null where the
   * file has become shorter.
   */
  async *read(from: number, until: number, room: () => number, signal: AbortSignal): AsyncGenerator<Chunk | null> {
    let size = 0
    this.#until = from
    for (let at = from; at < until; ) {
      signal.throwIfAborted()
      const most = Math.min(room(), WINDOW_BYTES)
      if (most === 0) return
      size = Math.max(size, most)
      const wanted = Math.min(size, until - at)
      const windowEnd = await this.#file.read(at, wanted)
      if (windowEnd - WINDOW_START < wanted) {
        yield null
        return
      }
      const { buffer } = this.#file
      const linesEnd = at + wanted === until ? windowEnd : buffer.lastIndexOf(NEWLINE, windowEnd - 1) + 1
      if (linesEnd <= WINDOW_START) {
        size *= 2
        continue
      }
      const chunk = this.#chunk(buffer, linesEnd, at)
      at += linesEnd - WINDOW_START
      this.#until = at
      size = 0
      if (chunk.length > 0) yield chunk
    }
  }

  /** `position` is that of the window in the file. */
  #chunk(buffer: Buffer, linesEnd: number, position: number): Chunk {
    const bytes = buffer.subarray(0, linesEnd)
    let length = 0
    for (let at = WINDOW_START; at < linesEnd; ) {
      const newline = bytes.indexOf(NEWLINE, at)
      const next = newline === -1 ? linesEnd : newline + 1
      const start = position === 0 && at === WINDOW_START ? afterByteOrderMark(bytes) : at
      const end = newline === -1 ? linesEnd : newline > start && bytes[newline - 1] === RETURN ? newline - 1 : newline
      if (!this.#skipBlank || !isBlank(bytes, start, end)) {
        if (length === this.#columns.offsets.length) this.#columns = grown(this.#columns)
        this.#columns.offsets[length] = position + at - WINDOW_START
        this.#columns.valueStarts[length] = start
        this.#columns.valueEnds[length] = end
        length++
      }
      at = next
    }
    return { topic: this.#topic, partition: 0, length, bytes: buffer, ...this.#columns }
  }
}

/** Editors of Windows write it before the first line. */
function afterByteOrderMark(bytes: Buffer): number {
  const end = WINDOW_START + BYTE_ORDER_MARK.length
  return bytes.subarray(WINDOW_START, end).equals(BYTE_ORDER_MARK) ? end : WINDOW_START
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let p = start; p < end; p++) {
    const byte = bytes[p]
    if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false
  }
  return true
}

type LineColumns = Omit<Chunk, 'topic' | 'partition' | 'length' | 'bytes'>

/** Lines have no key and no time. Their headers are the byte 0 before the window: a count of none. */
function columnsFor(lines: number): LineColumns {
  return {
    offsets: new Float64Array(lines),
    timestamps: new Float64Array(lines).fill(-1),
    timestampTypes: new Uint8Array(lines),
    keyStarts: new Int32Array(lines),
    keyEnds: new Int32Array(lines).fill(-1),
    valueStarts: new Int32Array(lines),
    valueEnds: new Int32Array(lines),
    headerStarts: new Int32Array(lines),
    headerEnds: new Int32Array(lines).fill(1),
  }
}

function grown({ offsets, valueStarts, valueEnds }: LineColumns): LineColumns {
  const larger = columnsFor(Math.max(1024, offsets.length * 2))
  larger.offsets.set(offsets)
  larger.valueStarts.set(valueStarts)
  larger.valueEnds.set(valueEnds)
  return larger
}
