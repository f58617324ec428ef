// A plan whose sinks outside the state file write nothing: what they would refuse is refused all the same.

import type { Plan, PlanSink } from '../../plan/plan.ts'
import { type Sink, tablesOf } from '../../sink.ts'

/** Law: counts, dead letters and SQLite tables are those of the plan itself. */
export function mutedPlan(plan: Plan): Plan {
  return { ...plan, sinks: plan.sinks.map((each) => (writesTables(each) ? each : { ...each, sink: muted(each.sink) })) }
}

export function writesTables({ sink }: Pick<PlanSink, 'sink'>): boolean {
  return tablesOf(sink).length > 0
}

function muted(sink: Sink): Sink {
  return {
    guarantee: 'writes nothing',
    targets: sink.targets,
    canonical: sink.canonical,
    merges: sink.merges,
    whenReadAgain: sink.whenReadAgain,
    open() {},
    stage(rows) {
      sink.stage(rows)
      return { add() {} }
    },
    write() {},
    keptBytes: () => 0,
    committed() {},
    abandoned() {},
  }
}
