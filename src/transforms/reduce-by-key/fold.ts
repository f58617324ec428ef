// The fold of reduceByKey: groups and accumulators for each partition, merged in the order of partitions.

import {
  allRows,
  type BatchContext,
  type Column,
  type Evaluate,
  type Frame,
  type Rejects,
  type Value,
} from '../../column.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { Accumulator, Aggregate, CompiledAggregates } from '../../expressions/index.ts'
import { byOrigin, type Origin, originKey } from '../../record.ts'
import type { Fold, Rows } from '../../transform.ts'
import type { DataType } from '../../types.ts'
import { canonicalKey } from './canonical-key.ts'
import { Groups } from './groups.ts'

export interface Key {
  readonly name: string
  readonly type: DataType
  readonly evaluate: Evaluate
  readonly canonical: string
}

/** The columns of the keys, then one for the argument of each aggregate; `count(*)` has none. */
export function foldInput(
  keys: readonly Key[],
  values: readonly CompiledAggregates[],
  { frame, selection }: Rows,
): Rows {
  const inputs = [...keys.map(({ evaluate }) => evaluate), ...argumentsOf(values)]
  return { frame: { ...frame, columns: inputs.map((evaluate) => evaluate(frame, selection)) }, selection }
}

function argumentsOf(values: readonly CompiledAggregates[]): readonly Evaluate[] {
  return values.flatMap(({ aggregates }) => aggregates.flatMap(({ evaluateInput }) => evaluateInput ?? []))
}

/** The groups and accumulators of one partition. */
interface Partial {
  readonly origin: Origin | null
  readonly groups: Groups
  /** `accumulators[value][aggregate]`. */
  readonly accumulators: readonly (readonly Accumulator[])[]
}

export class ReduceByKey implements Fold {
  readonly #keys: readonly Key[]
  readonly #values: readonly CompiledAggregates[]
  readonly #partials = new Map<string, Partial>()
  #keptBytes = 0

  constructor(keys: readonly Key[], values: readonly CompiledAggregates[]) {
    this.#keys = keys
    this.#values = values
  }

  add(origin: Origin | null, { frame, selection }: Rows): void {
    if (selection.count === 0) return
    const partial = this.#partialOf(origin)
    const before = bytesOf(partial)
    const groups = partial.groups.groupsOf(frame.columns.slice(0, this.#keys.length), selection)
    for (const accumulators of partial.accumulators) {
      for (const accumulator of accumulators) accumulator.add(groups, partial.groups.count, frame, selection)
    }
    this.#keptBytes += bytesOf(partial) - before
  }

  keptBytes(): number {
    return this.#keptBytes
  }

  finish(batch: BatchContext): Rows {
    const partials = [...this.#partials.values()].sort((a, b) => byOrigin(a.origin, b.origin))
    this.#forget()
    return this.#resultOf(partials.length === 1 ? (partials[0] as Partial) : this.#merge(partials), batch)
  }

  committed(): void {}

  abandoned(): void {
    this.#forget()
  }

  #forget(): void {
    this.#partials.clear()
    this.#keptBytes = 0
  }

  #merge(partials: readonly Partial[]): Partial {
    const merged = this.#newPartial(null)
    for (const { groups, accumulators } of partials) {
      const into = merged.groups.groupsOf(this.#keyColumns(groups), allRows(groups.count))
      accumulators.forEach((list, value) => {
        list.forEach((accumulator, i) => {
          merged.accumulators[value]?.[i]?.mergeFrom(accumulator, into, merged.groups.count)
        })
      })
    }
    return merged
  }

  #resultOf({ groups, accumulators }: Partial, batch: BatchContext): Rows {
    const { count } = groups
    const selection = allRows(count)
    const rejects = batchErrors(groups, this.#keys.length)
    const frameOf = (columns: readonly Column[]): Frame => ({ length: count, columns, records: null, rejects, batch })
    const keyColumns = this.#keyColumns(groups)
    const valueColumns = this.#values.map(({ evaluate }, value) => {
      const results = (accumulators[value] ?? []).map((accumulator) => accumulator.result(count))
      return evaluate(frameOf(results), selection)
    })
    return { frame: frameOf([...keyColumns, ...valueColumns]), selection }
  }

  #keyColumns(groups: Groups): readonly Column[] {
    return this.#keys.map(({ type }, i) => groups.keysOf(i, type))
  }

  #partialOf(origin: Origin | null): Partial {
    const key = originKey(origin)
    const found = this.#partials.get(key)
    if (found !== undefined) return found
    const partial = this.#newPartial(origin)
    this.#partials.set(key, partial)
    return partial
  }

  #newPartial(origin: Origin | null): Partial {
    let column = this.#keys.length
    const open = ({ evaluateInput, open }: Aggregate) => open(evaluateInput && columnAt(column++))
    return {
      origin,
      groups: new Groups(this.#keys.length),
      accumulators: this.#values.map(({ aggregates }) => aggregates.map(open)),
    }
  }
}

/** Numbers of a group in one accumulator. */
const ACCUMULATED_BYTES = 32

function bytesOf({ groups, accumulators }: Partial): number {
  let bytes = groups.keptBytes
  for (const list of accumulators) {
    for (const accumulator of list) bytes += ACCUMULATED_BYTES * groups.count + (accumulator.keptBytes?.() ?? 0)
  }
  return bytes
}

function columnAt(column: number): Evaluate {
  return (frame) => frame.columns[column] as Column
}

/** Behind the fold a row stands for many records, so a failure there fails the batch. */
function batchErrors(groups: Groups, keyColumns: number): Rejects {
  return {
    reject(group, { code, message }) {
      const key = Array.from({ length: keyColumns }, (_, i) => keyText(groups.keyAt(i, group))).join(', ')
      throw new SprkError(Exit.BAD_RECORD, { code, message: `reduceByKey, key ${key}: ${message}` })
    },
  }
}

function keyText(value: Value): string {
  return typeof value === 'object' && value !== null ? canonicalKey([value]) : String(value)
}
