import { describe, expect, it } from 'vitest'
import { PartitionMap } from '../src/partition-map.ts'

const items = [
  { topic: 'b', partition: 0, next: 3 },
  { topic: 'a', partition: 10, next: 4 },
  { topic: 'a', partition: 1, next: 5 },
]

describe('PartitionMap', () => {
  it('finds items by what their partition is called', () => {
    const map = PartitionMap.of(items)
    expect(map.size).toBe(3)
    expect(map.get({ topic: 'a', partition: 10 })).toBe(items[1])
    expect(map.has({ topic: 'a', partition: 1 })).toBe(true)
    expect(map.has({ topic: 'a', partition: 0 })).toBe(false)
    expect(map.get({ topic: 'c', partition: 0 })).toBeUndefined()
  })

  it('takes values from items', () => {
    expect([...PartitionMap.of(items, ({ next }) => next).values()]).toEqual([3, 4, 5])
    expect(PartitionMap.of(undefined).size).toBe(0)
  })

  it('gives the partitions back in the order in which they were set first, without other fields', () => {
    const map = PartitionMap.of(items, ({ next }) => next)
    map.set({ topic: 'b', partition: 0 }, 9)
    expect([...map]).toEqual([
      [{ topic: 'b', partition: 0 }, 9],
      [{ topic: 'a', partition: 10 }, 4],
      [{ topic: 'a', partition: 1 }, 5],
    ])
    expect([...map.keys()]).toEqual([...map].map(([at]) => at))
    expect([...new PartitionMap(map)]).toEqual([...map])
  })

  it('forgets a partition', () => {
    const map = PartitionMap.of(items)
    map.delete({ topic: 'a', partition: 1 })
    map.delete({ topic: 'c', partition: 0 })
    expect([...map.values()]).toEqual(items.slice(0, 2))
  })

  it('maps to other values of the same partitions', () => {
    const map = PartitionMap.of(items, ({ next }) => next)
    const named = map.map((next, { topic, partition }) => `${topic}${partition}:${next}`)
    expect([...named.values()]).toEqual(['b0:3', 'a10:4', 'a1:5'])
    expect(named.get({ topic: 'a', partition: 10 })).toBe('a10:4')
  })
})
