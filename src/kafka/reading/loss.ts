// Data loss: a log that is no longer the one that was read, or no longer has what comes next. What happened in exact
// numbers, where reading could go on, and the command that makes it do so.

import { Exit, type Problem, SprkError } from '../../errors.ts'
import type { Gap, Position } from '../../log.ts'
import { partitionKey } from '../../record.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { groupBy } from '../protocol/group-by.ts'

/** Where the log of a partition begins and ends. */
export interface LogBounds {
  readonly start: number
  /** The high watermark. */
  readonly end: number
}

/** A gap before it is decided whether reading goes on behind it. */
export interface Loss extends Gap {
  /** `E_…` */
  readonly code: string
}

/** Problems that are printed in full. */
const MAX_PROBLEMS = 10

/** Whether the broker's error may mean that the log is another one, or has another part of it. */
export function isLossCode(code: number): boolean {
  const { OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID } = ErrorCode
  return code === OFFSET_OUT_OF_RANGE || code === UNKNOWN_TOPIC_ID || code === INCONSISTENT_TOPIC_ID
}

/** The topic that was read exists no more; another one has its name. */
export function recreated(position: Position, topicId: string, { start, end }: LogBounds): Loss {
  const cause = `saved offset ${position.next} is of the topic with id ${position.topicId}, which was deleted; now there is another one with id ${topicId}: its log goes from ${start} to ${end}`
  return lossOf(position, 'E_TOPIC_RECREATED', cause, start, topicId)
}

/** Null where the position is within the log. */
export function outOfBounds(position: Position, { start, end }: LogBounds, topicId: string | null): Loss | null {
  const { next } = position
  if (next < start) {
    const cause = `saved offset ${next} is below log start ${start}; ${start - next} offsets were deleted before they were read`
    return lossOf(position, 'E_OFFSET_GONE', cause, start, topicId)
  }
  if (next > end) {
    const why = position.topicId !== null && topicId !== null ? 'truncated' : 'truncated or created anew'
    const cause = `saved offset ${next} is beyond the end ${end} of the log: the topic was ${why}`
    return lossOf(position, 'E_OFFSET_AHEAD', cause, end, topicId)
  }
  return null
}

/** `epochEnd`: where the records of the last epoch that was read end; -1: there is no such epoch. */
export function truncated(
  position: Position,
  epochEnd: number,
  { start, end }: LogBounds,
  topicId: string | null,
): Loss | null {
  const { next, leaderEpoch } = position
  if (epochEnd >= next) return null
  const cause =
    epochEnd < 0
      ? `saved offset ${next} is of leader epoch ${leaderEpoch}, which the log does not know: it was truncated; it goes from ${start} to ${end}`
      : `saved offset ${next} is beyond offset ${epochEnd}, where the log was truncated; ${next - epochEnd} offsets that were read are no longer what they were, and the log goes up to ${end}`
  const toOffset = epochEnd < 0 ? Math.min(next, end) : Math.max(epochEnd, start)
  return lossOf(position, 'E_TRUNCATED', cause, toOffset, topicId)
}

/** `offset`: of the record that is another one than was read. */
export function tailChanged(position: Position, offset: number, log: LogBounds, topicId: string | null): Loss {
  const cause = `the record at offset ${offset} is not the one that was read before saved offset ${position.next}: the topic was truncated or created anew; its log goes from ${log.start} to ${log.end}`
  return lossOf(position, 'E_TAIL_CHANGED', cause, log.start, topicId)
}

function lossOf(position: Position, code: string, cause: string, toOffset: number, topicId: string | null): Loss {
  const { topic, partition, next: fromOffset } = position
  return { topic, partition, code, cause, fromOffset, toOffset, topicId: topicId ?? position.topicId }
}

/** Exit 79: the user has to decide. */
export function lossError(losses: readonly [Loss, ...Loss[]]): SprkError {
  const shown = losses.slice(0, MAX_PROBLEMS)
  const hints = hintsOf(losses)
  const [first, ...others] = shown.map((loss): Problem => {
    return { code: loss.code, message: `${partitionKey(loss)}: ${loss.cause}`, hint: hints.get(loss) }
  })
  if (first === undefined) throw new Error('nothing was lost')
  const more = losses.length - shown.length
  return new SprkError(Exit.DATA_LOSS, [
    more > 0 ? { ...first, details: [`and ${more} more partitions`] } : first,
    ...others,
  ])
}

/** The commands that make reading go on: one for all partitions that begin at their log start. */
function hintsOf(losses: readonly Loss[]): ReadonlyMap<Loss, string> {
  const hints = new Map<Loss, string>()
  const fromStart = losses.filter(isFromStart)
  const [first] = fromStart
  if (first !== undefined) hints.set(first, resetCommand(fromStart, '--to-earliest'))
  for (const loss of losses)
    if (!isFromStart(loss)) hints.set(loss, resetCommand([loss], `--to-offset ${loss.toOffset}`))
  return hints
}

/** A truncated log is read on from where it was truncated; any other one from its start. */
function isFromStart({ code }: Loss): boolean {
  return code !== 'E_TRUNCATED' && code !== 'E_OFFSET_AHEAD'
}

function resetCommand(losses: readonly Loss[], to: string): string {
  const topics = [...groupBy(losses, ({ topic }) => topic)].map(([topic, of]) => {
    return `--topic ${topic}:${of.map(({ partition }) => partition).join(',')}`
  })
  const flags = [
    ...(losses.some(({ fromOffset, toOffset }) => toOffset > fromOffset) ? ['--allow-loss'] : []),
    ...(losses.some(({ fromOffset, toOffset }) => toOffset < fromOffset) ? ['--allow-duplicates'] : []),
  ]
  return ['sprk offsets reset <pipeline>', ...topics, to, ...flags, '--execute'].join(' ')
}
