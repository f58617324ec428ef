// The status of several pipelines: a line each, as a table or as CSV.

import { formatMs } from '../../duration.ts'
import { totalText } from '../../operations/away.ts'
import type { PipelineStatus } from '../../operations/status/status.ts'
import { count } from '../../words.ts'
import type { Cell } from './print.ts'
import { formatTable, type TableColumn } from './table.ts'

const COLUMNS: readonly TableColumn[] = [
  { title: 'pipeline', align: 'left' },
  { title: 'running', align: 'left' },
  { title: 'last batch', align: 'right' },
  { title: 'ago', align: 'right' },
  { title: 'lag', align: 'right' },
  { title: 'dead letters', align: 'right' },
  { title: 'state', align: 'left' },
]

export function fleetText(all: readonly PipelineStatus[]): readonly string[] {
  return formatTable(COLUMNS, all.map(cells))
}

function cells({ name, path, now, isRunning, state, lag }: PipelineStatus): readonly string[] {
  const last = state?.batches.at(-1)
  return [
    name,
    isRunning ? 'yes' : 'no',
    last === undefined ? '-' : String(last.batchId),
    last === undefined ? '-' : formatMs(Math.max(0, now - last.committedAt)),
    lag === 'not asked' ? '-' : 'unknown' in lag ? 'unknown' : totalText(lag.offsets, lag.away),
    state === null ? '-' : count(state.deadLetters),
    path,
  ]
}

const TITLES = [
  'name',
  'state',
  'running',
  'lastBatchId',
  'committedAt',
  'lag',
  'lost',
  'deadLetters',
  'moves',
  'pipelineChange',
  'away',
]

/** Names as in the JSON form. */
export function fleetRows(all: readonly PipelineStatus[]): readonly (readonly Cell[])[] {
  const rows = all.map(({ name, path, isRunning, state, lag }): readonly Cell[] => {
    const last = state?.batches.at(-1)
    const known = lag !== 'not asked' && !('unknown' in lag) ? lag : null
    return [
      ...[name, path, isRunning, state?.lastBatchId ?? 0],
      last === undefined ? null : new Date(last.committedAt).toISOString(),
      ...[known?.offsets ?? null, known?.lost ?? null],
      ...[state?.deadLetters ?? 0, state?.moves ?? 0, state?.pipeline?.change ?? null, known?.away.length ?? null],
    ]
  })
  return [TITLES, ...rows]
}
