import { describe, expect, it } from 'vitest'
import { type Column, type Dictionary, stringAt, type Value } from '../../../src/column.ts'
import { STRING, VARIANT } from '../../../src/types.ts'
import { columnOf, compileOver, frameOf, random, run, TestDictionary, variant } from '../support.ts'

const SCHEMA = [
  { name: 's', type: STRING },
  { name: 'v', type: VARIANT },
  { name: 'k', type: STRING },
]
const TEXTS = ['track', 'Track', ' a b ', '', '12', '-3.5', 'true', '😀x', 'Straße', 'a,b,c', '2026-01-31', '%_']
const JSONS = [...TEXTS.map((text) => JSON.stringify(text)), '12', '1.50', 'true', '{"a":"x"}', '[1]', 'null']

type Pick = (below: number) => number

function oneOf<T>(pick: Pick, options: readonly T[]): T {
  return options[pick(options.length)] as T
}

function stringExpression(pick: Pick, depth: number): string {
  if (depth === 0) return oneOf(pick, ['s', 'v', 'k', "'track'", "'a,b'"])
  const inner = () => stringExpression(pick, depth - 1)
  return oneOf(pick, [
    () => `lower(${inner()})`,
    () => `upper(${inner()})`,
    () => `trim(${inner()})`,
    () => `substring(${inner()}, ${pick(7) - 3}, ${pick(4)})`,
    () => `concat(${inner()}, ${inner()})`,
    () => `CAST(${inner()} AS STRING)`,
    () => `coalesce(${inner()}, ${inner()})`,
    () => `CASE WHEN ${booleanExpression(pick, depth - 1)} THEN CAST(${inner()} AS STRING) ELSE 'else' END`,
    () => `split(${inner()}, ',')[0]`,
    () => `CAST(CAST(${inner()} AS DOUBLE) AS STRING)`,
  ])()
}

function booleanExpression(pick: Pick, depth: number): string {
  const text = () => `CAST(${stringExpression(pick, depth)} AS STRING)`
  const inner = () => (depth === 0 ? 's IS NULL' : booleanExpression(pick, depth - 1))
  return oneOf(pick, [
    () => `${text()} = 'track'`,
    () => `${text()} < ${text()}`,
    () => `${text()} IN ('track', '12', NULL)`,
    () => `${text()} NOT IN ('track', 'x')`,
    () => `${text()} LIKE '%${oneOf(pick, ['a', '_', '😀', ''])}%'`,
    () => `${text()} IS NOT NULL`,
    () => `length(${text()}) > 2`,
    () => `CAST(${text()} AS DOUBLE) > 1`,
    () => `v = 'track'`,
    () => `v > 1`,
    () => `(${inner()} AND ${inner()})`,
    () => `(${inner()} OR ${inner()})`,
    () => `NOT ${inner()}`,
  ])()
}

describe('dictionaryLift', () => {
  it('gives what the plain columns give, for random expressions over growing dictionaries', () => {
    const pick = random(20260131)
    let compared = 0
    for (let round = 0; round < 400; round++) {
      const source = pick(2) === 0 ? stringExpression(pick, 1 + pick(3)) : booleanExpression(pick, 1 + pick(2))
      const compiled = compileOver(source, SCHEMA)
      let [strings, jsons] = [new TestDictionary(), new TestDictionary()]
      for (let chunk = 0; chunk < 4; chunk++) {
        if (pick(4) === 0) [strings, jsons] = [new TestDictionary(), new TestDictionary()]
        const length = 1 + pick(20)
        const s = Array.from({ length }, () => (pick(8) === 0 ? null : oneOf(pick, TEXTS)))
        const v = Array.from({ length }, () => variant(oneOf(pick, JSONS)))
        const k: Column = { layout: 'constant', type: STRING, value: oneOf(pick, TEXTS) }
        const selected = Int32Array.from([...s.keys()].filter(() => pick(3) > 0))
        const selection = { rows: selected, count: selected.length }
        const withIds = [strings.column(s, () => pick(5) > 0), jsons.variants(v), k]
        const plain = [
          columnOf(STRING, s),
          columnOf(VARIANT, v),
          columnOf(
            STRING,
            s.map(() => k.value),
          ),
        ]
        const [one, other] = [run(compiled, withIds, length, selection), run(compiled, plain, length, selection)]
        expect(one, source).toEqual(other)
        compared += selected.length
      }
    }
    expect(compared).toBeGreaterThan(5000)
  })

  it('evaluates once per id', () => {
    const dictionary = counting(new TestDictionary())
    const compiled = compileOver("lower(s) = 'track'", SCHEMA)
    const rows = Array.from({ length: 1000 }, (_, row) => (row % 2 === 0 ? 'Track' : 'page'))
    const column = dictionary.inner.column(rows)
    if (column.layout !== 'string') throw new Error('no string column')
    const counted: Column = { ...column, dictionary }
    const { values } = run(compiled, [counted, counted, counted], rows.length)
    expect(values.filter((value) => value === true)).toHaveLength(500)
    expect(dictionary.reads).toBe(2)
  })

  it('keeps ids in a derived string column, equal texts having equal ids', () => {
    const dictionary = new TestDictionary()
    const column = dictionary.column(['Track', 'track', null, 'PAGE', 'TRACK'])
    const compiled = compileOver('lower(s)', SCHEMA)
    const result = compiled.evaluate(frameOf([column], 5), { rows: Int32Array.of(0, 1, 2, 3, 4), count: 5 })
    if (result.layout !== 'string' || result.ids === null) throw new Error('no ids')
    expect([...result.ids]).toEqual([0, 0, -1, 1, 0])
    expect([0, 1, 3, 4].map((row) => stringAt(result, row))).toEqual(['track', 'track', 'page', 'track'])
  })

  it('shares the dictionary of a variant that is cast to string', () => {
    const dictionary = new TestDictionary()
    const column = dictionary.variants([variant('"a"'), variant('1'), variant('null')])
    const compiled = compileOver('CAST(v AS STRING)', SCHEMA)
    const result = compiled.evaluate(frameOf([column, column], 3), { rows: Int32Array.of(0, 1, 2), count: 3 })
    expect(result).toMatchObject({ layout: 'string', dictionary })
  })

  it('forgets what it knew when a constant column changes', () => {
    const dictionary = new TestDictionary()
    const s = dictionary.column(['a', 'b'])
    const compiled = compileOver('concat(s, k)', SCHEMA)
    const withConstant = (value: Value): Column[] => [s, s, { layout: 'constant', type: STRING, value }]
    expect(run(compiled, withConstant('1'), 2).values).toEqual(['a1', 'b1'])
    expect(run(compiled, withConstant('2'), 2).values).toEqual(['a2', 'b2'])
  })
})

function counting(inner: TestDictionary) {
  const dictionary = {
    inner,
    reads: 0,
    get size() {
      return inner.size
    },
    text(id: number) {
      dictionary.reads++
      return inner.text(id)
    },
  }
  return dictionary satisfies Dictionary & { inner: TestDictionary; reads: number }
}
