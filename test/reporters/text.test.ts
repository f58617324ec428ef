import { describe, expect, test } from 'vitest'
import type { BatchProgress, Refusal } from '../../src/progress.ts'
import { textReporter } from '../../src/reporters/text.ts'

interface Said {
  readonly processed?: number
  readonly filtered?: number
  readonly skipped?: number
  readonly deadLetters?: number
  readonly refused?: readonly Refusal[]
  readonly lag?: number | null
  readonly unit?: 'records' | 'bytes'
  readonly rate?: number | null
  readonly isCutByRate?: boolean
}

function batch(said: Said): BatchProgress {
  const { processed = 10, filtered = 0, skipped = 0, deadLetters = 0, refused = [], lag = 0, unit = 'records' } = said
  const { rate = null, isCutByRate = false } = said
  const read = { id: 'source', description: 'kafka events', unit, ranges: [], before: [], after: [], latest: [], lag }
  const source = { ...read, rate, isCutByRate }
  return {
    kind: 'batch',
    batchId: 3,
    batchTime: 0,
    numInputRows: processed + filtered + skipped + deadLetters,
    inputRowsPerSecond: null,
    processedRowsPerSecond: 1234,
    counts: { processed, filtered, skipped, deadLetters, late: 0 },
    refused,
    schedulingDelayMs: 0,
    durationMs: { readAhead: 0, latestOffset: 1, addBatch: 2, commitOffsets: 3, triggerExecution: 246 },
    sources: [source],
    sinks: [],
  }
}

/** The lines of these batches, a second apart. */
function lines(...batches: readonly BatchProgress[]): string[] {
  const written: string[] = []
  let now = 0
  const output = { write: (text: string) => void written.push(text) }
  const reporter = textReporter('all', output, output, () => now)
  for (const each of batches) {
    reporter.report(each)
    now += 1000
  }
  return written.map((line) => line.replace(/\n$/, ''))
}

const refusal = (code: string, count: number, line: number | null): Refusal => ({
  ...{ code, message: 'no', step: 'map', column: null, count },
  place: line === null ? null : { file: 'f.yaml', line, column: 15 },
})

describe('the line of a batch', () => {
  test('says what became of its records', () => {
    expect(lines(batch({}))).toEqual(['sprk: batch 3: 10 records in 246 ms (1,234/s)'])
    expect(lines(batch({ processed: 1 }))).toEqual(['sprk: batch 3: 1 record in 246 ms (1,234/s)'])
    const refused = [refusal('E_CAST', 660, 11)]
    expect(lines(batch({ processed: 0, filtered: 1344, skipped: 660, refused }))).toEqual([
      'sprk: batch 3: 2,004 records in 246 ms (1,234/s) · 1,344 filtered · 660 refused (E_CAST at f.yaml:11:15)',
    ])
  })

  test('names the reasons of refusals, each with its number', () => {
    const refused = [refusal('E_CAST', 1600, 11), refusal('E_BAD_JSON', 2, null)]
    expect(lines(batch({ deadLetters: 1602, refused }))[0]).toMatch(
      / · 1,602 refused \(E_CAST at f\.yaml:11:15: 1,600, E_BAD_JSON: 2\)$/,
    )
    const many = [5, 4, 3, 2, 1].map((n) => refusal(`E_${n}`, n, null))
    expect(lines(batch({ skipped: 15, refused: many }))[0]).toMatch(/\(E_5: 5, E_4: 4, E_3: 3, …\)$/)
  })

  test('says where a rate has left records for later', () => {
    expect(lines(batch({ rate: 1000, isCutByRate: true, lag: 5000 }))).toEqual([
      'sprk: batch 3: 10 records in 246 ms (1,234/s) · limited to 1,000/s · 5,000 behind',
    ])
    expect(lines(batch({ isCutByRate: true }))).toEqual([expect.stringMatching(/ · limited by a rate$/)])
    expect(lines(batch({ rate: 1000 }))).toEqual([expect.stringMatching(/\(1,234\/s\)$/)])
  })

  test('says how far the run is behind, and how long it takes', () => {
    expect(lines(batch({ lag: 1_200_000 }), batch({ lag: 900_000 }), batch({ lag: 950_000 }), batch({}))).toEqual([
      expect.stringMatching(/ · 1,200,000 behind$/),
      expect.stringMatching(/ · 900,000 behind, 3 s left$/),
      expect.stringMatching(/ · 950,000 behind and growing$/),
      expect.stringMatching(/\(1,234\/s\)$/),
    ])
    expect(lines(batch({ lag: 512, unit: 'bytes' }))).toEqual([expect.stringMatching(/ · 512 bytes behind$/)])
    expect(lines(batch({ lag: null }))).toEqual([expect.stringMatching(/\(1,234\/s\)$/)])
  })
})
