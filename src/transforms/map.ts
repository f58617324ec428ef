// map: new columns from expressions, nothing else kept, as Spark's `Dataset.select`.

import type { Evaluate } from '../column.ts'
import type { Entry, SourceText } from '../spec.ts'
import type { TransformKind } from '../transform.ts'
import type { Field } from '../types.ts'
import { compileText } from './compile-text.ts'

export const map: TransformKind<readonly Entry<SourceText>[]> = {
  compile(entries, input) {
    const output: Field[] = []
    const evaluates: Evaluate[] = []
    const canonical: string[] = []
    const notes: string[] = []
    for (const { name, value } of entries) {
      const compiled = compileText(value, input)
      if (compiled === undefined) continue
      output.push({ name, type: compiled.type })
      evaluates.push(compiled.evaluate)
      canonical.push(`${JSON.stringify(name)}: ${compiled.canonical}`)
      notes.push(...compiled.notes)
    }
    if (output.length < entries.length) return undefined
    return {
      role: 'stateless',
      output,
      canonical: `map {${canonical.join(', ')}}`,
      boundary: 'independent',
      notes,
      apply: ({ frame, selection }) => ({
        frame: { ...frame, columns: evaluates.map((evaluate) => evaluate(frame, selection)) },
        selection,
      }),
    }
  },
}
