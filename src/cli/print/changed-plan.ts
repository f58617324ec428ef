// What a start says of a pipeline that was changed since the last run, where the change is accepted.

import type { Checkpoint } from '../../checkpoint.ts'
import { info, type Notice, warning } from '../../notice.ts'
import type { Pipeline } from '../../operations/pipeline.ts'
import type { KindRegistry } from '../kinds.ts'
import { loadedPipeline } from '../load.ts'

/** Said once: the next start finds the plan of this one. Tables that were made in another way are a warning. */
export function changeNotices(
  { spec, plan }: Pipeline,
  { changes, resume }: Checkpoint,
  kinds: KindRegistry,
): Notice[] {
  const { path } = spec.state
  if (changes.length === 0) return []
  const steps = [...new Set(changes.map(stepOf).filter((id) => kinds.transforms.has(id.replace(/-\d+$/, ''))))]
  if (steps.length > 0 && plan.fingerprint.steps.length > 0) {
    const what = `${steps.join(', ')} ${steps.length === 1 ? 'was' : 'were'} changed since the last run`
    const made = `results of batches up to ${resume.lastBatchId} were made without it`
    const command = `sprk replay ${loadedPipeline() ?? '<pipeline>'} --replace`
    return [warning(`${path}: ${what}: ${made}; \`${command}\` makes them again`)]
  }
  const count = changes.length === 1 ? 'one line' : `${changes.length} lines`
  return [info(`${path}: the pipeline changed since the last run (${count} of its plan, see sprk_audit); accepted`)]
}

/** `filter` of `now:   filter: word <> 'the'`. */
function stepOf(line: string): string {
  return /^(?:saved|now): +([\w-]+):/.exec(line)?.[1] ?? ''
}
