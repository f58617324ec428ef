// The records that a batch refuses: their reasons, their dead letters, and the error under `onError: fail`.

import type { DeadLetter } from '../checkpoint.ts'
import type { Reject, Rejects } from '../column.ts'
import { Exit, placeText, SprkError } from '../errors.ts'
import { keptBytes } from '../kept-bytes.ts'
import type { Plan } from '../plan/plan.ts'
import type { Refusal } from '../progress.ts'
import { type Chunk, partitionKey } from '../record.ts'
import { cut } from '../words.ts'

/** Of a message, or of a value. */
const SHOWN_CHARACTERS = 80

/** The failure of a record, with the part of the plan where it failed. */
interface Refused extends Reject {
  /** Id of the step or sink; the kind of the format. */
  readonly step: string
}

/** The failed records of one chunk: the first failure of each. */
export class ChunkRejects implements Rejects {
  readonly byRecord = new Map<number, Refused>()
  /** The step, sink or format that is evaluated now; the execution sets it. */
  step: string

  constructor(step: string) {
    this.step = step
  }

  reject(record: number, reject: Reject): void {
    if (!this.byRecord.has(record)) this.byRecord.set(record, { ...reject, step: this.step })
  }
}

/** Counts the refused records of a batch by reason. */
export class Refusals {
  readonly #byReason = new Map<string, Refusal & { count: number }>()

  add(byRecord: ReadonlyMap<number, Refused>): void {
    for (const { code, message, place = null, column = null, step } of byRecord.values()) {
      const key = JSON.stringify([code, step, column, place])
      const known = this.#byReason.get(key)
      if (known !== undefined) known.count += 1
      else this.#byReason.set(key, { code, message: cut(message, SHOWN_CHARACTERS), place, column, step, count: 1 })
    }
  }

  /** The most frequent reason first. */
  list(): readonly Refusal[] {
    return [...this.#byReason.values()].sort((a, b) => b.count - a.count)
  }

  clear(): void {
    this.#byReason.clear()
  }
}

/** The dead letter of a refused record. Its reason begins with the place in the pipeline file, where that is known. */
export function deadLetterOf(chunk: Chunk, record: number, refused: Refused): DeadLetter {
  const { code, place } = refused
  const where = place === undefined ? '' : `${placeText(place)}: `
  return {
    topic: chunk.topic,
    partition: chunk.partition,
    offset: chunk.offsets[record] as number,
    code,
    reason: where + reasonOf(refused),
    key: span(chunk, chunk.keyStarts, chunk.keyEnds, record),
    value: span(chunk, chunk.valueStarts, chunk.valueEnds, record),
    headers: span(chunk, chunk.headerStarts, chunk.headerEnds, record) ?? new Uint8Array(),
  }
}

/** About how many bytes of memory it takes. */
export function deadLetterBytes({ reason, key, value, headers }: DeadLetter): number {
  return 256 + keptBytes(reason) + keptBytes(key) + keptBytes(value) + keptBytes(headers)
}

/** The error (exit 65) that names the first refused record of the chunk. */
export function badRecord({ source }: Plan, chunk: Chunk, byRecord: ReadonlyMap<number, Refused>): SprkError {
  const record = Math.min(...byRecord.keys())
  const refused = byRecord.get(record) as Refused
  const offset = chunk.offsets[record] as number
  const value = span(chunk, chunk.valueStarts, chunk.valueEnds, record)
  return new SprkError(Exit.BAD_RECORD, {
    code: refused.code,
    message: `${partitionKey(chunk)} offset ${offset}: ${reasonOf(refused)}`,
    place: refused.place,
    details: [`its value: ${value === null ? 'NULL' : cut(Buffer.from(value).toString('utf8'), SHOWN_CHARACTERS)}`],
    hint: `look at the record: ${source.showRecord(chunk, offset)}; \`onError: skip\` or \`onError: deadLetter\` goes on without it`,
  })
}

function reasonOf({ message, place, column, step }: Refused): string {
  if (column !== undefined) return `column ${column} of ${step}: ${message}`
  return place === undefined ? message : `${step}: ${message}`
}

function span(chunk: Chunk, starts: Int32Array, ends: Int32Array, record: number): Uint8Array | null {
  const end = ends[record] as number
  return end === -1 ? null : new Uint8Array(chunk.bytes.subarray(starts[record], end))
}
