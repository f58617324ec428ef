// Warns of what is no error but likely a mistake: fields that no record has, steps that pass no row, refused records.

import { type Frame, isNull } from '../column.ts'
import { placeText } from '../errors.ts'
import { METADATA_FIELDS } from '../metadata.ts'
import { type Notice, warning } from '../notice.ts'
import type { Plan } from '../plan/plan.ts'
import { type BatchProgress, refusedOf } from '../progress.ts'
import type { Chunk } from '../record.ts'
import { count, cut, didYouMean } from '../words.ts'

/** After this number of records a field or a step is judged. */
const ENOUGH = 10_000

/** The same at the end of a run. */
const ENOUGH_AT_END = 1000

/**
 * The same at the end of the first run of a pipeline, which somebody may try on a few records: for fields of which a
 * record shows what is meant.
 */
const ENOUGH_AT_FIRST_END = 3

/** Rows into and out of a stateless step, over the whole run. */
interface StepRows {
  taken: number
  given: number
}

/** Collects over a run; gives each warning once. */
export class RunWatch {
  readonly #plan: Plan
  readonly #isFirstRun: boolean
  readonly #steps: readonly StepRows[]
  /** Indexes of the payload columns that were NULL in every record so far. */
  #missing: readonly number[]
  #records = 0
  #sample: Buffer | null = null
  #isRefusalSaid = false
  readonly #said = new Set<string>()

  constructor(plan: Plan, isFirstRun: boolean) {
    this.#plan = plan
    this.#isFirstRun = isFirstRun
    this.#steps = plan.steps.map(() => ({ taken: 0, given: 0 }))
    this.#missing = plan.source.columns.flatMap((column, i) => ('path' in column ? [i] : []))
  }

  /** Called for each chunk, with its frame before the steps. */
  records(chunk: Chunk, { columns, length }: Frame): void {
    this.#records += length
    if (this.#missing.length === 0) return
    this.#missing = this.#missing.filter((index) => {
      const column = columns[index]
      for (let row = 0; row < length; row++) if (column !== undefined && !isNull(column, row)) return false
      return true
    })
    if (this.#missing.length > 0 && this.#sample === null && (chunk.valueEnds[0] ?? -1) >= 0) {
      this.#sample = Buffer.from(chunk.bytes.subarray(chunk.valueStarts[0], chunk.valueEnds[0]))
    }
  }

  /** Called for each chunk and stateless step, with the number of rows before and after it. */
  step(index: number, taken: number, given: number): void {
    const rows = this.#steps[index]
    if (rows === undefined) return
    rows.taken += taken
    rows.given += given
  }

  /** The warnings after a batch. */
  *after(batch: BatchProgress): Generator<Notice, void> {
    if (batch.refused.length > 0 && !this.#isRefusalSaid) {
      this.#isRefusalSaid = true
      yield warning(refusalLine(batch))
    }
    yield* this.#quiet(ENOUGH)
  }

  /** The warnings when the run ends by itself. */
  *atEnd(): Generator<Notice, void> {
    yield* this.#quiet(ENOUGH_AT_END)
    if (this.#isFirstRun && this.#records >= ENOUGH_AT_FIRST_END) yield* this.#missingFields('explained')
  }

  *#quiet(enough: number): Generator<Notice, void> {
    if (this.#records >= enough) yield* this.#missingFields('all')
    for (const [index, { taken, given }] of this.#steps.entries()) {
      if (taken < enough || given > 0) continue
      const { id, step } = this.#plan.steps[index] as Plan['steps'][number]
      yield* this.#once(`step ${index}`, `step ${id} kept none of ${count(taken)} rows: ${cut(step.canonical, 80)}`)
    }
  }

  *#once(key: string, line: string): Generator<Notice, void> {
    if (this.#said.has(key)) return
    this.#said.add(key)
    yield warning(line)
  }

  *#missingFields(which: 'all' | 'explained'): Generator<Notice, void> {
    for (const index of this.#missing) {
      const column = this.#plan.source.columns[index]
      const path = column !== undefined && 'path' in column ? column.path : []
      const hint = fieldHint(path, this.#sample)
      if (hint === null && which === 'explained') continue
      const line = `field ${path.join('.')} has a value in none of ${count(this.#records)} records`
      yield* this.#once(`field ${index}`, hint === null ? line : `${line}; ${hint}`)
    }
  }
}

/** Why a sample record does not have a field: another name is meant, or what should have it is a text. */
function fieldHint(path: readonly string[], sample: Buffer | null): string | null {
  let value: unknown
  try {
    value = JSON.parse(sample?.toString('utf8') ?? '')
  } catch {
    return null
  }
  for (const [i, name] of path.entries()) {
    const above = path.slice(0, i).join('.')
    if (typeof value === 'string') return `\`${above}\` is a text, and what is inside a text is no field`
    if (Array.isArray(value)) return `\`${above}\` is an array: \`${above}[0]\` is its first element`
    if (typeof value !== 'object' || value === null) return null
    const fields = value as Readonly<Record<string, unknown>>
    if (!Object.hasOwn(fields, name)) {
      const near = didYouMean(name, Object.keys(fields))
      if (near !== undefined) return `did you mean \`${[...path.slice(0, i), near].join('.')}\`?`
      return i === 0 && isMetadataField(name) ? `did you mean \`_metadata.${name}\`?` : null
    }
    value = fields[name]
  }
  return null
}

function isMetadataField(name: string): boolean {
  return METADATA_FIELDS.some((field) => field === name)
}

function refusalLine({ batchId, numInputRows, counts, refused }: BatchProgress): string {
  const fate =
    counts.deadLetters > 0 ? 'kept as dead letters (`sprk dead-letters list <pipeline>` shows them)' : 'skipped'
  const [first] = refused
  const at = first?.place == null ? '' : ` at ${placeText(first.place)}`
  const example = first === undefined ? '' : `: ${first.code}${at}: ${first.message}`
  return `batch ${batchId}: ${count(refusedOf(counts))} of ${count(numInputRows)} records were refused and ${fate}${example}`
}
