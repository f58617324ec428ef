// The rows of a micro-batch on their way into a table, copied and encoded.

import type { SqlValue } from '../../checkpoint.ts'
import { type Column, isNull, type Reject, rejectRow, valueAt } from '../../column.ts'
import { Exit, SprkError } from '../../errors.ts'
import { byTopicPartition, partitionKey, type TopicPartition } from '../../record.ts'
import type { Rows } from '../../transform.ts'
import type { Schema } from '../../types.ts'
import { type Encode, encoderOf, Unstorable } from './value.ts'

/** Encoded rows, one after the other: `values[row * width + column]`. */
export type FlatRows = readonly SqlValue[]

interface PartitionRows {
  readonly at: TopicPartition | null
  readonly values: SqlValue[]
}

/** Collects rows by partition. */
export class RowBuffer {
  readonly #encode: EncodeRows
  readonly #partitions = new Map<string, PartitionRows>()
  /** The rows that were checked last: they are encoded once. */
  #checked: { readonly rows: Rows; readonly values: readonly SqlValue[] } | null = null

  constructor(table: string, schema: Schema) {
    this.#encode = rowEncoder(table, schema)
  }

  /** Refuses, through the frame, the records of values that cannot be stored. */
  check(rows: Rows): void {
    this.#checked = { rows, values: this.#encode(rows, (row, reject) => rejectRow(rows.frame, row, reject)) }
  }

  /** Throws a SprkError with exit 65 for a value that cannot be stored. */
  add(at: TopicPartition | null, rows: Rows): void {
    if (rows.selection.count === 0) return
    const { values } = this.#partitionOf(at)
    const added = this.#checked?.rows === rows ? this.#checked.values : this.#encode(rows, refuseBatch(rows))
    this.#checked = null
    for (const value of added) values.push(value)
  }

  #partitionOf(at: TopicPartition | null): PartitionRows {
    const key = partitionKey(at)
    const found = this.#partitions.get(key)
    if (found !== undefined) return found
    const partition = { at: at && { topic: at.topic, partition: at.partition }, values: [] }
    this.#partitions.set(key, partition)
    return partition
  }

  /** Those of all partitions, in (topic, partition) order; rows without one come first. */
  inOrder(): readonly FlatRows[] {
    return [...this.#partitions.values()].sort((a, b) => byTopicPartition(a.at, b.at)).map(({ values }) => values)
  }

  clear(): void {
    this.#partitions.clear()
    this.#checked = null
  }
}

type Refuse = (row: number, reject: Reject) => void

/** Behind a fold the frame throws, with the row's key. */
function refuseBatch({ frame }: Rows): Refuse {
  return (row, reject) => {
    rejectRow(frame, row, reject)
    throw new SprkError(Exit.BAD_RECORD, reject)
  }
}

/** A value that is refused becomes NULL. */
type EncodeRows = (rows: Rows, refuse: Refuse) => SqlValue[]

function rowEncoder(table: string, schema: Schema): EncodeRows {
  const encoders = schema.map(({ type }) => encoderOf(type))
  return ({ frame, selection }, refuse) => {
    const values: SqlValue[] = []
    for (let i = 0; i < selection.count; i++) {
      const row = selection.rows[i] as number
      for (let c = 0; c < encoders.length; c++) {
        try {
          values.push(encodeAt(frame.columns[c], row, encoders[c]))
        } catch (error) {
          if (!(error instanceof Unstorable)) throw error
          const message = `column ${schema[c]?.name} of table ${table}: ${error.message}`
          refuse(row, { code: error.code, message })
          values.push(null)
        }
      }
    }
    return values
  }
}

function encodeAt(column: Column | undefined, row: number, encode: Encode | undefined): SqlValue {
  if (column === undefined || encode === undefined) throw new Error('a frame with fewer columns than its schema')
  return isNull(column, row) ? null : encode(valueAt(column, row))
}
