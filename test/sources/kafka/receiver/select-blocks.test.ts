import { describe, expect, it } from 'vitest'
import type { StoredBlock } from '../../../../src/block.ts'
import type { Limits } from '../../../../src/source.ts'
import { selectBlocks } from '../../../../src/sources/kafka/receiver/select-blocks.ts'
import { stored } from '../../../support/blocks.ts'
import { partitionMap } from '../../../support/partitions.ts'
import { position } from '../../../support/state-file.ts'

const UNBOUND: Limits = { maxRecords: Infinity, maxBytes: Infinity, ends: null }
const LOST = { fromOffset: 10, cause: 'deleted' }

/** `0: 0…20` for each range, and what else the selection says. */
function select(blocks: readonly StoredBlock[], limits: Partial<Limits> = {}, next = [0, 0, 0]) {
  const positions = next.map((offset, partition) => position(partition, offset))
  const { ranges, more, gaps } = selectBlocks(blocks, positions, { ...UNBOUND, ...limits })
  return {
    ranges: ranges.map(({ partition, fromOffset, untilOffset }) => `${partition}: ${fromOffset}…${untilOffset}`),
    more,
    gaps: gaps.map(({ fromOffset, toOffset, cause }) => `${fromOffset}→${toOffset} ${cause}`),
  }
}

describe('blocks of a batch', () => {
  it('are all that wait, as one range for each partition, in order of the partitions', () => {
    const blocks = [
      stored(1, 0, 5, { partition: 1 }),
      stored(2, 0, 10),
      stored(3, 5, 6, { partition: 1 }),
      stored(4, 10, 20),
    ]
    expect(select(blocks)).toEqual({ ranges: ['0: 0…20', '1: 0…6'], more: 'no', gaps: [] })
    expect(select([])).toEqual({ ranges: [], more: 'no', gaps: [] })
  })

  it('are whole ones, up to the bound of records', () => {
    const blocks = [stored(1, 0, 10), stored(2, 10, 20), stored(3, 20, 30)]
    expect(select(blocks, { maxRecords: 20 })).toMatchObject({ ranges: ['0: 0…20'], more: 'bound' })
    expect(select(blocks, { maxRecords: 29 })).toMatchObject({ ranges: ['0: 0…20'], more: 'bound' })
    expect(select(blocks, { maxRecords: 30 })).toMatchObject({ ranges: ['0: 0…30'], more: 'no' })
  })

  it('are whole ones, up to the bound of bytes', () => {
    const blocks = [stored(1, 0, 10), stored(2, 10, 20), stored(3, 20, 30)]
    expect(select(blocks, { maxBytes: 299 })).toMatchObject({ ranges: ['0: 0…20'], more: 'bound' })
  })

  it('are one at least, whatever the bounds', () => {
    const blocks = [stored(1, 0, 1000), stored(2, 0, 1, { partition: 1 })]
    expect(select(blocks, { maxRecords: 1, maxBytes: 1 })).toMatchObject({ ranges: ['0: 0…1000'], more: 'bound' })
  })

  it('stop in order of arrival: a later one that is small enough does not pass', () => {
    const blocks = [stored(1, 0, 10), stored(2, 10, 100), stored(3, 0, 1, { partition: 1 })]
    expect(select(blocks, { maxRecords: 20 })).toMatchObject({ ranges: ['0: 0…10'], more: 'bound' })
  })

  it('begin where the last batch ended, inside of a block too', () => {
    const blocks = [stored(1, 0, 10), stored(2, 10, 20)]
    expect(select(blocks, {}, [7, 0])).toMatchObject({ ranges: ['0: 7…20'] })
    expect(select(blocks, { maxRecords: 3 }, [7, 0])).toMatchObject({ ranges: ['0: 7…10'], more: 'bound' })
  })

  it('wait while the position of their partition is not saved', () => {
    expect(select([stored(1, 0, 10, { partition: 5 })])).toMatchObject({ ranges: [], more: 'no' })
  })

  it('end at the ends of `--once`, and what is behind them is no reason to go on', () => {
    const blocks = [stored(1, 0, 10), stored(2, 10, 20), stored(3, 20, 30), stored(4, 0, 9, { partition: 1 })]
    const ends = partitionMap({ 'events/0': 15 })
    expect(select(blocks, { ends })).toMatchObject({ ranges: ['0: 0…15', '1: 0…9'], more: 'no' })
    expect(select(blocks, { ends }, [15, 9])).toMatchObject({ ranges: [], more: 'no' })
  })

  it('begin behind a step that stands at the saved position', () => {
    const blocks = [stored(1, 50, 60, { step: LOST })]
    expect(select(blocks, {}, [10])).toEqual({ ranges: ['0: 50…60'], more: 'no', gaps: ['10→50 deleted'] })
  })

  it('end before a step: the next batch passes it', () => {
    const blocks = [
      stored(1, 0, 10),
      stored(2, 50, 60, { step: LOST }),
      stored(3, 60, 70),
      stored(4, 0, 1, { partition: 1 }),
    ]
    expect(select(blocks)).toEqual({ ranges: ['0: 0…10', '1: 0…1'], more: 'bound', gaps: [] })
    expect(select(blocks.slice(1), {}, [10, 1])).toEqual({ ranges: ['0: 50…70'], more: 'no', gaps: ['10→50 deleted'] })
  })

  it('count the records behind a step only', () => {
    const blocks = [stored(1, 1000, 1010, { step: LOST }), stored(2, 1010, 1020)]
    expect(select(blocks, { maxRecords: 20 }, [10])).toMatchObject({ ranges: ['0: 1000…1020'], more: 'no' })
  })
})
