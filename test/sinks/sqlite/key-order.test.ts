import { describe, expect, test } from 'vitest'
import type { SqlValue } from '../../../src/checkpoint.ts'
import { type KeyColumn, keyOrder } from '../../../src/sinks/sqlite/key-order.ts'
import { randomFrom } from '../../support/random.ts'

/** The keys in their order, by a plain sort. */
function sorted(columns: readonly KeyColumn[], count: number): readonly (readonly SqlValue[])[] {
  const rows = Array.from({ length: count }, (_, i) => columns.map((column) => column[i] as SqlValue))
  return rows.sort((a, b) => {
    for (const [c, x] of a.entries()) {
      const y = b[c] as SqlValue
      const sign = orderOf(x, y)
      if (sign !== 0) return sign
    }
    return 0
  })
}

function orderOf(x: SqlValue, y: SqlValue): number {
  if (x === null || y === null) return x === y ? 0 : x === null ? -1 : 1
  if (x instanceof Uint8Array && y instanceof Uint8Array) return Buffer.compare(x, y)
  return x < y ? -1 : x > y ? 1 : 0
}

function ordered(columns: readonly KeyColumn[], count: number): readonly (readonly SqlValue[])[] {
  const order = keyOrder(columns, count)
  expect(new Set(order).size).toBe(count)
  const isSame = (a: number, b: number) =>
    columns.every((column) => orderOf(column[a] as SqlValue, column[b] as SqlValue) === 0)
  for (let k = 1; k < count; k++) {
    const [before, here] = [order[k - 1] as number, order[k] as number]
    expect(before < here || !isSame(before, here)).toBe(true)
  }
  return [...order].map((i) => columns.map((column) => column[i] as SqlValue))
}

const texts =
  (random: () => number, alphabet: readonly string[], prefix = '') =>
  () =>
    prefix +
    Array.from({ length: Math.floor(random() * 12) }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')

describe('keys are put in the order of their index', () => {
  const random = randomFrom(7)
  const kinds: Readonly<Record<string, () => SqlValue>> = {
    'texts of two characters': texts(random, ['a', 'b']),
    'texts with a common beginning': texts(random, ['0', '1', '9'], 'https://www.example.com/orders/'),
    'texts of all planes': texts(random, ['\0', 'a', 'ß', '\uffff', '🏰'], 'ä'),
    'few different texts': texts(random, ['x'], 'user-'),
    integers: () => BigInt(Math.floor(random() * 100)) - 50n,
    doubles: () => random() - 0.5,
    bytes: () => Uint8Array.of(Math.floor(random() * 3), Math.floor(random() * 256)),
  }
  for (const [name, make] of Object.entries(kinds)) {
    for (const count of [0, 1, 23, 24, 1000]) {
      test(`${name} (${count})`, () => {
        const column = Array.from({ length: count }, () => (random() < 0.05 ? null : make()))
        expect(ordered([column], count)).toEqual(sorted([column], count))
        const other = Array.from({ length: count }, () => kinds['integers']?.() ?? null)
        expect(ordered([column, other], count)).toEqual(sorted([column, other], count))
      })
    }
  }

  test('rows without a key', () => {
    expect([...keyOrder([], 1)]).toEqual([0])
  })
})
