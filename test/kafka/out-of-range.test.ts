import { describe, expect, it } from 'vitest'
import { dataLoss } from '../../src/kafka/out-of-range.ts'

const at = { topic: 'orders', partition: 3 }
const log = { start: 20, end: 30 }

describe('a saved offset', () => {
  it('within the log is no loss', () => {
    for (const offset of [20, 25, 30]) expect(dataLoss(at, offset, log)).toBeNull()
  })

  it('below the log start is data loss', () => {
    expect(dataLoss(at, 19, log)).toMatchObject({
      exit: 79,
      code: 'E_OFFSET_GONE',
      message: 'orders/3: saved offset 19 is below log start 20; 1 offsets were deleted before they were read',
    })
  })

  it('beyond the end of the log is data loss', () => {
    expect(dataLoss(at, 31, log)).toMatchObject({ exit: 79, code: 'E_OFFSET_AHEAD' })
  })
})
