// What a start says of a pipeline that was changed since the last run, where the change is accepted.

import type { Checkpoint } from '../../checkpoint.ts'
import { info, type Notice, warning } from '../../notice.ts'
import type { Pipeline } from '../../operations/pipeline.ts'
import { type Plan, type PlanSink, SOURCE } from '../../plan/plan.ts'
import { tablesOf } from '../../sink.ts'
import type { KindRegistry } from '../kinds.ts'

/** Said once: the next start finds the plan of this one. Tables that were made in another way are a warning. */
export function changeNotices(
  { spec, plan }: Pipeline,
  { changes, resume }: Checkpoint,
  kinds: KindRegistry,
): Notice[] {
  const { path } = spec.state
  if (changes.length === 0) return []
  const steps = changedSteps(plan, changes, kinds)
  if (steps.length > 0) {
    const what = `${steps.join(', ')} ${steps.length === 1 ? 'was' : 'were'} changed since the last run`
    const made = `results of batches up to ${resume.lastBatchId} were made without it`
    return [warning(`${path}: ${what}: ${made}; ${AGAIN}`)]
  }
  const count = changes.length === 1 ? 'one line' : `${changes.length} lines`
  return [info(`${path}: the pipeline changed since the last run (${count} of its plan, see sprk_audit); accepted`)]
}

const AGAIN = '`sprk replay <pipeline> --replace` makes them again'

/** A line of a plan. */
interface Part {
  readonly id: string
  readonly kind: string
  /** Without the number of the id: parts that only change places stay the same. */
  readonly text: string
}

/** The ids of steps that are other ones before a table that has results already. */
function changedSteps(plan: Plan, changes: readonly string[], kinds: KindRegistry): readonly string[] {
  const [saved, now] = ['saved', 'now'].map((when) => changes.flatMap((line) => partOf(line, when)))
  const without = (parts: readonly Part[] = [], others: readonly Part[] = []) =>
    parts.filter(({ text }) => !others.some((other) => other.text === text))
  const [gone, come] = [without(saved, now), without(now, saved)]
  const old = plan.sinks.filter(({ id, sink }) => tablesOf(sink).length > 0 && !come.some((part) => part.id === id))
  const before = new Set(old.flatMap((sink) => stepsBefore(plan, sink)))
  // Where a sink is gone, its steps may be gone with it.
  const dropped = gone.some(({ kind }) => kinds.sinks.has(kind)) ? [] : gone
  const ids = [...dropped.filter(({ kind }) => kinds.transforms.has(kind)), ...come.filter(({ id }) => before.has(id))]
  return old.length === 0 ? [] : [...new Set(ids.map(({ id }) => id))]
}

/** Of `now:   filter-2: value <> 'the'`. */
function partOf(line: string, when: string): readonly Part[] {
  const [, found, id = '', text = ''] = /^(saved|now): +([\w-]+): (.*)$/.exec(line) ?? []
  const kind = id.replace(/-\d+$/, '')
  return found === when ? [{ id, kind, text: `${kind}: ${text}` }] : []
}

function stepsBefore({ steps }: Plan, sink: PlanSink): readonly string[] {
  const ids: string[] = []
  for (let input = sink.input; input !== SOURCE; ) {
    const step = steps[input]
    if (step === undefined) break
    ids.push(step.id)
    input = step.input
  }
  return ids
}
