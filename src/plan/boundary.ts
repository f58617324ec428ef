// What makes the contents of a sink depend on where batches are cut.

import { type PlanSink, type PlanStep, SOURCE } from './plan.ts'

/**
 * The first step, in the order of the rows, for which the sink would hold something else if batches were cut elsewhere.
 * An aggregation is none where the sink merges its results: they add up to the same.
 */
export function dependentStep(steps: readonly PlanStep[], { input, sink }: PlanSink): PlanStep | undefined {
  let first: PlanStep | undefined
  for (let at = input; at !== SOURCE; ) {
    const planned = steps[at] as PlanStep
    const { step } = planned
    const boundary = at === input && sink.merges && step.role === 'fold' ? step.mergedBoundary : step.boundary
    if (boundary === 'dependent') first = planned
    at = planned.input
  }
  return first
}
