// sprk explain: the plan in words, without a broker.

import { Exit } from '../../errors.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { explainJson, explainRows, explainText } from '../print/explain-report.ts'
import { type Form, print } from '../print/print.ts'

export interface ExplainOptions {
  readonly set: readonly string[]
  readonly output: Form
}

export function explain(file: string, { set, output }: ExplainOptions, registry: KindRegistry): number {
  const pipeline = load(file, set, registry, { takesStdin: true })
  print(output, {
    text: () => explainText(pipeline),
    json: () => explainJson(pipeline),
    csv: () => explainRows(pipeline),
  })
  return Exit.OK
}
