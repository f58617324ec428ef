// filter: keeps the rows for which a condition is true (not NULL, not false), as Spark's `Dataset.filter`.

import { castText, compileText, selectTrue } from '../expressions/index.ts'
import type { SourceText } from '../spec.ts'
import type { TransformKind } from '../transform.ts'
import { typeName } from '../types.ts'

export const filter: TransformKind<SourceText> = {
  keepsColumns: true,
  compile(condition, input) {
    const asWritten = compileText(condition, input)
    if (asWritten === undefined) return undefined
    const compiled =
      asWritten.type.kind === 'variant' ? (castText(condition, 'BOOLEAN', input) ?? asWritten) : asWritten
    if (compiled.type.kind !== 'boolean') {
      input.report({
        code: 'E_TYPE',
        message: `a filter needs a condition; this expression is of type ${typeName(compiled.type)}`,
        hint: "compare it with something, such as `type = 'track'`",
        place: condition.place(),
      })
      return undefined
    }
    const { evaluate } = compiled
    return {
      role: 'stateless',
      output: input.schema,
      canonical: `filter ${compiled.canonical}`,
      boundary: 'independent',
      notes: compiled.notes,
      apply: ({ frame, selection }) => ({ frame, selection: selectTrue(evaluate(frame, selection), selection) }),
    }
  },
}
