// Aggregates give the same for every layout of their argument.

import { describe, expect, test } from 'vitest'
import { allRows, type Column, type Value, valueAt } from '../../../src/column.ts'
import { compileAggregates } from '../../../src/expressions/index.ts'
import { BIGINT, type DataType, DOUBLE, INT } from '../../../src/types.ts'
import { columnOf, frameOf, OPTIONS, random, scopeOf } from '../support.ts'

const ROWS = 300
const GROUPS = 7
const BIG = [2n ** 52n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 53n - 1n].flatMap((value) => [value, -value])

const makes: Readonly<Record<string, readonly [DataType, (pick: (below: number) => number) => Value]>> = {
  bigint: [BIGINT, (pick) => BigInt(pick(1000) - 500)],
  'bigint beyond 2^53': [BIGINT, (pick) => BIG[pick(BIG.length)] as bigint],
  decimal: [{ kind: 'decimal', precision: 18, scale: 2 }, (pick) => BigInt(pick(100_000)) * 10_000_000_000n],
  int: [INT, (pick) => pick(2000) - 1000],
  double: [DOUBLE, (pick) => [-0, 0, Number.NaN, Infinity, -Infinity, 1.5, -2.5][pick(7)] as number],
}

/** As integers of 64 bits, which a decimal of 18 digits is too. */
function native(type: DataType, values: readonly Value[]): Column {
  return { ...columnOf(type.kind === 'decimal' ? BIGINT : type, values), type } as Column
}

describe.each(Object.keys(makes))('aggregates of %s', (name) => {
  const [type, make] = makes[name] as (typeof makes)[string]

  test.each(['sum(x)', 'avg(x)', 'min(x)', 'max(x)', 'count(x)'])('are the same for every layout: %s', (source) => {
    const pick = random(ROWS)
    const compiled = compileAggregates(source, scopeOf([{ name: 'x', type }]), OPTIONS)
    const chunks = Array.from({ length: 4 }, () => ({
      values: Array.from({ length: ROWS }, (): Value => (pick(10) === 0 ? null : make(pick))),
      groups: Int32Array.from({ length: ROWS }, () => pick(GROUPS - 1)),
    }))
    const results = [native, boxed].map((layout) => {
      const halves = [chunks.slice(0, 3), chunks.slice(3)].map((part) => {
        const accumulators = compiled.aggregates.map(({ open }) => open())
        for (const { values, groups } of part) {
          const frame = frameOf([layout(type, values)], ROWS)
          for (const accumulator of accumulators) accumulator.add(groups, GROUPS, frame, allRows(ROWS))
        }
        return accumulators
      })
      const [all, rest] = halves as [(typeof halves)[0], (typeof halves)[0]]
      all.forEach((accumulator, i) => {
        accumulator.mergeFrom(
          rest[i] as typeof accumulator,
          Int32Array.from({ length: GROUPS }, (_, g) => g),
          GROUPS,
        )
      })
      const column = all[0]?.result(GROUPS) as Column
      return Array.from({ length: GROUPS }, (_, g) => valueAt(column, g))
    })
    expect(results[0]?.filter((value) => value !== null)).toHaveLength(GROUPS - (source === 'count(x)' ? 0 : 1))
    expect(results[0]).toEqual(results[1])
  })
})

function boxed(type: DataType, values: readonly Value[]): Column {
  return { layout: 'values', type, values }
}
