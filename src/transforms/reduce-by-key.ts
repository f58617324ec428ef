// reduceByKey: aggregates for each key of one micro-batch, as Spark's `reduceByKey` on a DStream (no state beyond it).

import type { Column, Evaluate, Frame, Rejects, Value } from '../column.ts'
import { allRows } from '../column.ts'
import { Exit, SprkError } from '../errors.ts'
import { type Accumulator, type Aggregate, type CompiledAggregates, castText, compileText } from '../expressions/index.ts'
import { byTopicPartition, partitionKey, type TopicPartition } from '../record.ts'
import type { Entry, SourceText } from '../spec.ts'
import type { Fold, FoldStep, Rows, StepInput, TransformKind } from '../transform.ts'
import { type DataType, type Field, STRING } from '../types.ts'
import { canonicalKey } from './canonical-key.ts'
import { compileAggregateText } from './columns.ts'
import { Groups } from './groups.ts'

export interface ReduceByKeyOptions {
  readonly key: readonly Entry<SourceText>[]
  readonly values: readonly Entry<SourceText>[]
}

interface Key {
  readonly name: string
  readonly type: DataType
  readonly evaluate: Evaluate
  readonly canonical: string
}

export const reduceByKey: TransformKind<ReduceByKeyOptions> = {
  compile(options, input) {
    const keys = options.key.map((entry) => compileKey(entry, input))
    const values = options.values.map(({ name, value }) => {
      const compiled = compileAggregateText(value, input)
      return compiled && { name, compiled }
    })
    const known = new Set(options.key.map(({ name }) => name))
    const twice = options.values.filter(({ name }) => known.has(name))
    for (const { name, place } of twice) {
      input.report({
        code: 'E_COLUMN_TWICE',
        message: `column ${name} is a key and a value`,
        hint: 'rename the value',
        place,
      })
    }
    if (twice.length > 0 || !keys.every(isDefined) || !values.every(isDefined)) return undefined
    return foldStep(keys, values, input.timeZone)
  },
}

/** A variant is grouped as the string that it casts to: Spark refuses to group by VARIANT. */
function compileKey({ name, place, value }: Entry<SourceText>, input: StepInput): Key | undefined {
  const compiled = compileText(value, input)
  if (compiled === undefined) return undefined
  const at = value.place()
  // A key without a name of its own is called as its column; there is none to call `lower(city)` by.
  if (compiled.name === null && place.line === at.line && place.column === at.column) {
    input.report({
      code: 'E_KEY_NAME',
      message: 'this key is computed and needs a name',
      hint: `write it as a map: \`key: {name: ${value.text}}\``,
      place: at,
    })
    return undefined
  }
  const { type, evaluate, canonical } =
    compiled.type.kind === 'variant' ? (castText(value, 'STRING', input) ?? compiled) : compiled
  return { name, type, evaluate, canonical }
}

function foldStep(
  keys: readonly Key[],
  values: readonly { readonly name: string; readonly compiled: CompiledAggregates }[],
  timeZone: string,
): FoldStep {
  // Days and hours are others elsewhere: the zone belongs to the meaning.
  const inZone = timeZone === 'UTC' ? '' : ` in ${timeZone}`
  const output: readonly Field[] = [
    ...keys.map(({ name, type }) => ({ name, type })),
    ...values.map(({ name, compiled }) => ({ name, type: compiled.type })),
  ]
  const compiledValues = values.map(({ compiled }) => compiled)
  const describe = (parts: readonly { readonly name: string; readonly canonical: string }[]) =>
    parts.map(({ name, canonical }) => `${JSON.stringify(name)}: ${canonical}`).join(', ')
  return {
    role: 'fold',
    output,
    keyColumns: keys.length,
    merges: values.map(({ compiled }) => compiled.merge),
    canonical: `reduceByKey {${describe(keys)}} {${describe(values.map(({ name, compiled }) => ({ name, canonical: compiled.canonical })))}}${inZone}`,
    boundary: 'dependent',
    notes: [
      ...keys
        .filter(({ canonical, type }) => type === STRING && canonical.startsWith('CAST'))
        .map(({ name }) => `key ${name} is read as string`),
      ...values.flatMap(({ compiled }) => compiled.notes),
    ],
    prepare: (rows) => prepare(keys, compiledValues, rows),
    open: () => new ReduceByKey(keys, compiledValues),
  }
}

/** The columns of the keys, then of every aggregate's argument; of `count(*)` there is none. */
function prepare(keys: readonly Key[], values: readonly CompiledAggregates[], { frame, selection }: Rows): Rows {
  const inputs = [...keys.map(({ evaluate }) => evaluate), ...argumentsOf(values)]
  return { frame: { ...frame, columns: inputs.map((evaluate) => evaluate(frame, selection)) }, selection }
}

function argumentsOf(values: readonly CompiledAggregates[]): readonly Evaluate[] {
  return values.flatMap(({ aggregates }) => aggregates.flatMap(({ evaluateInput }) => evaluateInput ?? []))
}

/** What one partition has accumulated. */
interface Partial {
  readonly at: TopicPartition | null
  readonly groups: Groups
  /** `accumulators[value][aggregate]`. */
  readonly accumulators: readonly (readonly Accumulator[])[]
}

class ReduceByKey implements Fold {
  readonly #keys: readonly Key[]
  readonly #values: readonly CompiledAggregates[]
  readonly #partials = new Map<string, Partial>()

  constructor(keys: readonly Key[], values: readonly CompiledAggregates[]) {
    this.#keys = keys
    this.#values = values
  }

  add(partition: TopicPartition | null, { frame, selection }: Rows): void {
    if (selection.count === 0) return
    const partial = this.#partialOf(partition)
    const groups = partial.groups.groupsOf(frame.columns.slice(0, this.#keys.length), selection)
    for (const accumulators of partial.accumulators) {
      for (const accumulator of accumulators) accumulator.add(groups, partial.groups.count, frame, selection)
    }
  }

  finish(): Rows {
    const partials = [...this.#partials.values()].sort((a, b) => byTopicPartition(a.at, b.at))
    this.#partials.clear()
    return this.#resultOf(partials.length === 1 ? (partials[0] as Partial) : this.#merge(partials))
  }

  clear(): void {
    this.#partials.clear()
  }

  #merge(partials: readonly Partial[]): Partial {
    const merged = this.#newPartial(null)
    for (const { groups, accumulators } of partials) {
      const into = Int32Array.from({ length: groups.count }, (_, group) =>
        merged.groups.groupOf(groups.keys.map((values) => values[group] as Value)),
      )
      accumulators.forEach((list, value) => {
        list.forEach((accumulator, i) => {
          merged.accumulators[value]?.[i]?.mergeFrom(accumulator, into, merged.groups.count)
        })
      })
    }
    return merged
  }

  #resultOf({ groups, accumulators }: Partial): Rows {
    const { count } = groups
    const selection = allRows(count)
    const rejects = batchErrors(groups)
    const frameOf = (columns: readonly Column[]): Frame => ({ length: count, columns, records: null, rejects })
    const keyColumns = this.#keys.map(
      ({ type }, i): Column => ({ layout: 'values', type, values: groups.keys[i] ?? [] }),
    )
    const valueColumns = this.#values.map(({ evaluate }, value) => {
      const results = (accumulators[value] ?? []).map((accumulator) => accumulator.result(count))
      return evaluate(frameOf(results), selection)
    })
    return { frame: frameOf([...keyColumns, ...valueColumns]), selection }
  }

  #partialOf(at: TopicPartition | null): Partial {
    const key = partitionKey(at)
    const found = this.#partials.get(key)
    if (found !== undefined) return found
    const partial = this.#newPartial(at && { topic: at.topic, partition: at.partition })
    this.#partials.set(key, partial)
    return partial
  }

  #newPartial(at: TopicPartition | null): Partial {
    let column = this.#keys.length
    const open = ({ evaluateInput, open }: Aggregate) => open(evaluateInput && columnAt(column++))
    return {
      at,
      groups: new Groups(this.#keys.length),
      accumulators: this.#values.map(({ aggregates }) => aggregates.map(open)),
    }
  }
}

function columnAt(column: number): Evaluate {
  return (frame) => frame.columns[column] as Column
}

/** Behind the fold a row stands for many records: what fails there fails the batch. */
function batchErrors({ keys }: Groups): Rejects {
  return {
    reject(group, { code, message }) {
      const key = keys.map((values) => keyText(values[group] as Value)).join(', ')
      throw new SprkError(Exit.BAD_RECORD, { code, message: `reduceByKey, key ${key}: ${message}` })
    },
  }
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined
}

function keyText(value: Value): string {
  return typeof value === 'object' && value !== null ? canonicalKey([value]) : String(value)
}
