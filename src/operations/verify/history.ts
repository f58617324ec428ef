// Whether the history of a state file holds together: batches, their ranges, moves, positions.

import { digestOf } from '../../checkpoint/batch-rows.ts'
import { type Row, readResume, type View } from '../../checkpoint/index.ts'
import type { Position } from '../../log.ts'
import { recordsRead } from '../../progress.ts'
import { partitionKey } from '../../record.ts'
import { amount } from '../../words.ts'
import { type PrunedRanges, readPrunedRanges } from '../history/pruned.ts'
import {
  type BatchRow,
  type BatchWithRanges,
  batchOf,
  type MoveRow,
  type RangeRow,
  rangeOf,
  readMoves,
} from '../history/rows.ts'
import { checkPruned } from './pruned.ts'
import type { ReportProblem, Reports } from './reports.ts'

/**
 * In one pass. What is left of pruned batches stands before the others. Where a user has deleted the first batches, what
 * begins with the first one that is kept begins anywhere.
 */
export function checkHistory(view: View, reports: Reports): void {
  const pruned = checkPruned(view, reports)
  const chains = new Chains(resetsOf(view), reports.ranges)
  for (const ranges of readPrunedRanges(view)) chains.begin(ranges)
  let last: Pick<BatchRow, 'batchId' | 'batchTime'> | null = pruned?.last ?? null
  let moves: readonly MoveRow[] | null = null
  for (const batch of batchesOf(view, reports.batches)) {
    checkBatch(batch, last, reports.batches)
    const source = batch.ranges[0]?.source ?? ''
    if (batch.digest !== digestOf({ ...batch, source })) reports.digests(`batch ${batch.batchId} has another one`)
    moves ??= chains.behind(readMoves(view), pruned?.firstBatchId ?? batch.batchId)
    if (moves.length > 0) moves = chains.moveUntil(batch.batchId, moves)
    for (const range of batch.ranges) chains.read(range)
    last = batch
  }
  chains.moveUntil(Infinity, moves ?? readMoves(view))
  for (const [source, positions] of readResume(view).positions) chains.end(source, positions)
  chains.assertEnded()
}

function checkBatch(
  { batchId, batchTime, counts, ranges }: BatchWithRanges,
  last: Pick<BatchRow, 'batchId' | 'batchTime'> | null,
  report: ReportProblem,
): void {
  if (last !== null && batchId !== last.batchId + 1) report(`batch ${batchId} follows batch ${last.batchId}`)
  if (last !== null && batchTime < last.batchTime) report(`batch ${batchId} has an earlier time than the one before`)
  const { processed, filtered, skipped, deadLetters, late } = counts
  if (Math.min(processed, filtered, skipped, deadLetters, late) < 0) report(`batch ${batchId} counts less than none`)
  const records = recordsRead(counts)
  // Compaction and transactions leave holes, so that there may be fewer.
  const offsets = ranges.reduce((sum, { fromOffset, untilOffset }) => sum + untilOffset - fromOffset, 0)
  if (records > offsets)
    report(`batch ${batchId} counts ${amount(records, 'records')} in ranges of ${amount(offsets, 'offsets')}`)
}

/** The last batches before positions were reset by hand. */
function resetsOf(view: View): readonly number[] {
  const rows = view.prepare("SELECT batch_id FROM sprk_audit WHERE action = 'offsets reset'").all()
  return rows.map((row) => Number(row['batch_id']))
}

/** With their ranges, read together row by row: there may be millions. */
function* batchesOf(view: View, report: ReportProblem): Generator<BatchWithRanges> {
  const ranges = new Ahead(view.each('SELECT * FROM sprk_batch_ranges ORDER BY batch_id'))
  const orphan = ({ batchId }: RangeRow) => report(`batch ${batchId} has ranges, but no row`)
  try {
    for (const row of view.each('SELECT * FROM sprk_batches ORDER BY batch_id')) {
      const batch = batchOf(row)
      ranges.takeUntil(batch.batchId).forEach(orphan)
      yield { ...batch, ranges: ranges.takeUntil(batch.batchId + 1) }
    }
    ranges.takeUntil(Infinity).forEach(orphan)
  } finally {
    ranges.close()
  }
}

/** Ranges in order of their batches, one of them read ahead. */
class Ahead {
  readonly #rows: Iterator<Row>
  #next: RangeRow | null = null

  constructor(rows: Iterable<Row>) {
    this.#rows = rows[Symbol.iterator]()
    this.#advance()
  }

  /** Those of batches below `batchId` that were not taken yet. */
  takeUntil(batchId: number): RangeRow[] {
    const taken: RangeRow[] = []
    while (this.#next !== null && this.#next.batchId < batchId) {
      taken.push(this.#next)
      this.#advance()
    }
    return taken
  }

  close(): void {
    this.#rows.return?.()
  }

  #advance(): void {
    const { done, value } = this.#rows.next()
    this.#next = done === true ? null : rangeOf(value)
  }
}

interface Link {
  readonly at: number
  /** The batch that led there, or the last one before the move that did. */
  readonly batchId: number
}

/** Follows each partition from range to range. */
class Chains {
  readonly #resets: readonly number[]
  readonly #report: ReportProblem
  readonly #links = new Map<string, Link>()

  constructor(resets: readonly number[], report: ReportProblem) {
    this.#resets = resets
    this.#report = report
  }

  /** Where pruned batches have left a partition. */
  begin({ source, topic, partition, untilOffset, lastBatchId }: PrunedRanges): void {
    const name = this.#nameOf(source, partitionKey({ topic, partition }))
    const link = this.#links.get(name)
    if (link === undefined || link.batchId < lastBatchId)
      this.#links.set(name, { at: untilOffset, batchId: lastBatchId })
  }

  /** The moves that were made after what is known of their partitions; of others, from before the first batch on. */
  behind(moves: readonly MoveRow[], firstBatchId: number): readonly MoveRow[] {
    return moves.filter((move) => {
      const link = this.#links.get(this.#nameOf(move.source, partitionKey(move)))
      return move.batchId >= (link?.batchId ?? firstBatchId - 1)
    })
  }

  read({ batchId, source, topic, partition, fromOffset, untilOffset }: RangeRow): void {
    const name = this.#nameOf(source, partitionKey({ topic, partition }))
    if (untilOffset <= fromOffset) this.#report(`${name}: batch ${batchId} read ${fromOffset} to ${untilOffset}`)
    this.#join(name, fromOffset, `batch ${batchId} begins at`, batchId)
    this.#links.set(name, { at: untilOffset, batchId })
  }

  /** Follows the moves that were made before this batch; returns the others. */
  moveUntil(batchId: number, moves: readonly MoveRow[]): readonly MoveRow[] {
    const isLater = (move: MoveRow) => move.batchId >= batchId
    for (const move of moves) {
      if (isLater(move)) continue
      const name = this.#nameOf(move.source, partitionKey(move))
      this.#join(name, move.fromOffset, `move ${move.id} begins at`, move.batchId + 1)
      this.#links.set(name, { at: move.toOffset, batchId: move.batchId })
    }
    return moves.filter(isLater)
  }

  end(source: string, positions: readonly Position[]): void {
    for (const position of positions) {
      const name = this.#nameOf(source, partitionKey(position))
      this.#join(name, position.next, 'the position is', Infinity)
      this.#links.delete(name)
    }
  }

  /** A reset may have dropped the position of a partition that is gone. */
  assertEnded(): void {
    for (const [name, link] of this.#links) {
      if (!this.#isReset(link, Infinity)) this.#report(`${name}: was read up to ${link.at}, and has no position`)
    }
  }

  #join(name: string, offset: number, what: string, batchId: number): void {
    const link = this.#links.get(name)
    if (link === undefined || link.at === offset || this.#isReset(link, batchId)) return
    this.#report(`${name}: ${what} ${offset}, where ${link.at} was next`)
  }

  /** Whether a reset dropped the position in between, so that it began again; a reset that moves it leaves a move. */
  #isReset(link: Link, batchId: number): boolean {
    return this.#resets.some((reset) => reset >= link.batchId && reset < batchId)
  }

  /** As people know it; the source stands before it only where there are several. */
  #nameOf(source: string, partition: string): string {
    return source === 'source' ? partition : `${source} ${partition}`
  }
}
