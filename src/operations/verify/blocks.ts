// Whether the blocks that wait in a state file hold together: each begins where the one before it ends, the first one where
// the batches stand, and all are as they came over the wire.

import { type Row, toNumber, type View } from '../../checkpoint/index.ts'
import { PartitionMap } from '../../partition-map.ts'
import { type OffsetRange, partitionKey } from '../../record.ts'
import { amount } from '../../words.ts'
import { hasBlocks } from '../history/blocks.ts'
import type { ReportProblem } from './reports.ts'

/** Says what is wrong with the bytes of a block, as part of a sentence; null: nothing. */
export type InspectBlock = (bytes: Uint8Array, range: Pick<OffsetRange, 'fromOffset' | 'untilOffset'>) => string | null

/** In one pass, a block at a time. */
export function checkBlocks(view: View, inspect: InspectBlock, report: ReportProblem): void {
  if (!hasBlocks(view)) return
  const chains = new Map<string, PartitionMap<Chain>>()
  for (const row of view.prepare('SELECT source, topic, partition, next FROM sprk_offsets').all()) {
    const source = String(row['source'])
    const ofSource = chains.get(source) ?? new PartitionMap<Chain>()
    const at = { topic: String(row['topic']), partition: toNumber(row['partition']) }
    ofSource.set(at, { next: toNumber(row['next']), isFirst: true })
    chains.set(source, ofSource)
  }
  for (const row of view.each('SELECT * FROM sprk_blocks ORDER BY id')) {
    const range = rangeOf(row)
    const what = `${partitionKey(range)}: block ${row['id']} of offsets ${range.fromOffset} to ${range.untilOffset}`
    const say = (problem: string) => report(`${what} ${problem}`)
    const chain = chains.get(String(row['source']))?.get(range)
    if (chain === undefined) say('is of a partition that has no position')
    else follow(chain, row, range, say)
    const wrong = wrongBytes(row, range, inspect)
    if (wrong !== null) say(wrong)
  }
}

/** Where the next block of a partition begins. */
interface Chain {
  next: number
  /** The first block may have been processed in part. */
  isFirst: boolean
}

function follow(chain: Chain, row: Row, { fromOffset, untilOffset }: OffsetRange, say: ReportProblem): void {
  const { next, isFirst } = chain
  chain.next = untilOffset
  chain.isFirst = false
  if (untilOffset <= fromOffset) say('is empty')
  const step = row['moved_from'] === null ? null : toNumber(row['moved_from'])
  if (step !== null && (row['move_cause'] ?? '') === '') say('names no cause for its step')
  const begin = step ?? fromOffset
  const from = step === null ? 'begins' : `steps from ${step}`
  if (begin > next) say(`${from}, where ${next} was next: ${amount(begin - next, 'offsets')} are missing`)
  const isWithin = isFirst && step === null && untilOffset > next
  if (begin < next && !isWithin)
    say(`${from}, where ${next} was next: ${amount(next - begin, 'offsets')} are there twice`)
}

function wrongBytes(row: Row, range: OffsetRange, inspect: InspectBlock): string | null {
  const { body, bytes, aborted } = row
  if (!(body instanceof Uint8Array) || body.length !== toNumber(bytes)) return 'has not the bytes that it says'
  return isListOfAborted(String(aborted)) ? inspect(body, range) : 'has no list of aborted transactions'
}

function isListOfAborted(text: string): boolean {
  try {
    const list: unknown = JSON.parse(text)
    const isNumber = (value: unknown) => Number.isSafeInteger(value)
    return Array.isArray(list) && list.every((each) => isNumber(each?.producerId) && isNumber(each?.firstOffset))
  } catch {
    return false
  }
}

function rangeOf(row: Row): OffsetRange {
  return {
    topic: String(row['topic']),
    topicId: row['topic_id'] === null ? null : String(row['topic_id']),
    partition: toNumber(row['partition']),
    fromOffset: toNumber(row['from_offset']),
    untilOffset: toNumber(row['until_offset']),
  }
}
