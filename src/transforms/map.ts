// map: new columns from expressions, nothing else kept, as Spark's `Dataset.select`.

import type { Entry, SourceText } from '../spec.ts'
import type { TransformKind } from '../transform.ts'
import { compileColumns } from './columns.ts'

export const map: TransformKind<readonly Entry<SourceText>[]> = {
  compile(entries, input) {
    const columns = compileColumns(entries, input)
    if (columns === undefined) return undefined
    const { fields, evaluates, canonical, notes } = columns
    return {
      role: 'stateless',
      output: fields,
      canonical: `map {${canonical}}`,
      boundary: 'independent',
      notes,
      apply: ({ frame, selection }) => ({
        frame: { ...frame, columns: evaluates.map((evaluate) => evaluate(frame, selection)) },
        selection,
      }),
    }
  },
}
