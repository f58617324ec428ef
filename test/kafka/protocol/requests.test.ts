// Requests, byte for byte as the protocol's documentation lays them out.

import { describe, expect, it } from 'vitest'
import { encodeFetchRequest } from '../../../src/kafka/protocol/fetch.ts'
import { encodeListOffsetsRequest, Isolation, LOG_START } from '../../../src/kafka/protocol/list-offsets.ts'
import { encodeMetadataRequest } from '../../../src/kafka/protocol/metadata.ts'

const hex = (...parts: string[]) => parts.join('').replaceAll(' ', '')

describe('requests', () => {
  it('for metadata never create a topic', () => {
    expect(encodeMetadataRequest(['ab']).toString('hex')).toBe(hex('00000001', '0002 6162', '00'))
    expect(encodeMetadataRequest(null).toString('hex')).toBe(hex('ffffffff', '00'))
  })

  it('for offsets name the isolation level', () => {
    const partitions = [{ topic: 'a', partition: 7 }]
    const request = encodeListOffsetsRequest(partitions, LOG_START, Isolation.READ_COMMITTED)
    expect(request.toString('hex')).toBe(
      hex('ffffffff', '01', '00000001', '0001 61', '00000001', '00000007', 'fffffffffffffffe'),
    )
  })

  it('for records are read_committed, without a session, in the order given', () => {
    const partitions = [
      { topic: 'b', partition: 1, fetchOffset: 2 ** 40, maxBytes: 5 },
      { topic: 'a', partition: 0, fetchOffset: 0, maxBytes: 5 },
    ]
    const request = encodeFetchRequest(partitions, { maxWaitMs: 500, maxBytes: 4096 })
    const unknown = { epoch: 'ffffffff', logStart: 'ffffffffffffffff' }
    expect(request.toString('hex')).toBe(
      hex(
        'ffffffff 000001f4 00000001 00001000 01 00000000 ffffffff',
        '00000002',
        `0001 62 00000001 00000001 ${unknown.epoch} 0000010000000000 ${unknown.logStart} 00000005`,
        `0001 61 00000001 00000000 ${unknown.epoch} 0000000000000000 ${unknown.logStart} 00000005`,
        '00000000 0000',
      ),
    )
  })
})
