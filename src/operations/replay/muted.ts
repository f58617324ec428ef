// A plan whose sinks outside the state file write nothing: what they would refuse is refused all the same.

import type { Plan } from '../../plan/plan.ts'
import type { Sink } from '../../sink.ts'

/** Law: counts, dead letters and SQLite tables are those of the plan itself. */
export function mutedPlan(plan: Plan): Plan {
  return {
    ...plan,
    sinks: plan.sinks.map((each) => (isOfStateFile(each.kind) ? each : { ...each, sink: muted(each.sink) })),
  }
}

export function isOfStateFile(kind: string): boolean {
  return kind === 'sqlite'
}

function muted(sink: Sink): Sink {
  return {
    guarantee: 'writes nothing',
    targets: sink.targets,
    canonical: sink.canonical,
    whenReadAgain: sink.whenReadAgain,
    prepare() {},
    ...(sink.check !== undefined && { check: (rows) => sink.check?.(rows) }),
    add() {},
    write() {},
    clear() {},
  }
}
