// Which blocks a batch takes.

import { describe, expect, it } from 'vitest'
import { positionAt } from '../../../../src/log.ts'
import { PartitionMap } from '../../../../src/partition-map.ts'
import { selectBlocks } from '../../../../src/sources/kafka/receiver/select-blocks.ts'

const NO_BOUNDS = { maxRecords: Infinity, maxBytes: Infinity, ends: null }
let ids = 0

function block(partition: number, fromOffset: number, untilOffset: number, stepFrom: number | null = null) {
  const step = stepFrom === null ? null : { fromOffset: stepFrom, cause: 'gone' }
  const rest = { topicId: null, leaderEpoch: null, tailHash: null, byteLength: 10 * (untilOffset - fromOffset) }
  return { id: ++ids, topic: 'a', partition, fromOffset, untilOffset, step, ...rest }
}

function select(blocks: ReturnType<typeof block>[], next: readonly number[], bounds: Partial<typeof NO_BOUNDS> = {}) {
  const positions = next.map((offset, partition) => positionAt({ topic: 'a', partition }, offset))
  const { ranges, gaps, more } = selectBlocks(blocks, positions, { ...NO_BOUNDS, ...bounds })
  return {
    ranges: ranges.map(({ partition, fromOffset, untilOffset }) => [partition, fromOffset, untilOffset]),
    gaps: gaps.map(({ partition, fromOffset, toOffset }) => [partition, fromOffset, toOffset]),
    hasMore: more === 'bound',
  }
}

describe('selectBlocks', () => {
  it('takes whole blocks in order of arrival, up to a bound, at least one', () => {
    const blocks = [block(0, 0, 10), block(1, 5, 10), block(0, 10, 30)]
    expect(select(blocks, [0, 5])).toEqual({
      ranges: [
        [0, 0, 30],
        [1, 5, 10],
      ],
      gaps: [],
      hasMore: false,
    })
    expect(select(blocks, [0, 5], { maxRecords: 15 })).toEqual({
      ranges: [
        [0, 0, 10],
        [1, 5, 10],
      ],
      gaps: [],
      hasMore: true,
    })
    expect(select(blocks, [0, 5], { maxBytes: 1 })).toEqual({ ranges: [[0, 0, 10]], gaps: [], hasMore: true })
  })

  it('goes on within a block that the batch before has read in part', () => {
    expect(select([block(0, 0, 10)], [4])).toEqual({ ranges: [[0, 4, 10]], gaps: [], hasMore: false })
  })

  it('takes no block whose position is not saved', () => {
    expect(select([block(2, 0, 10)], [4])).toEqual({ ranges: [], gaps: [], hasMore: false })
  })

  it('ends a batch before a step, and begins the next one behind it', () => {
    const blocks = [block(0, 0, 10), block(0, 20, 30, 10), block(0, 30, 40)]
    expect(select(blocks, [0])).toEqual({ ranges: [[0, 0, 10]], gaps: [], hasMore: true })
    expect(select(blocks.slice(1), [10])).toEqual({ ranges: [[0, 20, 40]], gaps: [[0, 10, 20]], hasMore: false })
  })

  it('passes a step that stands alone, and goes on behind it', () => {
    expect(select([block(0, 20, 20, 10)], [10])).toEqual({ ranges: [], gaps: [[0, 10, 20]], hasMore: true })
    const blocks = [block(0, 20, 20, 10), block(0, 20, 30), block(0, 50, 60, 30)]
    expect(select(blocks, [10])).toEqual({ ranges: [[0, 20, 30]], gaps: [[0, 10, 20]], hasMore: true })
  })

  it('passes one step of a partition at a time', () => {
    const blocks = [block(0, 20, 20, 10), block(0, 5, 9, 20)]
    expect(select(blocks, [10])).toEqual({ ranges: [], gaps: [[0, 10, 20]], hasMore: true })
    expect(select(blocks.slice(1), [20])).toEqual({ ranges: [[0, 5, 9]], gaps: [[0, 20, 5]], hasMore: false })
  })

  it('goes back over what was truncated', () => {
    expect(select([block(0, 5, 9, 10)], [10])).toEqual({ ranges: [[0, 5, 9]], gaps: [[0, 10, 5]], hasMore: false })
  })

  it('stops at fixed ends, within a block where they are there, and says nothing of what is behind', () => {
    const ends = new PartitionMap([[{ topic: 'a', partition: 0 }, 7]]) as never
    const blocks = [block(0, 0, 10), block(0, 10, 20), block(1, 0, 5)]
    expect(select(blocks, [0, 0], { ends })).toEqual({
      ranges: [
        [0, 0, 7],
        [1, 0, 5],
      ],
      gaps: [],
      hasMore: false,
    })
    expect(select(blocks, [7, 5], { ends })).toEqual({ ranges: [], gaps: [], hasMore: false })
    expect(select([block(0, 20, 30, 10)], [10], { ends })).toEqual({ ranges: [], gaps: [], hasMore: false })
  })
})
