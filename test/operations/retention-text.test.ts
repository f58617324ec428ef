import { expect, test } from 'vitest'
import { retentionText } from '../../src/operations/retention-text.ts'

test('says how long each is kept, and where that does not go', () => {
  const text = (batchesMs: number | null, deadLettersMs: number | null) => retentionText({ batchesMs, deadLettersMs })
  expect(text(null, null)).toBe(
    'batches for 30 d, the newest 10,000 always; dead letters for 90 d; both forever in a state file of an earlier version',
  )
  expect(text(36 * 3_600_000, null)).toBe(
    'batches for 1 d 12 h, the newest 10,000 always; dead letters for 90 d; dead letters forever in a state file of an earlier version',
  )
  expect(text(Infinity, 90_000)).toBe('batches forever; dead letters for 1 m 30 s')
})
