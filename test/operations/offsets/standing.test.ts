import { describe, expect, test } from 'vitest'
import { showCsv, showJson, showTable } from '../../../src/cli/print/show-report.ts'
import type { LogPartition, Position } from '../../../src/log.ts'
import type { Saved } from '../../../src/operations/offsets/saved.ts'
import { type AskedLog, type LastRead, standingsOf, totalOf } from '../../../src/operations/offsets/standing.ts'
import { PartitionMap } from '../../../src/partition-map.ts'
import { plain } from '../../../src/reporters/style.ts'
import { partitionMap } from '../../support/partitions.ts'

const NOON = Date.parse('2026-01-31T12:00:00Z')
const [ID, OTHER_ID] = ['a'.repeat(32), 'b'.repeat(32)]

const at = (partition: number, next: number): Position => {
  return { topic: 'orders', partition, next, topicId: ID, leaderEpoch: 3, tailHash: 'cafe' }
}
const log = (partition: number, start: number, end: number, topicId = ID): LogPartition => {
  return { topic: 'orders', partition, topicId, start, end }
}
const range = (batchId: number, partition: number, fromOffset: number, untilOffset: number) => {
  const read = { source: 'source', topic: 'orders', topicId: ID, bytes: 1, committedAt: NOON + batchId * 1000 }
  return { ...read, batchId, partition, fromOffset, untilOffset }
}

const BATCH = {
  batchId: 8,
  batchTime: NOON,
  committedAt: NOON + 8000,
  counts: { processed: 7, filtered: 0, skipped: 0, deadLetters: 0, late: 0 },
  schedulingDelayMs: 1,
  processingMs: 2,
  rate: null,
  digest: '',
}
const LAST: LastRead = { lastBatch: BATCH, ranges: PartitionMap.of([range(8, 0, 33, 40), range(5, 1, 0, 4)]) }
const SAVED: Saved = { isNew: false, logId: 'one', positions: [40, 4, 60, 7, 9].map((next, i) => at(i, next)) }
const ASKED: AskedLog = {
  unit: 'records',
  logId: 'one',
  partitions: [log(0, 0, 100), log(1, 10, 50), log(2, 0, 50), log(3, 0, 20, OTHER_ID), log(10, 3, 5)],
  away: [],
  starts: [],
  mirrored: partitionMap({ 'orders/0': { offset: 33, metadata: '' }, 'orders/1': { offset: 4, metadata: '' } }),
}

const report = (partitions: ReturnType<typeof standingsOf>, isOffline = false) => {
  const head = {
    pipeline: 'counts',
    state: 'counts.db',
    unit: 'records' as const,
    logId: 'one',
    batchId: 8,
    committedAt: NOON + 8000,
  }
  return { ...head, isOffline, partitions, away: [], notes: ['a note'] }
}

describe('where partitions stand that receivers read', () => {
  const { asked, waiting } = {
    asked: {
      ...ASKED,
      partitions: [log(0, 45, 100), log(1, 10, 50)],
      mirrored: partitionMap({ 'orders/0': { offset: 50, metadata: '' } }),
    },
    waiting: PartitionMap.of([
      {
        topic: 'orders',
        partition: 0,
        topicId: ID,
        blocks: 3,
        bytes: 2048,
        records: 10,
        received: 50,
        oldestReceivedAt: NOON,
      },
      {
        topic: 'orders',
        partition: 1,
        topicId: ID,
        blocks: 1,
        bytes: 64,
        records: 2,
        received: 6,
        oldestReceivedAt: NOON,
      },
    ]),
  }
  const saved = { ...SAVED, positions: SAVED.positions.slice(0, 2) }
  const rows = standingsOf(saved, LAST, asked, waiting)

  test('are asked of the log from what was not received on', () => {
    // Of the first one, offsets 40 to 45 are gone from the log, and wait in blocks.
    expect(rows.map(({ status, next, received, lag, lost }) => [status, next, received, lag, lost])).toEqual([
      ['ok', 40, 50, 60, 0],
      ['below-start', 4, 6, 42, 4],
    ])
    expect(totalOf(rows)).toMatchObject({ lag: 102, lost: 4, blocks: 4, blockBytes: 2112 })
  })

  test('have columns of their own in the table, and stand where the group does', () => {
    const [head, first, second, total, , ...notes] = showTable(report(rows)).map((line) => plain(line).trim())
    expect(head?.split(/ {2,}/)).toEqual([
      'topic',
      'partition',
      'next',
      'received',
      'blocks',
      'bytes',
      'start',
      'end',
      'lag',
      'last batch',
      'committed',
    ])
    expect(first?.split(/ {2,}/).slice(0, 6)).toEqual(['orders', '0', '40', '50', '3', '2,048'])
    expect(second).toContain('6')
    expect(total?.split(/ {2,}/).slice(0, 3)).toEqual(['total', '4', '2,112'])
    expect(notes).toEqual([
      expect.stringContaining('orders/1: lost: 6 is below log start 10; 4 were deleted'),
      'a note',
    ])
    const offline = standingsOf(saved, LAST, null, waiting)
    expect(showTable(report(offline, true))[1]).toContain('2,048')
    expect(showJson(report(rows))).toMatchObject({
      partitions: [{ next: 40, received: 50, blocks: 3, blockBytes: 2048 }, { received: 6 }],
    })
    expect(showCsv(report(rows))[1]?.slice(-3)).toEqual([50, 3, 2048])
  })
})

describe('where partitions stand', () => {
  const rows = standingsOf(SAVED, LAST, ASKED)

  test('tells what is in the log from what is not, and counts only what can be read', () => {
    expect(rows.map((row) => [row.partition, row.status, row.next, row.lag, row.lost])).toEqual([
      [0, 'ok', 40, 60, 0],
      [1, 'below-start', 4, 40, 6],
      [2, 'beyond-end', 60, null, 0],
      [3, 'recreated', 7, null, 0],
      [4, 'gone', 9, null, 0],
      [10, 'new', 3, 2, 0],
    ])
    expect(totalOf(rows)).toEqual({ lag: 102, lost: 6, lastBatchRecords: 7, blocks: 0, blockBytes: 0 })
  })

  test('knows nothing of a partition that is away, and does not call it gone', () => {
    const away = [{ topic: 'orders', partition: 4, why: 'no leader' }]
    const found = standingsOf(SAVED, LAST, { ...ASKED, logId: 'two', away }).find(({ partition }) => partition === 4)
    expect(found).toMatchObject({ next: 9, status: 'unknown', start: null, end: null, lag: null, lost: 0 })
  })

  test('takes no offset of another cluster for one of this', () => {
    const elsewhere = standingsOf(SAVED, LAST, { ...ASKED, logId: 'two' })
    expect(elsewhere.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 4 }, () => 'other-cluster'),
      'gone',
      'new',
    ])
  })

  test('is a table with its numbers at the right, totals, and a line for each that needs a word', () => {
    expect(showTable(report(rows)).map(plain)).toEqual([
      'topic   partition  next  start  end  lag  group  last batch             committed',
      'orders          0    40      0  100   60     33           7  2026-01-31T12:00:08Z',
      'orders          1     4     10   50   40      4           0  2026-01-31T12:00:05Z',
      'orders          2    60      0   50    -      -           0                     -',
      'orders          3     7      0   20    -      -           0                     -',
      'orders          4     9      -    -    -      -           0                     -',
      'orders         10     3      3    5    2      -           0                     -',
      'total                                102                  7',
      '',
      'not saved yet: orders/10; next is where a start would begin',
      'orders/1: lost: 4 is below log start 10; 6 were deleted before they were read',
      'orders/2: lost: 60 is beyond the end 50 of the log',
      'orders/3: lost: recreated: 7 is of a topic that was deleted, and now there is another one',
      'orders/4: 9 is saved, but the pipeline reads no such partition any more',
      'the consumer group stands elsewhere in 1 of 6 partitions',
      'a note',
    ])
  })

  test('is CSV with all columns', () => {
    expect(showCsv(report(rows.slice(0, 2)))).toEqual([
      'topic,partition,next,start,end,lag,lost,lastBatchRecords,committedAt,status,groupOffset,received,blocks,blockBytes'.split(
        ',',
      ),
      ['orders', 0, 40, 0, 100, 60, 0, 7, '2026-01-31T12:00:08.000Z', 'ok', 33, 40, 0, 0],
      ['orders', 1, 4, 10, 50, 40, 6, 0, '2026-01-31T12:00:05.000Z', 'below-start', 4, 4, 0, 0],
    ])
  })

  test('is JSON whose unknown values are null', () => {
    const offline = standingsOf(SAVED, LAST, null).slice(0, 1)
    expect(showJson(report(offline, true))).toEqual({
      pipeline: 'counts',
      state: 'counts.db',
      logId: 'one',
      batchId: 8,
      committedAt: '2026-01-31T12:00:08.000Z',
      offline: true,
      partitions: [
        {
          topic: 'orders',
          partition: 0,
          next: 40,
          status: 'unknown',
          start: null,
          end: null,
          lag: null,
          lost: 0,
          lastBatchRecords: 7,
          committedAt: '2026-01-31T12:00:08.000Z',
          topicId: ID,
          groupOffset: null,
          received: 40,
          blocks: 0,
          blockBytes: 0,
        },
      ],
      away: [],
      total: { lag: null, lost: null, lastBatchRecords: 7, blocks: 0, blockBytes: 0 },
      notes: ['a note'],
    })
  })
})
