// Saved positions as CSV, from the state file alone: those of what the pipeline reads.

import { stateExists } from '../../checkpoint/index.ts'
import { stderr, stdout } from '../../cli/print/redact.ts'
import { systemClock } from '../../cli/system-clock.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { Plan } from '../../plan/plan.ts'
import { partitionKey } from '../../record.ts'
import type { PipelineSpec } from '../../spec.ts'
import { csvLine } from './csv.ts'
import { readSaved } from './saved.ts'
import { selectPartitions, shortList } from './selection.ts'

/** `topic`: as --topic names them. Throws a SprkError (exit 66) where there is no state file, or no such topic. */
export async function exportSaved(
  { state }: PipelineSpec,
  { name, source }: Plan,
  topic: readonly string[],
): Promise<number> {
  const { positions, stateId } = readSaved(state.path, name, source.id)
  if (stateId === null && !stateExists(state.path)) throw notRun(state.path)
  const view = source.look(systemClock, stateId)
  const read = positions.filter((at) => view.selects(at))
  await view.close()
  const others = positions.filter((at) => !read.includes(at)).map(partitionKey)
  if (others.length > 0 && topic.length === 0) {
    stderr.write(`sprk: warning: ${shortList(others)}: saved, but the pipeline does not read it any more: left out\n`)
  }
  const lines = selectPartitions(topic, read).map((at) => `${csvLine([at.topic, at.partition, at.next])}\n`)
  stdout.write(lines.join(''))
  return Exit.OK
}

function notRun(path: string): SprkError {
  return new SprkError(Exit.NO_INPUT, {
    code: 'E_NO_STATE',
    message: `${path}: there is no such state file: the pipeline has not run yet, so there are no positions to export`,
  })
}
