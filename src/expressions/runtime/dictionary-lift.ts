// Lifts a function whose one varying argument has dictionary ids: evaluated once per id, then an array look-up per row.

import {
  type Column,
  type Dictionary,
  type Frame,
  type Reject,
  rejectRow,
  type Selection,
  type StringColumn,
  Tag,
  type Value,
  type VariantColumn,
  valueAt,
} from '../../column.ts'
import { type DataType, STRING } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import type { Scalar } from '../typed.ts'
import { builder, type StringBuilder, strings } from './builder.ts'
import { call, rejectFault } from './call.ts'
import { DerivedDictionary } from './derived-dictionary.ts'
import type { NullMarks } from './null-marks.ts'

export type DictionaryColumn = (StringColumn | VariantColumn) & {
  readonly ids: Int32Array
  readonly dictionary: Dictionary
}

export function hasDictionary(column: Column): column is DictionaryColumn {
  return (
    (column.layout === 'string' || column.layout === 'variant') && column.ids !== null && column.dictionary !== null
  )
}

type Lifted = (varying: DictionaryColumn, columns: readonly Column[], frame: Frame, selection: Selection) => Column

const UNKNOWN = 0
const NULL = 1
const FALSE = 2
const TRUE = 3
const OTHER = 4
const FAULT = 5

export function dictionaryLift(scalar: Scalar, type: DataType): Lifted {
  const memories = new WeakMap<Dictionary, Memory>()
  return (varying, columns, frame, selection) => {
    let memory = memories.get(varying.dictionary)
    if (memory === undefined || !memory.holdsFor(columns)) {
      memory = new Memory(scalar, columns, varying)
      memories.set(varying.dictionary, memory)
    }
    memory.grow(varying.dictionary.size)
    if (type.kind === 'boolean') return booleanColumn(memory, varying, columns, frame, selection)
    return valueColumn(memory, type, varying, columns, frame, selection)
  }
}

/** The function's results for the ids of one dictionary, the other arguments being what they were. */
class Memory {
  readonly scalar: Scalar
  readonly texts = new DerivedDictionary()
  codes = new Uint8Array(64)
  readonly values: Value[] = []
  readonly faults: Reject[] = []
  readonly textIds: number[] = []
  readonly #args: Value[]
  readonly #varying: number
  readonly #dictionary: Dictionary
  readonly #boxed: boolean

  constructor(scalar: Scalar, columns: readonly Column[], varying: DictionaryColumn) {
    this.scalar = scalar
    this.#varying = columns.indexOf(varying)
    this.#args = columns.map((column) => (column.layout === 'constant' ? column.value : null))
    this.#dictionary = varying.dictionary
    this.#boxed = varying.layout === 'variant'
  }

  /** A constant column may hold another value in the next chunk. */
  holdsFor(columns: readonly Column[]): boolean {
    return columns.every((column, i) =>
      column.layout === 'constant' ? Object.is(column.value, this.#args[i]) : i === this.#varying,
    )
  }

  grow(size: number): void {
    if (size <= this.codes.length) return
    const codes = new Uint8Array(Math.max(size, this.codes.length * 2))
    codes.set(this.codes)
    this.codes = codes
  }

  /** Evaluates for an id that was not seen before. */
  learn(id: number): number {
    const code = this.#evaluate(id)
    this.codes[id] = code
    return code
  }

  #evaluate(id: number): number {
    const text = this.#dictionary.text(id)
    this.#args[this.#varying] = this.#boxed ? { tag: Tag.STRING, text } : text
    try {
      const value = call(this.scalar, this.#args)
      if (value === null) return NULL
      if (typeof value === 'boolean') return value ? TRUE : FALSE
      if (typeof value === 'string') this.textIds[id] = this.texts.add(value)
      this.values[id] = value
      return OTHER
    } catch (fault) {
      if (!(fault instanceof RowFault)) throw fault
      this.faults[id] = fault.reject
      return FAULT
    } finally {
      this.#args[this.#varying] = null
    }
  }
}

function booleanColumn(
  memory: Memory,
  varying: DictionaryColumn,
  columns: readonly Column[],
  frame: Frame,
  { rows, count }: Selection,
): Column {
  const values = new Uint8Array(frame.length)
  const nulls = new Uint8Array(frame.length)
  const { ids } = varying
  const { codes } = memory
  const { marks, mark } = marksOf(varying)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    const id = marks !== null && marks[row] === mark ? -1 : (ids[row] as number)
    const code = id < 0 ? UNKNOWN : (codes[id] as number) || memory.learn(id)
    if (code === TRUE) values[row] = 1
    else if (code !== FALSE) {
      const value = exceptional(memory, code, id, columns, frame, row)
      if (value === null) nulls[row] = 1
      else values[row] = value === true ? 1 : 0
    }
  }
  return { layout: 'boolean', type: { kind: 'boolean' }, values, nulls }
}

function valueColumn(
  memory: Memory,
  type: DataType,
  varying: DictionaryColumn,
  columns: readonly Column[],
  frame: Frame,
  { rows, count }: Selection,
): Column {
  const texts: StringBuilder | null = type.kind === 'string' ? strings(STRING, frame.length, memory.texts) : null
  const out = texts ?? builder(type, frame.length)
  const { ids } = varying
  const { marks, mark } = marksOf(varying)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    const id = marks !== null && marks[row] === mark ? -1 : (ids[row] as number)
    const code = id < 0 ? UNKNOWN : (memory.codes[id] as number) || memory.learn(id)
    if (code !== OTHER) out.set(row, exceptional(memory, code, id, columns, frame, row))
    else if (texts !== null) texts.setId(row, memory.textIds[id] as number)
    else out.set(row, memory.values[id] as Value)
  }
  return out.finish()
}

function marksOf(column: DictionaryColumn): NullMarks {
  return column.layout === 'string' ? { marks: column.nulls, mark: 1 } : { marks: column.tags, mark: Tag.NULL }
}

/** A row without id, or one whose id has no value. */
function exceptional(
  memory: Memory,
  code: number,
  id: number,
  columns: readonly Column[],
  frame: Frame,
  row: number,
): Value {
  if (code === FAULT) rejectRow(frame, row, memory.faults[id] as Reject)
  if (code !== UNKNOWN) return null
  try {
    const args = columns.map((column) => valueAt(column, row))
    return call(memory.scalar, args)
  } catch (fault) {
    rejectFault(fault, frame, row)
    return null
  }
}
