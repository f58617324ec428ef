// Where partitions stand, as a table, as JSON and as CSV.

import { totalText } from '../../operations/away.ts'
import { type Standing, type Total, totalOf } from '../../operations/offsets/standing.ts'
import type { Standings } from '../../operations/offsets/standings.ts'
import { partitionKey } from '../../record.ts'
import { visible } from '../../reporters/visible.ts'
import { count, shortList } from '../../words.ts'
import { formatTime } from '../options/time.ts'
import type { Cell } from './print.ts'
import { formatTable, type TableColumn } from './table.ts'

export function showJson({
  pipeline,
  state,
  logId,
  batchId,
  committedAt,
  isOffline,
  partitions,
  away,
  notes,
}: Standings): object {
  return {
    pipeline,
    state,
    logId,
    batchId,
    committedAt: isoOf(committedAt),
    offline: isOffline,
    partitions: partitions.map(jsonRow),
    away,
    total: isOffline ? { ...totalOf(partitions), lag: null, lost: null } : totalOf(partitions),
    notes,
  }
}

function jsonRow({ topic, partition, topicId, next, start, end, lag, lost, status, ...row }: Standing) {
  const { lastBatchRecords, committedAt, groupOffset, received, blocks, blockBytes } = row
  const read = { lastBatchRecords, committedAt: isoOf(committedAt) }
  const waiting = { received, blocks, blockBytes }
  return { topic, partition, topicId, next, start, end, lag, lost, status, ...read, groupOffset, ...waiting }
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

const CSV_COLUMNS = [
  'topic',
  'partition',
  'next',
  'start',
  'end',
  'lag',
  'lost',
  'lastBatchRecords',
  'committedAt',
  'status',
  'groupOffset',
  'received',
  'blocks',
  'blockBytes',
] as const

export function showCsv({ partitions }: Standings): readonly (readonly Cell[])[] {
  const lines = partitions.map((row) =>
    CSV_COLUMNS.map((name) => (name === 'committedAt' ? isoOf(row.committedAt) : row[name])),
  )
  return [CSV_COLUMNS, ...lines]
}

interface Column extends TableColumn {
  readonly cell: (row: Standing) => number | string | null
  readonly total?: keyof Total
}

const right = (title: string, cell: Column['cell'], total?: keyof Total): Column => {
  return { title, align: 'right', cell, ...(total !== undefined && { total }) }
}

/** Wide terminals are not assumed: only the columns that say something. */
function columnsOf({ isOffline, partitions }: Standings): readonly Column[] {
  const hasGroup = partitions.some(differs)
  const hasBlocks = partitions.some(({ blocks }) => blocks > 0)
  return [
    { title: 'topic', align: 'left', cell: ({ topic }) => topic },
    right('partition', ({ partition }) => partition),
    right('next', ({ next }) => next),
    ...(hasBlocks
      ? [
          right('received', ({ received }) => received),
          right('blocks', ({ blocks }) => blocks, 'blocks'),
          right('bytes', ({ blockBytes }) => blockBytes, 'blockBytes'),
        ]
      : []),
    ...(isOffline
      ? []
      : [right('start', ({ start }) => start), right('end', ({ end }) => end), right('lag', ({ lag }) => lag, 'lag')]),
    ...(hasGroup ? [right('group', ({ groupOffset }) => groupOffset)] : []),
    right('last batch', (row) => row.lastBatchRecords, 'lastBatchRecords'),
    right('committed', ({ committedAt }) => (committedAt === null ? null : formatTime(committedAt))),
  ]
}

export function showTable(report: Standings): readonly string[] {
  const { partitions, away, unit, notes } = report
  const columns = columnsOf(report)
  const rows = partitions.map((row) => columns.map(({ cell, total }) => cellText(cell(row), total !== undefined)))
  const total = totalOf(partitions)
  const totals = columns.map((column, i) => (i === 0 ? 'total' : totalCell(column, total, away)))
  const said = [
    ...newNote(partitions),
    ...partitions.flatMap((row) => remarkOf(row, unit)),
    ...groupNote(partitions),
    ...notes,
  ]
  return [...formatTable(columns, [...rows, totals]), ...(said.length > 0 ? ['', ...said.map(visible)] : [])]
}

function totalCell({ total: of }: Column, total: Total, away: Standings['away']): string {
  if (of === undefined) return ''
  return of === 'lag' ? totalText(total.lag, away) : count(total[of])
}

/** Amounts are grouped; offsets are not, so that they can be pasted. */
function cellText(value: number | string | null, isAmount: boolean): string {
  return typeof value === 'number' && isAmount ? count(value) : String(value ?? '-')
}

function newNote(partitions: readonly Standing[]): string[] {
  const fresh = partitions.filter(({ status }) => status === 'new').map(partitionKey)
  return fresh.length === 0 ? [] : [`not saved yet: ${shortList(fresh)}; next is where a start would begin`]
}

function remarkOf(row: Standing, unit: Standings['unit']): string[] {
  const key = partitionKey(row)
  const { received: next, start, end, lost, status } = row
  switch (status) {
    case 'ok':
    case 'unknown':
    case 'new':
      return []
    case 'below-start':
      return [`${key}: lost: ${next} is below log start ${start}; ${lost} were deleted before they were read`]
    case 'beyond-end':
      return [`${key}: lost: ${next} is beyond the end ${end} of the ${unit === 'bytes' ? 'file' : 'log'}`]
    case 'recreated':
      return unit === 'bytes'
        ? [`${key}: lost: replaced: ${next} is of another file, in whose place this one is`]
        : [`${key}: lost: recreated: ${next} is of a topic that was deleted, and now there is another one`]
    case 'other-cluster':
      return [`${key}: lost: ${next} is of another cluster`]
    case 'gone':
      return [`${key}: ${next} is saved, but the pipeline reads no such partition any more`]
    default:
      return status satisfies never
  }
}

/** Receivers tell the group what they have received, other runs what they have processed. */
function differs({ groupOffset, next, received, status }: Standing): boolean {
  return groupOffset !== null && status !== 'new' && groupOffset !== next && groupOffset !== received
}

function groupNote(partitions: readonly Standing[]): string[] {
  const count = partitions.filter(differs).length
  return count === 0 ? [] : [`the consumer group stands elsewhere in ${count} of ${partitions.length} partitions`]
}
