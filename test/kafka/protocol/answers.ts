// Every request that we send, with empty, null and maximal arrays, and what its answer has to say. The answers themselves
// are those of a real Apache Kafka, stored in answers.json; answers.test.ts says how they are recorded.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { decodeFetch, encodeFetchRequest, FETCH, FETCH_BY_ID } from '../../../src/kafka/protocol/fetch.ts'
import { FIND_COORDINATOR, GROUP as GROUP_KEY } from '../../../src/kafka/protocol/find-coordinator.ts'
import {
  decodeListOffsets,
  encodeListOffsetsRequest,
  Isolation,
  LIST_OFFSETS,
  LOG_END,
  LOG_START,
} from '../../../src/kafka/protocol/list-offsets.ts'
import {
  decodeMetadata,
  encodeMetadataRequest,
  METADATA,
  METADATA_WITH_IDS,
} from '../../../src/kafka/protocol/metadata.ts'
import { OFFSET_COMMIT, offsetCommit, STRANGER } from '../../../src/kafka/protocol/offset-commit.ts'
import {
  type CommittedOffset,
  committedOffsets,
  OFFSET_FETCH,
  offsetFetch,
} from '../../../src/kafka/protocol/offset-fetch.ts'
import {
  decodeEpochEnds,
  encodeEpochRequest,
  OFFSET_FOR_LEADER_EPOCH,
} from '../../../src/kafka/protocol/offset-for-leader-epoch.ts'

import type { AbortedTransaction } from '../../../src/kafka/protocol/record-batch.ts'

export const answersFile = fileURLToPath(new URL('answers.json', import.meta.url))

/** Written by the recorder. */
export interface Recorded {
  /** Topic → id. */
  readonly ids: Readonly<Record<string, string>>
  /** Name of a case → answer after the correlation id, base64. */
  readonly answers: Readonly<Record<string, string>>
}

export const recorded: Recorded = JSON.parse(readFileSync(answersFile, 'utf8'))

export interface Case {
  readonly name: string
  readonly api: { readonly key: number; readonly version: number }
  readonly request: Buffer
  decode(bytes: Buffer): unknown
  readonly expected: unknown
}

/** 4 partitions with 3 records each, all of which were deleted. */
export const FOUR = 'four'
/** More partitions than one byte of a varint counts; all are empty. */
export const MANY = { topic: 'many', partitions: 130 }
/** As long as a topic's name may be, with one partition, which is empty. */
export const LONG = 'n'.repeat(249)
/** Two aborted transactions that overlap, and a committed one. */
export const TRANSACTIONS = 'transactions'
/** Does not exist. */
const UNKNOWN = 'unknown'
const GROUP = 'golden'
/** As long as a broker lets it be. */
const LONG_METADATA = 'm'.repeat(4096)

const partitionsOf = (topic: string, count: number) => {
  return Array.from({ length: count }, (_, partition) => ({ topic, partition }))
}
const four = partitionsOf(FOUR, 4)
const many = partitionsOf(MANY.topic, MANY.partitions)
const long = partitionsOf(LONG, 1)
const unknown = partitionsOf(UNKNOWN, 2)

/** Brokers answer in an order of their own. */
function sorted<T extends { readonly topic: string; readonly partition: number }>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition))
}

/** In the order in which they are to be asked. */
export function casesOf({ ids }: Pick<Recorded, 'ids'>): Case[] {
  return [...fetches(ids), ...metadata(ids), ...offsets(), ...group()]
}

function fetches(ids: Recorded['ids']): Case[] {
  const from = (partitions: typeof four, fetchOffset: number, topicId?: string) => {
    return partitions.map(({ topic, partition }) => {
      const id = topicId ?? ids[topic] ?? 'ab'.repeat(16)
      return { topic, partition, topicId: id, fetchOffset, leaderEpoch: -1, maxBytes: 65_536 }
    })
  }
  const empty = (at: (typeof four)[number], end: number) => {
    const aborted: readonly AbortedTransaction[] = []
    return { ...at, errorCode: 0, highWatermark: end, lastStableOffset: end, aborted, isEmpty: true }
  }
  const failed = (at: (typeof four)[number], errorCode: number) => {
    return { ...at, errorCode, highWatermark: -1, lastStableOffset: -1, aborted: [], isEmpty: true }
  }
  return [FETCH, FETCH_BY_ID].flatMap((api) => {
    const one = (what: string, asked: ReturnType<typeof from>, partitions: ReturnType<typeof empty>[]): Case => ({
      name: `Fetch ${api.version}: ${what}`,
      api,
      request: encodeFetchRequest(api, asked, { maxWaitMs: 0, maxBytes: 1_000_000 }),
      decode: (bytes) => {
        const answer = decodeFetch(api, asked, bytes)
        const withSize = answer.partitions.map((each) => ({ ...each, isEmpty: each.start === each.end }))
        return { ...answer, partitions: sorted(withSize) }
      },
      expected: { throttleMs: 0, errorCode: 0, partitions: sorted(partitions) },
    })
    const everything = { topic: TRANSACTIONS, partition: 0, errorCode: 0, highWatermark: 9, lastStableOffset: 9 }
    const transactions = partitionsOf(TRANSACTIONS, 1)
    return [
      one('no partitions', [], []),
      one('one empty partition', from(long, 0), [empty({ topic: LONG, partition: 0 }, 0)]),
      one(
        'four empty partitions',
        from(four, 3),
        four.map((at) => empty(at, 3)),
      ),
      one(
        'many empty partitions of two topics',
        [...from(many, 0), ...from(four, 3)],
        [...many.map((at) => empty(at, 0)), ...four.map((at) => empty(at, 3))],
      ),
      one(
        'beyond the end',
        from(four, 99),
        four.map((at) => failed(at, 1)),
      ),
      one(
        'an unknown topic',
        from(unknown, 0),
        unknown.map((at) => failed(at, api === FETCH ? 3 : 100)),
      ),
      one('aborted transactions', from(transactions, 0), [
        {
          ...everything,
          isEmpty: false,
          aborted: [
            { producerId: expect.any(Number), firstOffset: 1 },
            { producerId: expect.any(Number), firstOffset: 0 },
          ],
        },
      ]),
    ]
  })
}

function metadata(ids: Recorded['ids']): Case[] {
  return [METADATA, METADATA_WITH_IDS].flatMap((api) => {
    const hasIds = api === METADATA_WITH_IDS
    const topic = (name: string, count: number) => ({
      ...{ errorCode: 0, topic: name, topicId: hasIds ? ids[name] : null, isInternal: false },
      partitions: partitionsOf(name, count).map(({ partition }) => {
        return { errorCode: 0, partition, leader: 1, leaderEpoch: hasIds ? 0 : -1 }
      }),
    })
    const missing = { errorCode: 3, topic: UNKNOWN, topicId: null, isInternal: false, partitions: [] }
    const one = (what: string, topics: string[] | null, found: unknown): Case => ({
      name: `Metadata ${api.version}: ${what}`,
      api,
      request: encodeMetadataRequest(api, topics),
      decode: (bytes) => {
        const answer = decodeMetadata(api, bytes)
        const topics = answer.topics.map(({ partitions, ...topic }) => {
          return { ...topic, partitions: partitions.toSorted((a, b) => a.partition - b.partition) }
        })
        return { ...answer, topics }
      },
      expected: {
        clusterId: expect.any(String),
        brokers: [{ id: 1, host: '127.0.0.1', port: expect.any(Number) }],
        topics: found,
      },
    })
    return [
      one('no topics', [], []),
      one('an unknown topic', [UNKNOWN], [missing]),
      one('two topics', [FOUR, LONG], expect.arrayContaining([topic(FOUR, 4), topic(LONG, 1)])),
      one('many partitions', [MANY.topic], [topic(MANY.topic, MANY.partitions)]),
      one('all topics', null, expect.arrayContaining([topic(FOUR, 4), topic(LONG, 1)])),
    ]
  })
}

function offsets(): Case[] {
  const list = (what: string, partitions: typeof four, timestamp: number, expected: ReturnType<typeof at>): Case => ({
    name: `ListOffsets: ${what}`,
    api: LIST_OFFSETS,
    request: encodeListOffsetsRequest(partitions, timestamp, Isolation.READ_COMMITTED),
    decode: (bytes) => sorted(decodeListOffsets(bytes)),
    expected: sorted(expected),
  })
  const at = (partitions: typeof four, offset: number, errorCode = 0) => {
    return partitions.map((each) => ({ ...each, errorCode, offset }))
  }
  const epochs = (what: string, partitions: typeof four, expected: ReturnType<typeof end>): Case => ({
    name: `OffsetForLeaderEpoch: ${what}`,
    api: OFFSET_FOR_LEADER_EPOCH,
    request: encodeEpochRequest(partitions.map((each) => ({ ...each, currentEpoch: -1, leaderEpoch: 0 }))),
    decode: (bytes) => sorted(decodeEpochEnds(bytes)),
    expected: sorted(expected),
  })
  const end = (partitions: typeof four, endOffset: number, errorCode = 0) => {
    return partitions.map((each) => ({ ...each, errorCode, endOffset }))
  }
  return [
    list('no partitions', [], LOG_END, []),
    list('the starts of two topics', [...four, ...long], LOG_START, [...at(four, 3), ...at(long, 0)]),
    list('many partitions', many, LOG_END, at(many, 0)),
    list('no record as late', four, 4_000_000_000_000, at(four, -1)),
    list('an unknown topic', unknown, LOG_END, at(unknown, -1, 3)),
    epochs('no partitions', [], []),
    epochs('two topics', [...four, ...long], [...end(four, 3), ...end(long, 0)]),
    epochs('many partitions', many, end(many, 0)),
    epochs('an unknown topic', unknown, end(unknown, -1, 3)),
  ]
}

function group(): Case[] {
  const find = (what: string, groupId: string, expected: unknown): Case => ({
    name: `FindCoordinator: ${what}`,
    api: FIND_COORDINATOR,
    request: FIND_COORDINATOR.request.encode({ key: groupId, keyType: GROUP_KEY }),
    decode: (bytes) => {
      const { errorCode, coordinator } = FIND_COORDINATOR.response.decode(bytes)
      return { errorCode, coordinator }
    },
    expected,
  })
  const commit = (what: string, partitions: typeof four, metadataText: string, errorCode: number): Case => ({
    name: `OffsetCommit: ${what}`,
    api: OFFSET_COMMIT,
    request: OFFSET_COMMIT.request.encode(
      offsetCommit(
        GROUP,
        STRANGER,
        partitions.map((each) => ({ ...each, offset: 2, leaderEpoch: null, metadata: metadataText })),
      ),
    ),
    decode: (bytes) => {
      const { topics } = OFFSET_COMMIT.response.decode(bytes)
      return sorted(topics.flatMap(({ topic, partitions }) => partitions.map((each) => ({ topic, ...each }))))
    },
    expected: sorted(partitions.map((each) => ({ ...each, errorCode }))),
  })
  const fetch = (what: string, groupId: string, partitions: typeof four | null, found: CommittedOffset[]): Case => ({
    name: `OffsetFetch: ${what}`,
    api: OFFSET_FETCH,
    request: OFFSET_FETCH.request.encode(offsetFetch(groupId, partitions)),
    decode: (bytes) => {
      const answer = OFFSET_FETCH.response.decode(bytes)
      return { errorCode: answer.errorCode, offsets: sorted(committedOffsets(answer)) }
    },
    expected: { errorCode: 0, offsets: sorted(found) },
  })
  const committed = (partitions: typeof four, offset: number, text: string) => {
    return partitions.map((each) => ({ ...each, errorCode: 0, offset, metadata: text }))
  }
  return [
    // The first group of a cluster has to wait until its topic is there.
    find('not there yet', GROUP, { errorCode: 15, coordinator: -1 }),
    find('found', GROUP, { errorCode: 0, coordinator: 1 }),
    fetch('all of a group that has none', GROUP, null, []),
    commit('no partitions', [], '', 0),
    commit('an unknown topic', unknown, '', 3),
    commit('the longest metadata', long, LONG_METADATA, 0),
    commit('metadata that are too long', four, `${LONG_METADATA}m`, 12),
    commit('many partitions', many, '', 0),
    fetch('no partitions', GROUP, [], []),
    fetch(
      'some that have none',
      GROUP,
      [...four, ...long],
      [...committed(four, -1, ''), ...committed(long, 2, LONG_METADATA)],
    ),
    fetch('all', GROUP, null, [...committed(many, 2, ''), ...committed(long, 2, LONG_METADATA)]),
  ]
}
