// The rows of a micro-batch on their way into a table, copied and encoded.

import type { SqlValue } from '../checkpoint.ts'
import { isNull, rejectRow, valueAt } from '../column.ts'
import { Exit, SprkError } from '../errors.ts'
import { byTopicPartition, partitionKey, type TopicPartition } from '../record.ts'
import type { Rows } from '../transform.ts'
import type { Schema } from '../types.ts'
import { encoderOf, Unstorable } from './value.ts'

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

  constructor(table: string, schema: Schema) {
    this.#encode = rowEncoder(table, schema)
  }

  /** Throws a SprkError with exit 65 for a value that cannot be stored. */
  add(at: TopicPartition | null, rows: Rows): void {
    if (rows.selection.count === 0) return
    const key = at === null ? '' : partitionKey(at)
    let partition = this.#partitions.get(key)
    if (partition === undefined) {
      partition = { at: at && { topic: at.topic, partition: at.partition }, values: [] }
      this.#partitions.set(key, partition)
    }
    this.#encode(rows, partition.values)
  }

  /** Those of all partitions, in (topic, partition) order; rows without one come first. */
  inOrder(): readonly FlatRows[] {
    return [...this.#partitions.values()].sort(byPartition).map(({ values }) => values)
  }

  clear(): void {
    this.#partitions.clear()
  }
}

function byPartition(a: PartitionRows, b: PartitionRows): number {
  if (a.at === null || b.at === null) return a.at === b.at ? 0 : a.at === null ? -1 : 1
  return byTopicPartition(a.at, b.at)
}

type EncodeRows = (rows: Rows, into: SqlValue[]) => void

function rowEncoder(table: string, schema: Schema): EncodeRows {
  const encoders = schema.map(({ type }) => encoderOf(type))
  return ({ frame, selection }, into) => {
    const { rows, count } = selection
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number
      for (let c = 0; c < encoders.length; c++) {
        const column = frame.columns[c]
        const encode = encoders[c]
        if (column === undefined || encode === undefined) throw new Error(`a frame without column ${c}`)
        if (isNull(column, row)) {
          into.push(null)
          continue
        }
        try {
          into.push(encode(valueAt(column, row)))
        } catch (error) {
          if (!(error instanceof Unstorable)) throw error
          const reject = { code: error.code, message: `column ${schema[c]?.name} of table ${table}: ${error.message}` }
          // Behind a fold this throws, with the row's key.
          rejectRow(frame, row, reject)
          throw new SprkError(Exit.BAD_RECORD, reject)
        }
      }
    }
  }
}
