// What `replay --diff` prints: how the replayed tables differ from the live ones.

import type { SqlValue } from '../../checkpoint.ts'
import type { RowDiff, StateDiff, TableDiff } from '../../operations/replay/diff.ts'
import { partitionKey } from '../../record.ts'
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

export function diffText(diff: StateDiff): readonly string[] {
  const count = (title: string) => ({ title, align: 'right' as const })
  const columns = [
    { title: 'table', align: 'left' as const },
    count('only replayed'),
    count('only live'),
    count('different'),
  ]
  const rows = diff.tables.map(({ table, shape, ...counts }) =>
    shape === null
      ? [table, ...[counts.onlyReplayed, counts.onlyLive, counts.different].map(String)]
      : [table, '-', '-', '-'],
  )
  return [...formatTable(columns, rows), ...diff.tables.flatMap(exampleLines)]
}

function exampleLines({ table, shape, examples }: TableDiff): readonly string[] {
  if (shape !== null) return [`${table}: ${shape}`]
  return examples.flatMap(({ replayed, live }) => [
    ...(replayed === null ? [] : [`${table}  replayed  ${rowText(replayed)}`]),
    ...(live === null ? [] : [`${table}  live      ${rowText(live)}`]),
  ])
}

function rowText(row: NonNullable<RowDiff['live']>): string {
  return JSON.stringify(jsonRow(row))
}
