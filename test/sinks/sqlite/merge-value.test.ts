import { describe, expect, test } from 'vitest'
import type { SqlValue } from '../../../src/checkpoint.ts'
import { mergeOf } from '../../../src/sinks/sqlite/merge-value.ts'
import { Unstorable } from '../../../src/sinks/sqlite/value.ts'
import type { MergeRule } from '../../../src/transform.ts'
import * as t from '../../../src/types.ts'

const money: t.DataType = { kind: 'decimal', precision: 5, scale: 2 }
const MAX = 9_223_372_036_854_775_807n

function merge(rule: MergeRule, type: t.DataType, saved: SqlValue, added: SqlValue): SqlValue {
  const merged = mergeOf(rule, type)
  if (merged === undefined) throw new Error(`no ${rule} of ${t.typeName(type)}`)
  return merged(saved, added)
}

describe('two partial results are merged', () => {
  test.each<[MergeRule, t.DataType, SqlValue, SqlValue, SqlValue]>([
    ['sum', t.BIGINT, 2n, 3n, 5n],
    ['sum', t.BIGINT, MAX, -1n, MAX - 1n],
    ['sum', t.DOUBLE, 0.1, 0.2, 0.1 + 0.2],
    ['sum', t.DOUBLE, 1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['sum', money, '0.10', '0.20', '0.30'],
    ['sum', money, '1.00', '-1.05', '-0.05'],
    ['sum', { kind: 'decimal', precision: 38, scale: 0 }, `1${'0'.repeat(36)}`, '1', `1${'0'.repeat(35)}1`],
    ['min', t.BIGINT, 2n, -3n, -3n],
    ['max', t.BIGINT, MAX, MAX - 1n, MAX],
    ['min', t.DOUBLE, 0, -0.5, -0.5],
    ['max', money, '9.00', '10.00', '10.00'],
    ['min', money, '-9.00', '-10.00', '-10.00'],
    // By UTF-8 bytes, not by UTF-16 code units.
    ['max', t.STRING, '\uffee', '🏰', '🏰'],
    ['min', t.STRING, 'a', 'B', 'B'],
    ['max', t.TIMESTAMP, '2026-01-01T00:00:00.000000Z', '2025-12-31T23:59:59.999999Z', '2026-01-01T00:00:00.000000Z'],
    ['max', t.DATE, '0999-12-31', '1000-01-01', '1000-01-01'],
    ['min', t.BINARY, Uint8Array.of(128), Uint8Array.of(127, 1), Uint8Array.of(127, 1)],
    ['max', t.BOOLEAN, 0n, 1n, 1n],
    ['and', t.BOOLEAN, 1n, 0n, 0n],
    ['and', t.BOOLEAN, 1n, 1n, 1n],
    ['or', t.BOOLEAN, 0n, 1n, 1n],
    ['or', t.BOOLEAN, 0n, 0n, 0n],
    ['bit_and', t.INT, 12n, -7n, 8n],
    ['bit_or', t.BIGINT, -MAX - 1n, 1n, -MAX],
    ['bit_xor', t.TINYINT, -128n, 127n, -1n],
    ['bit_xor', t.BIGINT, -MAX - 1n, MAX, -1n],
    ['first', t.STRING, 'a', 'b', 'a'],
    ['last', t.STRING, 'a', 'b', 'b'],
  ])('%s of %j: %s and %s are %s', (rule, type, saved, added, result) => {
    expect(merge(rule, type, saved, added)).toStrictEqual(result)
  })

  test.each<MergeRule>([
    ...(['sum', 'min', 'max', 'and', 'or', 'bit_and', 'bit_or', 'bit_xor', 'first', 'last'] as const),
  ])('%s counts NULL for nothing', (rule) => {
    const type = rule === 'and' || rule === 'or' ? t.BOOLEAN : t.BIGINT
    expect(merge(rule, type, null, 0n)).toBe(0n)
    expect(merge(rule, type, 0n, null)).toBe(0n)
    expect(merge(rule, type, null, null)).toBeNull()
  })
})

describe('a result that cannot be stored is refused', () => {
  test.each<[t.DataType, SqlValue, SqlValue]>([
    [t.BIGINT, MAX, 1n],
    [t.BIGINT, -MAX, -2n],
    [t.INT, 2_147_483_647n, 1n],
    [money, '999.99', '0.01'],
    [t.DOUBLE, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    // Somebody wrote into the table.
    [money, '1.5', '0.01'],
    [money, 'many', '0.01'],
  ])('sum of %j: %s and %s', (type, saved, added) => {
    expect(() => merge('sum', type, saved, added)).toThrow(Unstorable)
  })
})

test('a rule that means nothing for a type is none', () => {
  const array: t.DataType = { kind: 'array', element: t.INT }
  expect([mergeOf('sum', t.STRING), mergeOf('max', array), mergeOf('min', t.VARIANT), mergeOf('and', t.INT)]).toEqual(
    Array(4).fill(undefined),
  )
})
