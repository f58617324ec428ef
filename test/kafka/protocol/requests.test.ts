// Requests and answers, byte for byte as the protocol's documentation lays them out.

import { describe, expect, it } from 'vitest'
import { MalformedError, WireReader } from '../../../src/kafka/protocol/bytes.ts'
import { decodeFetch, encodeFetchRequest, FETCH, FETCH_BY_ID } from '../../../src/kafka/protocol/fetch.ts'
import {
  decodeListOffsets,
  encodeListOffsetsRequest,
  Isolation,
  LOG_START,
} from '../../../src/kafka/protocol/list-offsets.ts'
import {
  decodeMetadata,
  encodeMetadataRequest,
  METADATA,
  METADATA_WITH_IDS,
} from '../../../src/kafka/protocol/metadata.ts'
import { decodeEpochEnds, encodeEpochRequest } from '../../../src/kafka/protocol/offset-for-leader-epoch.ts'

const hex = (...parts: string[]) => parts.join('').replaceAll(' ', '')
const bytes = (...parts: string[]) => Buffer.from(hex(...parts), 'hex')

const ID = '00112233445566778899aabbccddeeff'
const NO_ID = '00'.repeat(16)

describe('requests', () => {
  it('for metadata never create a topic', () => {
    expect(encodeMetadataRequest(METADATA, ['ab']).toString('hex')).toBe(hex('00000001', '0002 6162', '00'))
    expect(encodeMetadataRequest(METADATA, null).toString('hex')).toBe(hex('ffffffff', '00'))
    const withIds = hex('00', '02', NO_ID, '03 6162 00', '00 00', '00')
    expect(encodeMetadataRequest(METADATA_WITH_IDS, ['ab']).toString('hex')).toBe(withIds)
    expect(encodeMetadataRequest(METADATA_WITH_IDS, null).toString('hex')).toBe(hex('00', '00', '00 00', '00'))
  })

  it('for offsets name the isolation level', () => {
    const partitions = [{ topic: 'a', partition: 7 }]
    const request = encodeListOffsetsRequest(partitions, LOG_START, Isolation.READ_COMMITTED)
    expect(request.toString('hex')).toBe(
      hex('ffffffff', '01', '00000001', '0001 61', '00000001', '00000007', 'ffffffff', 'fffffffffffffffe'),
    )
  })

  it('for the end of an epoch are those of a consumer', () => {
    const request = encodeEpochRequest([{ topic: 'a', partition: 7, currentEpoch: 9, leaderEpoch: 5 }])
    expect(request.toString('hex')).toBe(
      hex('ffffffff', '00000001', '0001 61', '00000001', '00000007', '00000009', '00000005'),
    )
  })

  const partitions = [
    { topic: 'b', topicId: ID, partition: 1, leaderEpoch: 6, fetchOffset: 2 ** 40, maxBytes: 5 },
    { topic: 'a', topicId: ID.toUpperCase(), partition: 0, leaderEpoch: -1, fetchOffset: 0, maxBytes: 5 },
  ]
  const logStart = 'ffffffffffffffff'

  it('for records are read_committed, without a session, in the order given', () => {
    const request = encodeFetchRequest(FETCH, partitions, { maxWaitMs: 500, maxBytes: 4096 })
    expect(request.toString('hex')).toBe(
      hex(
        'ffffffff 000001f4 00000001 00001000 01 00000000 ffffffff',
        '00000002',
        `0001 62 00000001 00000001 00000006 0000010000000000 ${logStart} 00000005`,
        `0001 61 00000001 00000000 ffffffff 0000000000000000 ${logStart} 00000005`,
        '00000000 0000',
      ),
    )
  })

  it('for records name topics by their ids where the broker knows them', () => {
    const request = encodeFetchRequest(FETCH_BY_ID, partitions, { maxWaitMs: 500, maxBytes: 4096 })
    expect(request.toString('hex')).toBe(
      hex(
        '00 ffffffff 000001f4 00000001 00001000 01 00000000 ffffffff',
        '03',
        `${ID} 02 00000001 00000006 0000010000000000 ffffffff ${logStart} 00000005 00 00`,
        `${ID} 02 00000000 ffffffff 0000000000000000 ffffffff ${logStart} 00000005 00 00`,
        '01 01 00',
      ),
    )
  })
})

describe('answers', () => {
  const broker = { id: 1, host: 'h', port: 9092 }
  const partition = { errorCode: 0, partition: 3, leader: 1 }

  it('with metadata of version 5 know no ids and no epochs', () => {
    const answer = bytes(
      '00000000 00000001 00000001 0001 68 00002384 ffff',
      '0001 63 00000001',
      '00000001 0000 0001 61 00',
      '00000001 0000 00000003 00000001 00000001 00000001 00000000 00000000',
    )
    const partitions = [{ ...partition, leaderEpoch: -1 }]
    expect(decodeMetadata(METADATA, answer)).toEqual({
      clusterId: 'c',
      brokers: [broker],
      topics: [{ errorCode: 0, topic: 'a', topicId: null, isInternal: false, partitions }],
    })
  })

  it('with metadata of version 12 have them, and tagged fields that are passed over', () => {
    const topic = (id: string) =>
      hex(`0000 02 61 ${id} 01`, '02 0000 00000003 00000001 00000007 02 00000001 01 01 00', '80000000 01 8101 02 aabb')
    const answer = (id: string) =>
      bytes('01 00 01 ff 00000000 02 00000001 02 68 00002384 00 00', '02 63 00000001', '02', topic(id), '00')
    const partitions = [{ ...partition, leaderEpoch: 7 }]
    expect(decodeMetadata(METADATA_WITH_IDS, answer(ID))).toEqual({
      clusterId: 'c',
      brokers: [broker],
      topics: [{ errorCode: 0, topic: 'a', topicId: ID, isInternal: true, partitions }],
    })
    expect(decodeMetadata(METADATA_WITH_IDS, answer(NO_ID)).topics).toMatchObject([{ topicId: null }])
  })

  it('with offsets and ends of epochs', () => {
    const offsets = bytes(
      '00000000 00000001 0001 61 00000001 00000007 0000',
      'ff'.repeat(8),
      '0000000000000009 00000002',
    )
    expect(decodeListOffsets(offsets)).toEqual([{ topic: 'a', partition: 7, errorCode: 0, offset: 9 }])
    const ends = bytes('00000000 00000001 0001 61 00000001 0000 00000007 00000002 0000000000000009')
    expect(decodeEpochEnds(ends)).toEqual([{ topic: 'a', partition: 7, errorCode: 0, endOffset: 9 }])
  })

  const asked = [{ topic: 'a', topicId: ID, partition: 3, leaderEpoch: 0, fetchOffset: 0, maxBytes: 1 }]
  const fetched = {
    topic: 'a',
    partition: 3,
    errorCode: 0,
    highWatermark: 9,
    lastStableOffset: 8,
    aborted: [{ producerId: 4, firstOffset: 5 }],
  }
  const [nine, eight, start] = ['0000000000000009', '0000000000000008', 'ffffffffffffffff']
  const aborted = '0000000000000004 0000000000000005'

  it('with records of version 11', () => {
    const head = hex('00000007 0000 00000000 00000001 0001 61 00000001')
    const body = hex('00000003 0000', `${nine}${eight}${start}`, '00000001', aborted, 'ffffffff', '00000002')
    const answer = bytes(head, body, 'abcd')
    expect(decodeFetch(FETCH, asked, answer)).toEqual({
      throttleMs: 7,
      errorCode: 0,
      partitions: [{ ...fetched, start: answer.length - 2, end: answer.length }],
    })
  })

  it('with records of version 13, whose topics are known by their ids', () => {
    const head = (id: string) => hex('00 00000007 0000 00000000 02', id, '02')
    const body = hex(
      '00000003 0000',
      `${nine}${eight}${start}`,
      '02',
      aborted,
      '00 ffffffff',
      '03 abcd',
      '01 01 02 aabb',
    )
    const answer = bytes(head(ID), body, '00 00')
    const { partitions, throttleMs } = decodeFetch(FETCH_BY_ID, asked, answer)
    expect(throttleMs).toBe(7)
    expect(partitions).toMatchObject([fetched])
    expect(answer.subarray(partitions[0]?.start, partitions[0]?.end).toString('hex')).toBe('abcd')
    expect(() => decodeFetch(FETCH_BY_ID, asked, bytes(head(NO_ID), body, '00 00'))).toThrow(MalformedError)
  })

  it('that end too early, or have varints without an end, are malformed', () => {
    expect(() => new WireReader(bytes('01 01 05 aa'), 'flexible')).toThrow('the answer ends too early')
    expect(() => new WireReader(bytes('ff'.repeat(9)), 'flexible')).toThrow('a varint does not end')
  })
})
