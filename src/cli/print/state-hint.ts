// What to do where the state file may not be opened: its folder, or its disk, says no.

import { type Problem, SprkError } from '../../errors.ts'

/** The state file that a command is to write. */
export interface StatePlace {
  readonly path: string
  /** It lies in the folder of the pipeline file. */
  readonly isBeside: boolean
  readonly exists: boolean
}

/** The error with a hint where it says that a state file or its lock may not be opened. `state`: undefined for commands that look. */
export function withStateHint(error: SprkError, state: StatePlace | undefined): SprkError {
  if (!error.problems.some(({ code, hint }) => code === 'E_PERMISSION' && hint === undefined)) return error
  const problems = error.problems.map((problem) => ({ ...problem, hint: problem.hint ?? hintOf(problem, state) }))
  const [first, ...others] = problems
  return first === undefined ? error : new SprkError(error.exit, [first, ...others], { cause: error.cause })
}

function hintOf({ code, message }: Problem, state: StatePlace | undefined): string | undefined {
  if (code !== 'E_PERMISSION' || state === undefined) return undefined
  const file = state.path.slice(state.path.lastIndexOf('/') + 1)
  const folder = state.path.slice(0, -file.length - 1)
  if (!message.startsWith(folder)) return undefined
  // A file elsewhere is an empty one: the pipeline would start from the beginning.
  if (state.exists) return 'this user needs to read and write the file, its .lock and its folder'
  const other = `\`--set state=/data/${file}\``
  return state.isBeside
    ? `the state file lies beside the pipeline; ${other} puts it elsewhere`
    : `name a folder that this user may write, such as ${other}`
}
