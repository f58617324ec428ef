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
import {
  type Accumulator,
  type Aggregate,
  type CompiledAggregates,
  GroupFault,
  selectTrue,
} from '../../expressions/index.ts'
import { byOrigin, type Origin, originKey } from '../../record.ts'
import type { Fold, Rows } from '../../transform.ts'
import type { DataType } from '../../types.ts'
import { canonicalKey } from '../../values/canonical-key.ts'
import { Groups } from './groups.ts'

export interface Key {
  readonly name: string
  readonly type: DataType
  readonly evaluate: Evaluate
  readonly canonical: string
}

/**
 * The columns of the keys, then for each aggregate that of its filter, where it has one, and of its arguments: those are
 * defined at the rows that the filter keeps. `count(*)` has none.
 */
export function foldInput(
  keys: readonly Key[],
  values: readonly CompiledAggregates[],
  { frame, selection }: Rows,
): Rows {
  const columns = keys.map(({ evaluate }) => evaluate(frame, selection))
  for (const { aggregates } of values) {
    for (const { inputs, filter } of aggregates) {
      const condition = filter?.(frame, selection)
      const kept = condition === undefined ? selection : selectTrue(condition, selection)
      if (condition !== undefined) columns.push(condition)
      for (const evaluate of inputs) columns.push(evaluate(frame, kept))
    }
  }
  return { frame: { ...frame, columns }, selection }
}

/** The groups and accumulators of one partition. */
interface Partial {
  readonly origin: Origin | null
  readonly groups: Groups
  readonly keyColumns: number
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
    withKeys(partial, () => {
      for (const accumulators of partial.accumulators) {
        for (const accumulator of accumulators) accumulator.add(groups, partial.groups.count, frame, selection)
      }
    })
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
      withKeys(merged, () => {
        accumulators.forEach((list, value) => {
          list.forEach((accumulator, i) => {
            merged.accumulators[value]?.[i]?.mergeFrom(accumulator, into, merged.groups.count)
          })
        })
      })
    }
    return merged
  }

  #resultOf(partial: Partial, batch: BatchContext): Rows {
    const { groups, accumulators } = partial
    const { count } = groups
    const selection = allRows(count)
    const rejects = batchErrors(partial)
    const frameOf = (columns: readonly Column[]): Frame => ({ length: count, columns, records: null, rejects, batch })
    const keyColumns = this.#keyColumns(groups)
    const valueColumns = this.#values.map(({ evaluate }, value) => {
      const results = withKeys(partial, () => (accumulators[value] ?? []).map((each) => each.result(count)))
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
    const open = ({ inputs, filter, open }: Aggregate) =>
      open({ filter: filter && columnAt(column++), inputs: inputs.map(() => columnAt(column++)) })
    return {
      origin,
      groups: new Groups(this.#keys.length),
      keyColumns: this.#keys.length,
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
function batchErrors(of: Partial): Rejects {
  return {
    reject(group, { code, message }) {
      throw batchError(of, group, code, message)
    },
  }
}

function batchError({ groups, keyColumns }: Partial, group: number, code: string, message: string): SprkError {
  const key = Array.from({ length: keyColumns }, (_, i) => keyText(groups.keyAt(i, group))).join(', ')
  return new SprkError(Exit.BAD_RECORD, { code, message: `reduceByKey, key ${key}: ${message}` })
}

/** What fails a group says which one. */
function withKeys<T>(of: Partial, compute: () => T): T {
  try {
    return compute()
  } catch (fault) {
    throw fault instanceof GroupFault ? batchError(of, fault.group, fault.code, fault.message) : fault
  }
}

function keyText(value: Value): string {
  return typeof value === 'object' && value !== null ? canonicalKey([value]) : String(value)
}
