// A reset in words, as JSON, and as the CSV that --from-file reads.

import { Exit, SprkError } from '../../errors.ts'
import { waitingTotal } from '../../operations/history/blocks.ts'
import { totalsOf } from '../../operations/offsets/plan-moves.ts'
import { droppedText, type ResetPlan } from '../../operations/offsets/reset.ts'
import { describeTarget } from '../../operations/offsets/target.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'
import { visible } from '../../reporters/visible.ts'
import { amount, count, shortList } from '../../words.ts'
import type { Cell } from './print.ts'
import { formatTable } from './table.ts'

export interface ResetReport {
  readonly plan: ResetPlan
  readonly isExecuted: boolean
  /** The pipeline as it is named in a command: its file and what was set. */
  readonly words: string
  /** The command line that does it. */
  readonly command: string
}

export function resetJson(report: ResetReport): object {
  const { plan, isExecuted, command } = report
  const { pipeline, request, unit } = plan
  const { choice, target } = request
  return {
    pipeline: pipeline.plan.name,
    state: pipeline.spec.state.path,
    target: describeTarget(target),
    executed: isExecuted,
    moves: plan.moves.map(({ topic, partition, from, to, readAgain, neverRead, isLost }) => {
      return { topic, partition, from, to, readAgain, neverRead, lost: isLost }
    }),
    begun: plan.others.map(({ topic, partition, next }) => ({ topic, partition, to: next })),
    forgotten: plan.forgotten.map(({ topic, partition, next }) => ({ topic, partition, from: next })),
    dropped: plan.dropped.map(({ topic, partition, blocks, bytes, records, received }) => {
      return { topic, partition, blocks, bytes, records, received }
    }),
    clusterChanged: plan.isRebound,
    unit,
    total: totalsOf(plan),
    needs: [...plan.needs.map((permissions) => permissions[0]), ...choice.missing],
    effects: [...effectsOf(report), ...choice.lines],
    sinks: pipeline.plan.sinks.map(({ id }) => id),
    command: isExecuted ? null : command,
  }
}

/** As --from-file reads it. */
export function offsetsCsv(
  offsets: readonly (TopicPartition & { readonly offset: number })[],
): readonly (readonly Cell[])[] {
  return offsets.map(({ topic, partition, offset }) => [topic, partition, offset])
}

export function resetText(report: ResetReport): readonly string[] {
  const { plan, isExecuted, command } = report
  const { pipeline, request } = plan
  const said = [...notesOf(plan), ...effectsOf(report), ...request.choice.lines]
  const lines = [...planTable(plan), '', ...said.map(visible)]
  if (isExecuted) return [...lines, `done: ${describeTarget(request.target)}, in ${pipeline.spec.state.path}`]
  return [...lines, 'nothing was changed; this does it:', `  ${command}`]
}

/** `missing`: the options that have to allow or decide it. `command`: the command line with them. */
export function notAllowed(plan: ResetPlan, missing: readonly string[], command: string): SprkError {
  const { request, moves, forgotten, unit } = plan
  const { readAgain, neverRead } = totalsOf(plan)
  const lost = moves.filter(({ isLost }) => isLost).map(partitionKey)
  const isUndecided = request.choice.missing.length > 0
  const reasons = [
    ...(missing.length > request.choice.missing.length && lost.length > 0
      ? [`saved offsets are not in this log (${shortList(lost)})`]
      : []),
    ...(missing.includes('--allow-loss') && neverRead > 0 ? [`${amount(neverRead, unit)} would never be read`] : []),
    ...(missing.includes('--allow-loss') && forgotten.length > 0 ? [`${forgottenOf(plan)} would be forgotten`] : []),
    ...(missing.includes('--allow-duplicates') && readAgain > 0
      ? [`${amount(readAgain, unit)} would be read again`]
      : []),
    ...(isUndecided ? ['steps keep state'] : []),
  ]
  return new SprkError(Exit.USAGE, {
    code: 'E_NOT_ALLOWED',
    message: `${reasons.join(', and ')}: nothing was changed; add ${missing.join(' and ')} to accept this`,
    details: request.choice.lines,
    hint: command,
  })
}

function forgottenOf({ forgotten }: ResetPlan): string {
  return `the position${forgotten.length === 1 ? '' : 's'} of ${shortList(forgotten.map(partitionKey))}`
}

function planTable(plan: ResetPlan): readonly string[] {
  const columns = [
    { title: 'topic', align: 'left' },
    { title: 'partition', align: 'right' },
    { title: 'from', align: 'right' },
    { title: 'to', align: 'right' },
    { title: 'read again', align: 'right' },
    { title: 'never read', align: 'right' },
  ] as const
  const rows = plan.moves.map(({ topic, partition, from, to, readAgain, neverRead }) => [
    topic,
    ...[partition, from ?? '-', to].map(String),
    count(readAgain),
    count(neverRead),
  ])
  const { readAgain, neverRead } = totalsOf(plan)
  return formatTable(columns, [...rows, ['total', '', '', '', count(readAgain), count(neverRead)]])
}

function notesOf({ moves, others, forgotten, isRebound, logId }: ResetPlan): string[] {
  return [
    ...moves
      .filter(({ isLost }) => isLost)
      .map((move) => `${partitionKey(move)}: offset ${move.from} is not in this log`),
    ...others.map((position) => `${partitionKey(position)}: begins at ${position.next}, as startingOffsets says`),
    ...forgotten.map((position) => `${partitionKey(position)}: is gone, and with it its position ${position.next}`),
    ...(isRebound ? [`the positions belong to cluster ${logId} from here on`] : []),
  ]
}

function effectsOf({ words, plan, isExecuted }: ResetReport): string[] {
  const { isReplayable, unit } = plan
  const { sinks } = plan.pipeline.plan
  const waited = waitingTotal(plan.dropped)
  const are = (n: number) => (!isExecuted ? 'would be' : n === 1 ? 'is' : 'are')
  const { readAgain, neverRead } = totalsOf(plan)
  return [
    ...(waited.blocks > 0
      ? [`${droppedText(waited)} that were received and not processed ${are(waited.blocks)} dropped`]
      : []),
    ...(readAgain > 0 ? [`${amount(readAgain, unit)} ${are(readAgain)} read again; results stay:`] : []),
    ...(readAgain > 0 ? sinks.map(({ sink }) => `  ${sink.whenReadAgain}`) : []),
    ...(readAgain > 0 && isReplayable && sinks.some(({ sink }) => sink.targets.length > 0)
      ? [`  ${isExecuted ? 'to' : 'instead, to'} have each record once:`, `    ${replaceCommand(words)}`]
      : []),
    ...(neverRead > 0
      ? [`${amount(neverRead, unit)} ${isExecuted ? `${are(neverRead)} never` : 'would never be'} read`]
      : []),
  ]
}

/** Reads all that was read into new results. In new batches: those that were recorded hold what earlier resets read twice. */
function replaceCommand(words: string): string {
  return `sprk replay ${words} --rebatch --replace`
}
