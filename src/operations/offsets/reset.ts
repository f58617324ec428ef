// sprk offsets reset: moves saved positions. Plans first; changes the state file only where all of the plan is allowed.

import { readFileSync } from 'node:fs'
import {
  type HeldState,
  type History,
  holdState,
  openCheckpoint,
  type PositionsReset,
  stateExists,
} from '../../checkpoint/index.ts'
import { amount } from '../../cli/amount.ts'
import type { KindRegistry } from '../../cli/kinds.ts'
import { load, loadedPipeline, sources, unreadable } from '../../cli/load.ts'
import { isStateArgument } from '../../cli/options/state-argument.ts'
import {
  describeTarget,
  type Target,
  type TargetOptions,
  targetFlag,
  targetOf,
  usage,
} from '../../cli/options/target.ts'
import { shellWord } from '../../cli/print/error.ts'
import { stdout } from '../../cli/print/redact.ts'
import { type ResetReport, resetCsv, resetJson, resetText, totalsOf } from '../../cli/print/reset-report.ts'
import { systemClock } from '../../cli/system-clock.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { LogPartition, LogView, Position } from '../../log.ts'
import type { Plan } from '../../plan/plan.ts'
import { partitionKey } from '../../record.ts'
import type { PipelineSpec } from '../../spec.ts'
import { type Asking, ask } from '../ask.ts'
import { stateOptions } from '../pipeline.ts'
import { type NamedOffset, parseOffsets } from './csv.ts'
import { exportSaved } from './export.ts'
import { readLog } from './log.ts'
import { isReplayable } from './replayable.ts'
import { beginAt, type Permission, planReset, type ResetPlan, type Saved } from './reset-plan.ts'
import { type StateChoice, type StateOptions, stateChoice } from './reset-state.ts'
import { readSaved, savedOf } from './saved.ts'
import { assertNone, existingPartitions, selectPartitions, shortList } from './selection.ts'

export interface ResetCommandOptions extends TargetOptions, StateOptions {
  readonly set: readonly string[]
  readonly topic: readonly string[]
  readonly export: boolean
  readonly allowLoss: boolean
  readonly allowDuplicates: boolean
  readonly execute: boolean
  readonly output: 'table' | 'json'
  readonly waitLock: number
  readonly timeout: number
}

interface Work {
  readonly spec: PipelineSpec
  readonly plan: Plan
  readonly options: ResetCommandOptions
  readonly target: Target
  /** What a CSV file names; null where the target is none. */
  readonly named: readonly NamedOffset[] | null
  /** Null where nothing was read. */
  readonly history: History | null
}

interface Planned extends ResetPlan {
  readonly isReplayable: boolean
}

/** `args`: the command line, as it was typed. */
export async function resetOffsets(
  file: string,
  options: ResetCommandOptions,
  registry: KindRegistry,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  checkOptions(options)
  if (isStateArgument(file))
    throw usage(`${file} is a state file: to move its offsets the pipeline file is needed, which names the log`)
  const { spec, plan } = load(file, options.set, registry, { needsSecrets: targetFlag(options) !== null })
  if (targetFlag(options) === null && options.export) return await exportSaved(spec, plan, options.topic)
  const target = targetOf(options, spec.timeZone, systemClock.now())
  const choice = stateChoice(plan, options)
  const named = target.to === 'file' ? readOffsets(target.path) : null
  const { history, ...saved } = readSaved(spec.state.path, plan.name, plan.source.id)
  const work = { spec, plan, options, target, named, history }
  const view = plan.source.look(systemClock, saved.stateId)
  try {
    const asking = { signal, timeoutMs: options.timeout }
    const reportOf = ({ isReplayable, ...reset }: Planned) => {
      const command = commandOf(args, reset.needs, choice, options)
      return { ...headOf(work, view), plan: reset, isReplayable, choice, command }
    }
    let reset = await planOn(work, saved, view, asking)
    if (!options.execute) return print({ ...reportOf(reset), isExecuted: false }, options)
    assertAllowed(reportOf(reset), options)
    const held = await hold(work, signal)
    try {
      const now = savedOf(held.resume, plan.source.id)
      if (!isSame(saved, now)) {
        // Somebody worked on the file while it was waited for.
        reset = await planOn(work, now, view, asking)
        assertAllowed(reportOf(reset), options)
      }
      held.reset(changeOf(work, reset, now, choice))
    } finally {
      held.close()
    }
    return print({ ...reportOf(reset), isExecuted: true }, options)
  } finally {
    await view.close()
  }
}

function checkOptions(options: ResetCommandOptions): void {
  const flag = targetFlag(options)
  if (options.export && options.output === 'json') throw usage('--export writes CSV: it does not go with -o json')
  if (options.export && options.execute && flag === null) throw usage('--execute needs to be told where to go')
  if (flag === 'fromFile' && options.topic.length > 0)
    throw usage('--from-file names its partitions itself: leave out --topic')
}

function readOffsets(path: string): readonly NamedOffset[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadable(`--from-file ${path}`, error, 'a CSV file')
  }
  sources.set(path, text)
  const { offsets, problems } = parseOffsets(path, text)
  assertNone(problems, Exit.USAGE)
  return offsets
}

/** Asks the log what the target needs, and plans. */
async function planOn(work: Work, saved: Saved, view: LogView, asking: Asking): Promise<Planned> {
  const { options, target, named, history } = work
  const log = await readLog(view, saved.positions, asking)
  const selected =
    named === null ? selectPartitions(options.topic, log.partitions) : existingPartitions(named, log.partitions)
  const offsets =
    target.to === 'time'
      ? await ask(view.offsetsAt(selected, target.at, asking.signal), asking)
      : new Map(named?.map((at) => [partitionKey(at), at.offset]))
  const starts = saved.isNew ? await ask(view.starts(asking.signal), asking) : []
  const reset = planReset(saved, log, selected, { target, offsets, starts })
  await assertBoundaries(reset, view)
  return { ...reset, isReplayable: isReplayable(history, log, reset.moves) }
}

async function assertBoundaries({ moves }: ResetPlan, view: LogView): Promise<void> {
  const problems = await Promise.all(
    moves.map(async (move) => {
      const refusal = (await view.refusal?.(move, move.to)) ?? null
      if (refusal === null) return []
      return [{ code: 'E_OUT_OF_RANGE', message: `${partitionKey(move)}: reading cannot begin there: ${refusal}` }]
    }),
  )
  assertNone(problems.flat(), Exit.DATA_LOSS)
}

function headOf({ spec, plan, target }: Work, { unit = 'records' }: LogView) {
  return {
    pipeline: plan.name,
    words: loadedPipeline() ?? '',
    state: spec.state.path,
    target: describeTarget(target),
    sinks: plan.sinks,
    unit,
  }
}

function isAllowed(flag: Permission, { allowLoss, allowDuplicates }: ResetCommandOptions): boolean {
  return flag === '--allow-loss' ? allowLoss : allowDuplicates
}

function missingFlags(needs: ResetPlan['needs'], options: ResetCommandOptions): readonly Permission[] {
  return needs.filter((flags) => !flags.some((flag) => isAllowed(flag, options))).map(([flag]) => flag as Permission) // each names one at least
}

/** The command line, with what was missing for it to do something. */
function commandOf(
  args: readonly string[],
  needs: ResetPlan['needs'],
  { missing }: StateChoice,
  options: ResetCommandOptions,
): string {
  // To be pasted, it takes what changes less.
  const chosen = missing.map((option) => option.replace('|clear', ''))
  const flags = [...missingFlags(needs, options), ...(options.execute ? [] : ['--execute'])]
  return ['sprk', ...args.map(shellWord), ...chosen, ...flags].join(' ')
}

/** Throws a SprkError (exit 64) where something is to be allowed or decided yet. */
function assertAllowed(
  { plan, choice, command, unit }: Omit<ResetReport, 'isExecuted'>,
  options: ResetCommandOptions,
): void {
  const flags = missingFlags(plan.needs, options)
  if (flags.length === 0 && choice.missing.length === 0) return
  const { readAgain, neverRead } = totalsOf(plan)
  const lost = plan.moves.filter(({ isLost }) => isLost)
  const reasons = [
    ...(flags.length > 0 && lost.length > 0
      ? [`saved offsets are not in this log (${shortList(lost.map(partitionKey))})`]
      : []),
    ...(flags.includes('--allow-loss') && neverRead > 0 ? [`${amount(neverRead, unit)} would never be read`] : []),
    ...(flags.includes('--allow-loss') && plan.forgotten.length > 0 ? [`${forgottenOf(plan)} would be forgotten`] : []),
    ...(flags.includes('--allow-duplicates') && readAgain > 0
      ? [`${amount(readAgain, unit)} would be read again`]
      : []),
    ...(choice.missing.length > 0 ? ['steps keep state'] : []),
  ]
  throw new SprkError(Exit.USAGE, {
    code: 'E_NOT_ALLOWED',
    message: `${reasons.join(', and ')}: ${[...flags, ...choice.missing].join(' and ')} has to say that this is wanted; nothing was changed`,
    details: choice.lines,
    hint: command,
  })
}

function forgottenOf({ forgotten }: ResetPlan): string {
  return `the position${forgotten.length === 1 ? '' : 's'} of ${shortList(forgotten.map(partitionKey))}`
}

/** Makes the state file where there is none, as a run would. */
async function hold({ spec, plan, options }: Work, signal: AbortSignal): Promise<HeldState> {
  const opening = stateOptions(spec, plan, options.waitLock)
  if (!stateExists(spec.state.path)) (await openCheckpoint(opening, signal)).close()
  return await holdState(opening, signal)
}

function isSame(before: Saved, now: Saved): boolean {
  const textOf = ({ logId, positions }: Saved) =>
    JSON.stringify([logId, positions.map(({ topic, partition, next, topicId }) => [topic, partition, next, topicId])])
  return textOf(before) === textOf(now)
}

function changeOf({ plan, target }: Work, reset: ResetPlan, saved: Saved, choice: StateChoice): PositionsReset {
  const { moves, others, forgotten, isRebound, logId } = reset
  const cause = `reset ${describeTarget(target)}`
  const begun: Position[] = [
    ...moves.filter(({ from }) => from === null).map((move) => beginAt(move, move.to)),
    ...others,
  ]
  return {
    source: plan.source.id,
    logId: isRebound || saved.logId === null ? logId : null,
    moves: moves.flatMap(({ topic, partition, topicId, from, to }) =>
      from === null
        ? []
        : [
            {
              topic,
              partition,
              topicId: topicId ?? (isRebound ? null : idOf(saved, { topic, partition })),
              fromOffset: from,
              toOffset: to,
              cause,
            },
          ],
    ),
    begun,
    forgotten,
    cleared: choice.cleared,
    detail: [
      describeTarget(target),
      ...moves.map((move) => `${partitionKey(move)}: ${move.from ?? 'none'} -> ${move.to}`),
      ...others.map((position) => `${partitionKey(position)}: none -> ${position.next}`),
      ...forgotten.map((position) => `${partitionKey(position)}: ${position.next} -> none`),
      ...(isRebound ? [`cluster: ${saved.logId} -> ${logId}`] : []),
      ...choice.cleared.map((table) => `table ${table}: emptied`),
    ].join('\n'),
  }
}

/** Of brokers that tell no ids: as it was. */
function idOf(saved: Saved, at: Pick<LogPartition, 'topic' | 'partition'>): string | null {
  return saved.positions.find((position) => partitionKey(position) === partitionKey(at))?.topicId ?? null
}

function print(report: ResetReport, { export: isExport, output }: ResetCommandOptions): number {
  stdout.write(isExport ? resetCsv(report.plan) : output === 'json' ? resetJson(report) : resetText(report))
  return Exit.OK
}
