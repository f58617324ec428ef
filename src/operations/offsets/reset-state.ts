// What becomes of the state of a pipeline's steps, and of its results, where positions are moved.

import type { Plan } from '../../plan/plan.ts'
import type { StepState } from '../../transform.ts'
import { usage } from '../usage.ts'

export interface StateOptions {
  readonly state?: 'keep' | 'clear'
  readonly results?: 'keep' | 'clear'
}

export interface StateChoice {
  /** Tables that are emptied. */
  readonly cleared: readonly string[]
  /** For people: what is still to be decided, and what keeping the state would do. */
  readonly lines: readonly string[]
  /** The options that are still missing, `--state keep|clear`. */
  readonly missing: readonly string[]
}

const HELP = 'sprk offsets reset --help'

/** Throws a SprkError (exit 64) for options that do not fit the pipeline, or each other. */
export function stateChoice(plan: Plan, { state, results }: StateOptions): StateChoice {
  const stateful = plan.steps.flatMap(({ id, step }) => (step.state === undefined ? [] : [{ id, ...step.state }]))
  if (stateful.length === 0) {
    if (state === undefined && results === undefined) return { cleared: [], lines: [], missing: [] }
    throw usage('--state and --results are for pipelines whose steps keep state; no step of this one does', HELP)
  }
  if (results !== undefined && state !== 'clear') throw usage('--results belongs to --state clear', HELP)
  const missing = [
    ...(state === undefined ? ['--state keep|clear'] : []),
    ...(state === 'clear' && results === undefined ? ['--results keep|clear'] : []),
  ]
  return {
    cleared: state === 'clear' ? [...stateful.flatMap(({ tables }) => tables), ...resultTables(plan, results)] : [],
    lines: stateful.map((step) => lineOf(step, state)),
    missing,
  }
}

function resultTables({ fingerprint }: Plan, results: StateOptions['results']): string[] {
  return results === 'clear' ? fingerprint.steps.map(({ table }) => table) : []
}

function lineOf({ id, whenKept }: StepState & { readonly id: string }, state: StateOptions['state']): string {
  return state === 'clear'
    ? `step ${id}: its state and its watermark are cleared`
    : `step ${id}, if its state is kept: ${whenKept}`
}
