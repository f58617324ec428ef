// Offsets as CSV, as kafka-consumer-groups writes and reads them: lines `topic,partition,offset`, without a header.

import type { Problem } from '../../errors.ts'
import { PartitionMap } from '../../partition-map.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'

export interface NamedOffset extends TopicPartition {
  readonly offset: number
  /** In the file, from 1 on. */
  readonly line: number
}

/** Quoted where commas or quotes are in it (RFC 4180). */
export function csvLine(cells: readonly (string | number | boolean)[]): string {
  return cells
    .map((cell) => (/[",\n\r]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell))
    .join(',')
}

/** A header, comments (`#`) and empty lines are passed over. `file`: as problems name it. */
export function parseOffsets(file: string, text: string): { offsets: NamedOffset[]; problems: Problem[] } {
  const offsets: NamedOffset[] = []
  const problems: Problem[] = []
  const lines = new PartitionMap<number>()
  const report = (line: number, what: string) => {
    problems.push({ code: 'E_OFFSETS_FILE', message: what, place: { file, line, column: 1 } })
  }
  let isFirst = true
  for (const [i, row] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (row.trim() === '' || row.startsWith('#')) continue
    const cells = cellsOf(row)
    const mayBeHeader = isFirst
    isFirst = false
    if (mayBeHeader && cells.join().toLowerCase().replaceAll(' ', '') === 'topic,partition,offset') continue
    const [topic = '', partition = '', offset = ''] = cells
    if (cells.length !== 3 || topic === '' || !isWhole(partition) || !isWhole(offset)) {
      report(i + 1, `${row.slice(0, 80)}: a line is topic,partition,offset, such as events,0,42`)
      continue
    }
    const at = { topic, partition: Number(partition), offset: Number(offset), line: i + 1 }
    const before = lines.get(at)
    if (before !== undefined) report(at.line, `${partitionKey(at)} is in line ${before} already`)
    lines.set(at, at.line)
    offsets.push(at)
  }
  if (offsets.length === 0 && problems.length === 0) report(1, 'there are no offsets in this file')
  return { offsets, problems }
}

function cellsOf(row: string): string[] {
  return [...`${row},`.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^",]*?))\s*,/gy)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  )
}

function isWhole(text: string): boolean {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text))
}
