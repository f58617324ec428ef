// A reset in words, as JSON, and as the CSV that --from-file reads.

import { csvLine } from '../../operations/offsets/csv.ts'
import type { ResetPlan } from '../../operations/offsets/reset-plan.ts'
import type { StateChoice } from '../../operations/offsets/reset-state.ts'
import type { Plan } from '../../plan/plan.ts'
import { partitionKey } from '../../record.ts'
import { amount } from '../amount.ts'
import { formatTable } from './table.ts'

export interface ResetReport {
  readonly pipeline: string
  /** The pipeline as it is named in a command: its file and what was set. */
  readonly words: string
  /** Path of the state file. */
  readonly state: string
  /** Where to, in words. */
  readonly target: string
  readonly plan: ResetPlan
  /** Whether a replay gives each record once. */
  readonly isReplayable: boolean
  readonly choice: StateChoice
  /** What becomes of the sinks. */
  readonly sinks: Plan['sinks']
  readonly unit: 'records' | 'bytes'
  readonly isExecuted: boolean
  /** The command line that does it. */
  readonly command: string
}

export function resetJson(report: ResetReport): string {
  const { pipeline, state, target, plan, choice, sinks, unit, isExecuted, command } = report
  return `${JSON.stringify({
    pipeline,
    state,
    target,
    executed: isExecuted,
    moves: plan.moves.map(({ topic, partition, from, to, readAgain, neverRead, isLost }) => {
      return { topic, partition, from, to, readAgain, neverRead, lost: isLost }
    }),
    begun: plan.others.map(({ topic, partition, next }) => ({ topic, partition, to: next })),
    forgotten: plan.forgotten.map(({ topic, partition, next }) => ({ topic, partition, from: next })),
    clusterChanged: plan.isRebound,
    unit,
    total: totalsOf(plan),
    needs: [...plan.needs.map((flags) => flags[0]), ...choice.missing],
    effects: [...effectsOf(report), ...choice.lines],
    sinks: sinks.map(({ id }) => id),
    command: isExecuted ? null : command,
  })}\n`
}

export function resetCsv({ moves }: ResetPlan): string {
  return moves.map(({ topic, partition, to }) => `${csvLine([topic, partition, to])}\n`).join('')
}

export function resetText(report: ResetReport): string {
  const { plan, choice, isExecuted, command } = report
  const lines = [...planTable(plan), '', ...notesOf(plan), ...effectsOf(report), ...choice.lines]
  if (isExecuted) return `${[...lines, `done: ${report.target}, in ${report.state}`].join('\n')}\n`
  return `${[...lines, 'nothing was changed; this does it:', `  ${command}`].join('\n')}\n`
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
  const rows = plan.moves.map(({ topic, partition, from, to, readAgain, neverRead }) =>
    [topic, partition, from ?? '-', to, readAgain, neverRead].map(String),
  )
  const { readAgain, neverRead } = totalsOf(plan)
  return formatTable(columns, [...rows, ['total', '', '', '', String(readAgain), String(neverRead)]])
}

export function totalsOf({ moves }: ResetPlan): { readonly readAgain: number; readonly neverRead: number } {
  const sum = (count: (move: ResetPlan['moves'][number]) => number) => moves.reduce((all, move) => all + count(move), 0)
  return { readAgain: sum((move) => move.readAgain), neverRead: sum((move) => move.neverRead) }
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

function effectsOf({ words, plan, isReplayable, sinks, unit, isExecuted }: ResetReport): string[] {
  const are = (n: number) => (!isExecuted ? 'would be' : n === 1 ? 'is' : 'are')
  const { readAgain, neverRead } = totalsOf(plan)
  return [
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
