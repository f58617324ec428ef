import { describe, expect, test } from 'vitest'
import { SprkError } from '../../../src/errors.ts'
import type { LogPartition, Position } from '../../../src/log.ts'
import { planMoves } from '../../../src/operations/offsets/plan-moves.ts'
import type { Saved } from '../../../src/operations/offsets/saved.ts'
import { existingPartitions, selectPartitions } from '../../../src/operations/offsets/selection.ts'
import type { ResetTarget } from '../../../src/operations/offsets/target.ts'
import { PartitionMap } from '../../../src/partition-map.ts'

const [ID, OTHER_ID] = ['a'.repeat(32), 'b'.repeat(32)]

function partition(number: number, start: number, end: number, topicId: string | null = ID): LogPartition {
  return { topic: 'orders', partition: number, topicId, start, end }
}

function saved(...offsets: readonly number[]): Saved {
  return { isNew: false, logId: 'one', positions: offsets.map((next, i) => at(i, next)) }
}

function at(number: number, next: number): Position {
  return { topic: 'orders', partition: number, next, topicId: ID, leaderEpoch: 3, tailHash: 'cafe' }
}

const LOG = [partition(0, 10, 100), partition(1, 0, 50)]

function plan(from: Saved, target: ResetTarget, log: readonly LogPartition[] = LOG, selected = log, logId = 'one') {
  const offsets = PartitionMap.of(log, () => 20)
  const starts = from.isNew ? log.map((each) => at(each.partition, each.end)) : []
  const made = planMoves(from, { logId, partitions: log }, selected, { target, offsets, starts })
  return {
    ...made,
    moves: made.moves.map((move) => [move.partition, move.from, move.to, move.readAgain, move.neverRead, move.isLost]),
    others: made.others.map((each) => [each.partition, each.next]),
    forgotten: made.forgotten.map((each) => each.partition),
  }
}

function refusal(work: () => unknown): [number, string] {
  try {
    work()
  } catch (error) {
    if (error instanceof SprkError) return [error.exit, error.problems.map(({ message }) => message).join('\n')]
    throw error
  }
  throw new Error('it was taken')
}

const LOSS = ['--allow-loss']
const DUPLICATES = ['--allow-duplicates']
const EITHER = ['--allow-duplicates', '--allow-loss']

describe('a plan to reset', () => {
  test.each<[ResetTarget, unknown[], unknown[]]>([
    [
      { to: 'earliest' },
      [
        [0, 40, 10, 30, 0, false],
        [1, 40, 0, 40, 0, false],
      ],
      [DUPLICATES],
    ],
    [
      { to: 'latest' },
      [
        [0, 40, 100, 0, 60, false],
        [1, 40, 50, 0, 10, false],
      ],
      [LOSS],
    ],
    [
      { to: 'offset', offset: 40 },
      [
        [0, 40, 40, 0, 0, false],
        [1, 40, 40, 0, 0, false],
      ],
      [],
    ],
    [
      { to: 'shift', by: -5 },
      [
        [0, 40, 35, 5, 0, false],
        [1, 40, 35, 5, 0, false],
      ],
      [DUPLICATES],
    ],
    [
      { to: 'shift', by: 10 },
      [
        [0, 40, 50, 0, 10, false],
        [1, 40, 50, 0, 10, false],
      ],
      [LOSS],
    ],
    [
      { to: 'time', at: 0 },
      [
        [0, 40, 20, 20, 0, false],
        [1, 40, 20, 20, 0, false],
      ],
      [DUPLICATES],
    ],
    [
      { to: 'file', path: 'x' },
      [
        [0, 40, 20, 20, 0, false],
        [1, 40, 20, 20, 0, false],
      ],
      [DUPLICATES],
    ],
  ])('counts what %j would read again and never, and what has to be allowed', (target, moves, needs) => {
    expect(plan(saved(40, 40), target)).toMatchObject({ moves, needs, others: [], forgotten: [], isRebound: false })
  })

  test('needs both where some go forward and some back', () => {
    expect(plan(saved(20, 40), { to: 'offset', offset: 30 }).needs).toEqual([LOSS, DUPLICATES])
  })

  test('leaves a lost position by whatever is allowed, forward only with --allow-loss', () => {
    expect(plan(saved(4), { to: 'earliest' }, [partition(0, 10, 100)])).toMatchObject({
      moves: [[0, 4, 10, 0, 6, true]],
      needs: [LOSS],
    })
    expect(plan(saved(140), { to: 'earliest' }, [partition(0, 10, 100)])).toMatchObject({
      moves: [[0, 140, 10, 90, 0, true]],
      needs: [EITHER],
    })
    expect(plan(saved(140), { to: 'latest' }, [partition(0, 10, 100)])).toMatchObject({
      moves: [[0, 140, 100, 0, 0, true]],
      needs: [EITHER],
    })
  })

  test('reads nothing again of a topic that was made anew', () => {
    const anew = [partition(0, 0, 30, OTHER_ID)]
    expect(plan(saved(20), { to: 'earliest' }, anew)).toMatchObject({
      moves: [[0, 20, 0, 0, 0, true]],
      needs: [EITHER],
    })
    expect(plan(saved(40), { to: 'latest' }, anew)).toMatchObject({
      moves: [[0, 40, 30, 0, 30, true]],
      needs: [LOSS, EITHER],
    })
    expect(refusal(() => plan(saved(20), { to: 'shift', by: 1 }, anew))).toEqual([
      64,
      expect.stringContaining('of another log'),
    ])
  })

  test('gives partitions without a position one, which leaves out what is before it', () => {
    expect(plan(saved(40), { to: 'offset', offset: 40 })).toMatchObject({
      moves: [
        [0, 40, 40, 0, 0, false],
        [1, null, 40, 0, 40, false],
      ],
      needs: [LOSS],
    })
    expect(refusal(() => plan(saved(40), { to: 'shift', by: 1 }))[1]).toContain('orders/1: no offset is saved')
  })

  test('begins a new state where it is told, and its other partitions where a run would', () => {
    const isNew: Saved = { isNew: true, logId: null, positions: [] }
    expect(plan(isNew, { to: 'offset', offset: 30 }, LOG, LOG.slice(0, 1))).toMatchObject({
      moves: [[0, null, 30, 0, 0, false]],
      others: [[1, 50]],
      needs: [],
    })
  })

  test('takes to begin later than startingOffsets says for going forward', () => {
    const isNew: Saved = { isNew: true, logId: null, positions: [] }
    const log = [partition(0, 0, 30)]
    const starts = [at(0, 5)]
    const made = (offset: number) =>
      planMoves(isNew, { logId: 'one', partitions: log }, log, {
        target: { to: 'offset', offset },
        offsets: new PartitionMap(),
        starts,
      })
    expect([made(8), made(2)]).toMatchObject([
      { moves: [{ from: null, to: 8, neverRead: 3 }], needs: [LOSS] },
      { moves: [{ from: null, to: 2, neverRead: 0 }], needs: [] },
    ])
  })

  test('refuses very many partitions with the first ones', () => {
    const many = Array.from({ length: 12 }, (_, i) => partition(i, 0, 5))
    const refused = refusal(() => plan(saved(), { to: 'offset', offset: 9 }, many))
    expect(refused[1].split('\n')).toHaveLength(10)
  })

  test('forgets partitions that are gone, with a topic or a cluster that is wholly named', () => {
    const gone = saved(20, 20, 20)
    expect(plan(gone, { to: 'offset', offset: 20 })).toMatchObject({ forgotten: [2], needs: [LOSS] })
    expect(plan(gone, { to: 'offset', offset: 20 }, LOG, LOG.slice(0, 1))).toMatchObject({ forgotten: [], needs: [] })
  })

  test('binds the positions to another cluster only as a whole', () => {
    const other = plan(saved(20, 20), { to: 'earliest' }, LOG, LOG, 'two')
    expect(other).toMatchObject({
      isRebound: true,
      logId: 'two',
      moves: [
        [0, 20, 10, 0, 0, true],
        [1, 20, 0, 0, 0, true],
      ],
    })
    const [exit, message] = refusal(() => plan(saved(20, 20), { to: 'earliest' }, LOG, LOG.slice(0, 1), 'two'))
    expect([exit, message]).toEqual([79, expect.stringContaining('cluster one, and the brokers are of cluster two')])
  })

  test('refuses offsets outside the log, all of them at once, with the numbers', () => {
    expect(refusal(() => plan(saved(40, 40), { to: 'offset', offset: 101 }))).toEqual([
      79,
      'orders/0: offset 101 is not in the log, which goes from 10 to 100\norders/1: offset 101 is not in the log, which goes from 0 to 50',
    ])
    expect(refusal(() => plan(saved(40, 40), { to: 'shift', by: -31 }))).toEqual([
      79,
      'orders/0: offset 9 is not in the log, which goes from 10 to 100',
    ])
  })
})

describe('--topic', () => {
  const select = (...named: string[]) => selectPartitions(named, LOG).map((each) => each.partition)

  test('names topics and partitions of them, in any order, and all where it is absent', () => {
    expect([select(), select('orders'), select('orders:1,0', 'orders:1'), select('orders:1')]).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [1],
    ])
  })

  test.each([
    ['order', 66, 'the pipeline reads no topic order'],
    ['orders:2', 66, 'the pipeline reads no partition 2 of topic orders'],
    ['orders:', 64, '--topic orders:'],
    ['orders:a', 64, '--topic orders:a'],
    [':0', 64, '--topic :0'],
  ])('%s is refused with exit %i', (named, exit, words) => {
    expect(refusal(() => select(named))).toEqual([exit, expect.stringContaining(words)])
  })

  test('tells a name that is near, and the partitions that there are', () => {
    const hints = (work: () => unknown) => {
      try {
        work()
      } catch (error) {
        return (error as SprkError).problems.map(({ hint }) => hint)
      }
      return []
    }
    expect(hints(() => select('order', 'orders:7'))).toEqual(['did you mean `orders`?', 'it reads 0, 1'])
    expect(hints(() => existingPartitions([{ topic: 'clicks', partition: 0 }], LOG))).toEqual(['it reads orders'])
  })
})
