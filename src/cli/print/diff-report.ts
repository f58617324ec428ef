// What `replay --diff` prints: how the replayed tables differ from the live ones.

import type { SqlValue } from '../../checkpoint.ts'
import type { RowDiff, StateDiff, TableDiff } from '../../operations/replay/diff.ts'
import { partitionKey } from '../../record.ts'
import { jsonText, visible } from '../../reporters/visible.ts'
import { count } from '../../words.ts'
import type { Cell } from './print.ts'
import { formatTable } from './table.ts'

export function isEqual({ tables }: StateDiff): boolean {
  return tables.every(
    ({ shape, onlyReplayed, onlyLive, different }) => shape === null && onlyReplayed + onlyLive + different === 0,
  )
}

/** Lines about partitions that the two files have not read equally far: their results cannot be equal. */
export function positionLines({ positions }: StateDiff): readonly string[] {
  return positions.map(({ topic, partition, replayed, live }) => {
    const stands = (offset: number | null) => (offset === null ? 'has not met it' : `stands at ${offset}`)
    return `${partitionKey({ topic, partition })}: the replay ${stands(replayed)}, the live state ${stands(live)}`
  })
}

export function diffJson(diff: StateDiff): object {
  const { tables, positions } = diff
  const examples = (rows: readonly RowDiff[]) =>
    rows.map(({ replayed, live }) => ({ replayed: jsonRow(replayed), live: jsonRow(live) }))
  return {
    equal: isEqual(diff),
    tables: tables.map((table) => ({ ...table, examples: examples(table.examples) })),
    positions,
  }
}

function jsonRow(row: RowDiff['live']): object | null {
  if (row === null) return null
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonValue(value)]))
}

/** An integer that a double does not hold is written as a string. */
function jsonValue(value: SqlValue): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  return value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value
}

export function diffRows({ tables }: StateDiff): readonly (readonly Cell[])[] {
  return [
    ['table', 'shape', 'onlyReplayed', 'onlyLive', 'different'],
    ...tables.map(({ table, shape, onlyReplayed, onlyLive, different }) => [
      ...[table, shape],
      ...[onlyReplayed, onlyLive, different],
    ]),
  ]
}

export function diffText(diff: StateDiff): readonly string[] {
  const number = (title: string) => ({ title, align: 'right' as const })
  const columns = [
    { title: 'table', align: 'left' as const },
    number('only replayed'),
    number('only live'),
    number('different'),
  ]
  const rows = diff.tables.map(({ table, shape, ...counts }) =>
    shape === null
      ? [table, ...[counts.onlyReplayed, counts.onlyLive, counts.different].map(count)]
      : [table, '-', '-', '-'],
  )
  return [...formatTable(columns, rows), ...diff.tables.flatMap(exampleLines)]
}

function exampleLines({ table, shape, examples }: TableDiff): readonly string[] {
  const name = visible(table)
  if (shape !== null) return [`${name}: ${visible(shape)}`]
  return examples.flatMap(({ replayed, live }) => [
    ...(replayed === null ? [] : [`${name}  replayed  ${rowText(replayed)}`]),
    ...(live === null ? [] : [`${name}  live      ${rowText(live)}`]),
  ])
}

function rowText(row: NonNullable<RowDiff['live']>): string {
  return jsonText(jsonRow(row))
}
