// sprk dead-letters list: the records that a pipeline refused and kept.

import { Exit } from '../../errors.ts'
import { warning } from '../../notice.ts'
import { readDeadLetters } from '../../operations/dead-letters.ts'
import { amount } from '../../words.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { statePathOf } from '../load.ts'
import { deadLetterJson, deadLetterLines, deadLetterRow, TITLES } from '../print/dead-letter-report.ts'
import { type Form, print } from '../print/print.ts'

export interface DeadLettersOptions {
  readonly set: readonly string[]
  readonly limit: number
  readonly output: Form
}

export function listDeadLetters(
  file: string,
  { set, limit, output }: DeadLettersOptions,
  registry: KindRegistry,
): number {
  const { letters, pruned } = readDeadLetters(statePathOf(file, set, registry), limit)
  if (pruned !== null) {
    const { deadLetters, throughBatchId } = pruned
    const what = `${amount(deadLetters, 'older dead letters')} of batches up to ${throughBatchId}`
    thisHost().tell(warning(`${what} were pruned, as \`retain:\` says`))
  }
  print(output, {
    text: () => letters.flatMap(deadLetterLines),
    json: () => letters.map(deadLetterJson),
    csv: () => [TITLES, ...letters.map(deadLetterRow)],
  })
  return Exit.OK
}
