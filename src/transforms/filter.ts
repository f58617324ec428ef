// filter: keeps the rows for which a condition is true (not NULL, not false), as Spark's `Dataset.filter`.

import { type Column, isNull, type Selection, valueAt } from '../column.ts'
import type { SourceText } from '../spec.ts'
import type { TransformKind } from '../transform.ts'
import { typeName } from '../types.ts'
import { castText, compileText } from './compile-text.ts'

export const filter: TransformKind<SourceText> = {
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
      apply: ({ frame, selection }) => ({ frame, selection: keepTrue(evaluate(frame, selection), selection) }),
    }
  },
}

function keepTrue(column: Column, { rows, count }: Selection): Selection {
  const kept = new Int32Array(count)
  let n = 0
  if (column.layout === 'boolean') {
    const { values, nulls } = column
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number
      if (values[row] === 1 && (nulls === null || nulls[row] === 0)) kept[n++] = row
    }
  } else {
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number
      if (!isNull(column, row) && valueAt(column, row) === true) kept[n++] = row
    }
  }
  return { rows: kept, count: n }
}
