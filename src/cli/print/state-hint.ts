// What to do where the state file cannot lie: it is the user's folder, or a disk that is only read, that says no.

import { type Problem, SprkError } from '../../errors.ts'

/** The state file of a pipeline. */
export interface StatePlace {
  readonly path: string
  /** `--set state=…` was given. */
  readonly isSet: boolean
}

/** The error with a hint that names another place, where it says that the state file or its lock may not be written. */
export function withStateHint(error: SprkError, state: StatePlace | undefined): SprkError {
  if (state === undefined) return error
  const problems = error.problems.map((problem) => ({ ...problem, hint: problem.hint ?? hintOf(problem, state) }))
  const [first, ...others] = problems
  return first === undefined ? error : new SprkError(error.exit, [first, ...others], { cause: error.cause })
}

function hintOf({ code, message }: Problem, { path, isSet }: StatePlace): string | undefined {
  const file = path.slice(path.lastIndexOf('/') + 1)
  if (code !== 'E_PERMISSION' || !message.includes(file)) return undefined
  const other = `\`--set state=/data/${file}\``
  return isSet
    ? `name a folder that this user may write, such as ${other}`
    : `the state file lies beside the pipeline; ${other} puts it elsewhere`
}
