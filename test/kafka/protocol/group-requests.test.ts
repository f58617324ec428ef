// Requests and answers about consumer groups, byte for byte as the protocol's documentation lays them out.

import { describe, expect, it } from 'vitest'
import { FIND_COORDINATOR, GROUP } from '../../../src/kafka/protocol/find-coordinator.ts'
import { OFFSET_COMMIT, offsetCommit, STRANGER } from '../../../src/kafka/protocol/offset-commit.ts'
import { committedOffsets, OFFSET_FETCH, offsetFetch } from '../../../src/kafka/protocol/offset-fetch.ts'

const hex = (...parts: string[]) => parts.join('').replaceAll(' ', '')
const bytes = (...parts: string[]) => Buffer.from(hex(...parts), 'hex')

describe('FindCoordinator', () => {
  it('asks for the coordinator of a group', () => {
    const request = FIND_COORDINATOR.request.encode({ key: 'ab', keyType: GROUP })
    expect(request.toString('hex')).toBe(hex('0002 6162', '00'))
  })

  it('reads its id, or why there is none', () => {
    const found = bytes('00000000', '0000', 'ffff', '00000007', '0001 68', '00002384')
    expect(FIND_COORDINATOR.response.decode(found)).toMatchObject({
      errorCode: 0,
      coordinator: 7,
      host: 'h',
      port: 9092,
    })
    const none = bytes('00000000', '000f', '0002 6e6f', 'ffffffff', '0000', 'ffffffff')
    expect(FIND_COORDINATOR.response.decode(none)).toMatchObject({ errorCode: 15, coordinator: -1 })
    expect(() => FIND_COORDINATOR.response.decode(found.subarray(0, 11))).toThrow('ends too early')
  })
})

describe('OffsetFetch', () => {
  it('asks for some partitions, or for all', () => {
    const partitions = [
      { topic: 'a', partition: 1 },
      { topic: 'b', partition: 0 },
      { topic: 'a', partition: 2 },
    ]
    expect(OFFSET_FETCH.request.encode(offsetFetch('g', partitions)).toString('hex')).toBe(
      hex('0001 67', '00000002', '0001 61 00000002 00000001 00000002', '0001 62 00000001 00000000'),
    )
    expect(OFFSET_FETCH.request.encode(offsetFetch('g', null)).toString('hex')).toBe(hex('0001 67', 'ffffffff'))
  })

  it('reads offsets and what was put beside them', () => {
    const one = '00000001 0000010000000000 0002 6d65 0000'
    const none = '00000002 ffffffffffffffff ffff 0003'
    const answer = bytes('00000000', '00000001', `0001 61 00000002 ${one} ${none}`, '0010')
    const read = OFFSET_FETCH.response.decode(answer)
    expect(read.errorCode).toBe(16)
    expect(committedOffsets(read)).toEqual([
      { topic: 'a', partition: 1, offset: 2 ** 40, metadata: 'me', errorCode: 0 },
      { topic: 'a', partition: 2, offset: -1, metadata: '', errorCode: 3 },
    ])
    expect(() => OFFSET_FETCH.response.decode(answer.subarray(0, answer.length - 1))).toThrow('ends too early')
  })
})

describe('OffsetCommit', () => {
  it('writes as nobody of the group, with the epochs that are known', () => {
    const offsets = [
      { topic: 'a', partition: 1, offset: 2 ** 40, leaderEpoch: 5, metadata: 'me' },
      { topic: 'a', partition: 2, offset: 0, leaderEpoch: null, metadata: 'me' },
    ]
    expect(OFFSET_COMMIT.request.encode(offsetCommit('g', STRANGER, offsets)).toString('hex')).toBe(
      hex(
        '0001 67 ffffffff 0000 ffff',
        '00000001 0001 61 00000002',
        '00000001 0000010000000000 00000005 0002 6d65',
        '00000002 0000000000000000 ffffffff 0002 6d65',
      ),
    )
  })

  it('reads what became of each', () => {
    const answer = bytes('00000000', '00000001', '0001 61 00000002', '00000001 0000', '00000002 0019')
    const partitions = [
      { partition: 1, errorCode: 0 },
      { partition: 2, errorCode: 25 },
    ]
    expect(OFFSET_COMMIT.response.decode(answer).topics).toEqual([{ topic: 'a', partitions }])
    expect(() => OFFSET_COMMIT.response.decode(answer.subarray(0, answer.length - 1))).toThrow('ends too early')
  })
})
