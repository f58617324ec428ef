// Where the problems go that checks find.

/** Takes each problem. */
export type ReportProblem = (problem: string) => void

/** Of the history: where problems of each kind go. */
export interface Reports {
  readonly batches: ReportProblem
  readonly digests: ReportProblem
  readonly ranges: ReportProblem
}
