// sprk dead-letters list: the records that a pipeline refused and kept.

import { Exit } from '../../errors.ts'
import { readDeadLetters } from '../../operations/dead-letters.ts'
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
  const letters = readDeadLetters(statePathOf(file, set, registry), limit)
  print(output, {
    text: () => letters.flatMap(deadLetterLines),
    json: () => letters.map(deadLetterJson),
    csv: () => [TITLES, ...letters.map(deadLetterRow)],
  })
  return Exit.OK
}
