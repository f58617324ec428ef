import { expect, test } from 'vitest'
import { timestampParts } from '../../src/values/calendar.ts'
import { localText } from '../../src/values/time-text.ts'
import { randomFrom } from '../support/random.ts'

test.each([
  [0, '1970-01-01T00:00:00.000000'],
  [-1, '1969-12-31T23:59:59.999999'],
  [1_767_225_599_999_999, '2025-12-31T23:59:59.999999'],
  [1_767_225_600_000_000, '2026-01-01T00:00:00.000000'],
  [-62_167_219_201_000_000, '-0001-12-31T23:59:59.000000'],
  [253_402_300_800_000_000, '+10000-01-01T00:00:00.000000'],
])('%i µs are %s', (micros, text) => {
  expect(localText(micros)).toBe(text)
})

test('is what its parts are, at any time', () => {
  const random = randomFrom(1)
  for (let i = 0; i < 2000; i++) {
    const micros = Math.floor((random() - 0.5) * 2 ** 53)
    const { date, time, fraction } = timestampParts(micros)
    expect(localText(micros)).toBe(`${date}T${time}.${fraction}`)
  }
})
