// The records that were read last, as they are in the log now: one small fetch for each broker. A record that the fetch
// does not bring is unknown.

import { SprkError } from '../../errors.ts'
import type { Position } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import type { TopicPartition } from '../../record.ts'
import type { Cluster } from '../client/cluster.ts'
import { MalformedError } from '../protocol/bytes.ts'
import { canDecompress, decompress, loadCodecs, TooLargeError } from '../protocol/compression.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { decodeFetch, encodeFetchRequest, type FetchPartition } from '../protocol/fetch.ts'
import { groupBy } from '../protocol/group-by.ts'
import { readBatchHeader, readUncheckedHeader, scanBatches } from '../protocol/record-batch.ts'
import { openRecords, RecordColumns, readRecords } from '../protocol/records.ts'
import { tailHashOf, tailOffsetOf } from './tail-hash.ts'

/** Of an answer. The first batch of the first partition comes however long it is. */
const ANSWER_BYTES = 1024 * 1024
const MIN_PARTITION_BYTES = 16 * 1024

/** Partitions of one broker that are checked: all of a thousand took 60 ms at each start, these take 10. */
const MAX_PARTITIONS = 64

const columns = new RecordColumns(1)

/** Tail hashes; no entry where none was saved, the record is no longer there, or it did not come. */
export async function tailsNow(
  cluster: Cluster,
  positions: readonly Position[],
): Promise<ReadonlyPartitionMap<string>> {
  const read = positions.flatMap(({ topic, partition, topicId, tailHash }) => {
    const leaderEpoch = cluster.leadershipOf({ topic, partition })?.epoch ?? -1
    if (tailHash === null) return []
    return [{ topic, partition, topicId, leaderEpoch, fetchOffset: tailOffsetOf(tailHash), tailHash }]
  })
  const byLeader = groupBy(read, (at) => cluster.leaderOf(at))
  const answers = await Promise.all(
    [...byLeader].map(([leader, members]) => {
      // The lowest partitions are some of each topic; a topic that was recreated is another one in all of its partitions.
      const checked = members.toSorted((a, b) => a.partition - b.partition).slice(0, MAX_PARTITIONS)
      const answerBytes = Math.min(ANSWER_BYTES, cluster.fetchBytes(leader))
      const least = Math.min(MIN_PARTITION_BYTES, answerBytes)
      const maxBytes = Math.max(Math.floor(answerBytes / checked.length), least)
      const partitions = checked.map((member) => ({ ...member, maxBytes }))
      return tailsOf(cluster, leader, partitions, answerBytes)
    }),
  )
  return new PartitionMap(answers.flat())
}

async function tailsOf(
  cluster: Cluster,
  leader: number,
  partitions: readonly (FetchPartition & { readonly tailHash: string })[],
  maxBytes: number,
): Promise<[at: TopicPartition, tailHash: string][]> {
  const api = await cluster.fetchApi(leader, partitions)
  const body = encodeFetchRequest(api, partitions, { maxWaitMs: 0, maxBytes })
  const [answer, bytes] = await cluster.ask(leader, api, body, 0, (bytes) => {
    return [decodeFetch(api, partitions, bytes), bytes] as const
  })
  const asked = PartitionMap.of(partitions)
  const tails: [TopicPartition, string][] = []
  for (const { errorCode, start, end, ...at } of answer.partitions) {
    const saved = asked.get(at)
    if (errorCode !== ErrorCode.NONE || saved === undefined) continue
    const { fetchOffset, tailHash } = saved
    // Where the record is the one that was saved, the checksum of its batch says nothing more, and takes longer to load.
    const hasSame = (await tailAt(bytes, start, end, fetchOffset, readUncheckedHeader)) === tailHash
    const tail = hasSame ? tailHash : await tailAt(bytes, start, end, fetchOffset, readBatchHeader)
    if (tail !== null) tails.push([at, tail])
  }
  cluster.release(bytes)
  return tails
}

/** Null where the record is not there, or cannot be read: reading on says why. */
async function tailAt(
  bytes: Buffer,
  start: number,
  end: number,
  offset: number,
  readHeader: typeof readBatchHeader,
): Promise<string | null> {
  try {
    await loadCodecs(scanBatches(bytes, start, end).codecs)
    let header = readHeader(bytes, start, end)
    while (header.lastOffset < offset) header = readHeader(bytes, header.end, end)
    if (header.isControl || (header.codec !== 0 && !canDecompress(header.codec))) return null
    const within = bytes.subarray(header.recordsStart, header.end)
    const records = header.codec === 0 ? within : decompress(header.codec, within)
    const bounds = { from: offset, until: offset + 1, maxPosition: Infinity, maxFirstPosition: Infinity }
    const count = readRecords(openRecords(header, records, 0, records.length), columns, 0, bounds)
    return count === 0 ? null : tailHashOf({ ...columns, bytes: records }, 0)
  } catch (error) {
    if (error instanceof MalformedError || error instanceof TooLargeError || error instanceof SprkError) return null
    throw error
  }
}
