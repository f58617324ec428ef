import { describe, expect, test } from 'vitest'
import { allRows, type Value } from '../../src/column.ts'
import { consoleSink } from '../../src/sinks/console.ts'
import { BIGINT, type DataType, STRING } from '../../src/types.ts'
import { BATCH, origin } from '../support/frame.ts'
import { sinkInput } from '../support/sink-input.ts'

const options = { numRows: 20, truncate: true }
const counts = [
  { name: 'city', type: STRING },
  { name: 'count', type: BIGINT },
]

function rows(types: readonly DataType[], ...values: readonly (readonly Value[])[]) {
  const columns = types.map((type, i) => ({
    layout: 'values' as const,
    type,
    values: values.map((row) => row[i] ?? null),
  }))
  const frame = { length: values.length, columns, records: null, rejects: { reject: () => {} }, batch: BATCH }
  return { frame, selection: allRows(values.length) }
}

const countRows = (...values: readonly (readonly Value[])[]) => rows([STRING, BIGINT], ...values)

describe('the console sink', () => {
  test("prints a batch as Spark's console sink does", () => {
    const sink = consoleSink(options, sinkInput(counts))
    sink
      .stage(countRows(['Berlin', 3n], [null, 1n], ['東京', 12n], ['a name of more than twenty characters', 2n]))
      .add(null)
    expect(sink.show?.(7)).toBe(
      `-------------------------------------------
Batch: 7
-------------------------------------------
+--------------------+-----+
|                city|count|
+--------------------+-----+
|              Berlin|    3|
|                NULL|    1|
|                東京|   12|
|a name of more th...|    2|
+--------------------+-----+

`,
    )
  })

  test('shows the first rows in partition order and says that there are more', () => {
    const sink = consoleSink({ numRows: 2, truncate: true }, sinkInput(counts))
    sink.stage(countRows(['late', 1n])).add(origin(0, 'b'))
    sink.stage(countRows(['second', 1n], ['third', 1n])).add(origin(1, 'a'))
    sink.stage(countRows(['first', 1n])).add(origin(0, 'a'))
    const text = sink.show?.(1) ?? ''
    expect(text).toMatch(/first[\s\S]*second/)
    expect(text).not.toMatch(/third|late/)
    expect(text).toContain('only showing top 2 rows\n')
  })

  test('cuts nothing and aligns to the left without truncate', () => {
    const sink = consoleSink({ numRows: 20, truncate: false }, sinkInput(counts))
    sink.stage(countRows(['x'.repeat(30), 1n], ['y', 2n])).add(null)
    expect(sink.show?.(1)).toContain(`|y${' '.repeat(29)}|2    |`)
  })

  test('escapes what would break the table or the terminal', () => {
    const sink = consoleSink(options, sinkInput(counts))
    sink.stage(countRows(['a\nb\u001b[31m', 1n])).add(null)
    expect(sink.show?.(1)).toContain('|a\\nb\\u001b[31m|')
  })

  test('forgets the rows of the last batch', () => {
    const sink = consoleSink(options, sinkInput(counts))
    sink.stage(countRows(['Berlin', 3n])).add(null)
    sink.committed()
    expect(sink.show?.(2)).not.toContain('Berlin')
  })
})
