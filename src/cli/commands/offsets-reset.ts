// sprk offsets reset: moves saved positions. Prints the plan; changes the state file only where all of it is allowed.

import { readFileSync } from 'node:fs'
import { Exit, throwIfAny } from '../../errors.ts'
import { type NamedOffset, parseOffsets } from '../../operations/offsets/csv.ts'
import { executeReset, missingPermissions, planReset, type ResetPlan } from '../../operations/offsets/reset.ts'
import { stateChoice } from '../../operations/offsets/reset-state.ts'
import { savedPositions } from '../../operations/offsets/saved.ts'
import { MAX_LISTED } from '../../words.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load, unreadable } from '../load.ts'
import { loadedPipeline, sources } from '../loaded.ts'
import { checkOptions, permissionsOf, type ResetOptions } from '../options/reset.ts'
import { targetFlag, targetOf } from '../options/target.ts'
import { shellWord } from '../print/error.ts'
import { print } from '../print/print.ts'
import { notAllowed, offsetsCsv, resetJson, resetText } from '../print/reset-report.ts'

export async function resetOffsets(
  file: string,
  options: ResetOptions,
  args: readonly string[],
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  checkOptions(file, options)
  const pipeline = load(file, options.set, registry, {
    needsSecrets: targetFlag(options) !== null,
    writesState: options.execute,
  })
  const host = thisHost(options)
  if (targetFlag(options) === null && options.export) {
    const saved = await savedPositions(pipeline, options.topic, host)
    print('csv', { csv: () => offsetsCsv(saved.map(({ next, ...at }) => ({ ...at, offset: next }))) })
    return Exit.OK
  }
  const target = targetOf(options, pipeline.spec.timeZone, host.clock.now())
  const choice = stateChoice(pipeline.plan, options)
  const named = target.to === 'file' ? readOffsets(target.path) : null
  const request = { target, named, topics: options.topic, choice, timeoutMs: options.timeout }
  const permissions = permissionsOf(options)
  let plan = await planReset(pipeline, request, host, signal)
  if (options.execute) {
    const outcome = await executeReset(plan, { permissions, waitLockMs: options.waitLock }, host, signal)
    plan = outcome.plan
    if (outcome.missing.length > 0) throw notAllowed(plan, outcome.missing, commandOf(args, plan, options))
  }
  if (!options.quiet || !options.execute || options.output !== 'text') {
    printPlan(plan, commandOf(args, plan, options), options)
  }
  return Exit.OK
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
  throwIfAny(Exit.USAGE, problems, MAX_LISTED)
  return offsets
}

/** The command line, with what was missing for it to do something. */
function commandOf(args: readonly string[], plan: ResetPlan, options: ResetOptions): string {
  // To be pasted, it takes what changes less.
  const chosen = plan.request.choice.missing.map((option) => option.replace('|clear', ''))
  const missing = missingPermissions(plan, permissionsOf(options))
  const words = args.filter((arg) => arg !== '--dry-run').map(shellWord)
  return ['sprk', ...words, ...chosen, ...missing, ...(options.execute ? [] : ['--execute'])].join(' ')
}

function printPlan(plan: ResetPlan, command: string, { execute, export: isExport, output }: ResetOptions): void {
  const report = { plan, isExecuted: execute, words: loadedPipeline() ?? '', command }
  print(isExport ? 'csv' : output, {
    text: () => resetText(report),
    json: () => resetJson(report),
    csv: () => offsetsCsv(plan.moves.map(({ topic, partition, to: offset }) => ({ topic, partition, offset }))),
  })
}
