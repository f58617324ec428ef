import { describe, expect, it } from 'vitest'
import { isoText } from '../../src/values/iso-text.ts'

const DAY = 86_400_000
/** The last instant that a Date can hold. */
const LAST = 8.64e15

describe('isoText', () => {
  it('gives the text of Date.toISOString, over all that a Date can hold', () => {
    const edges = [0, LAST, -LAST, ...['0000-01-01', '+010000-01-01', '2024-02-29'].map((text) => Date.parse(text))]
    const near = edges.flatMap((ms) => [ms - DAY, ms - 1, ms, ms + 1, ms + 999, ms + 1000, ms + DAY])
    // Steps that hit another day, hour and millisecond each time.
    const ages = Array.from({ length: 20_000 }, (_, i) => i * 431_957_007_919)
    const recent = Array.from({ length: 20_000 }, (_, i) => i * 86_465_123)
    const all = [...near, ...[...ages, ...recent].flatMap((ms) => [ms, -ms])].filter((ms) => Math.abs(ms) <= LAST)
    expect(all.map(isoText)).toEqual(all.map((ms) => new Date(ms).toISOString()))
  })
})
