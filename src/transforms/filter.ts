// filter: passes the rows for which a condition is true (not NULL, not false), as Spark's `Dataset.filter`.

import * as v from 'valibot'
import { castText, compileText, selectTrue } from '../expressions/index.ts'
import { transformKind } from '../kind.ts'
import { expression } from '../options.ts'
import { typeName } from '../types.ts'

export const filter = transformKind(
  'filter',
  'Keeps the rows for which a condition is true.',
  v.pipe(expression(), v.description("A boolean Spark SQL expression, such as `type = 'track'`.")),
  {
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
        boundary: compiled.boundary,
        notes: compiled.notes,
        apply: ({ frame, selection }) => ({ frame, selection: selectTrue(evaluate(frame, selection), selection) }),
      }
    },
  },
)
