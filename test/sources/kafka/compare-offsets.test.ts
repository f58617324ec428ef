// Which saved positions go into a consumer group.

import { expect, it } from 'vitest'
import { positionAt } from '../../../src/log.ts'
import { PartitionMap } from '../../../src/partition-map.ts'
import { compareOffsets, markOf } from '../../../src/sources/kafka/compare-offsets.ts'

const OURS = markOf('this-state')
const OTHER_STATE = markOf('another')

it.each([
  ['writes where nothing is committed', 5, null, '', 'changed'],
  ['leaves what is committed already', 5, 5, OURS, 'same'],
  ['goes on', 5, 4, OURS, 'changed'],
  ['goes back over its own', 5, 6, OURS, 'changed'],
  ['does not set back others', 5, 6, '', 'ahead'],
  ['does not set back another state', 5, 6, OTHER_STATE, 'ahead'],
  ['does not set back one whose mark only begins alike', 5, 6, `${OURS}-2`, 'ahead'],
  ['writes over another state that is behind', 5, 4, OTHER_STATE, 'changed'],
  ['writes over others that are behind, and says so', 5, 4, 'somebody', 'changed, takenOver'],
  ['writes over others that are equal, and says so', 5, 5, '', 'changed, takenOver'],
])('%s', (_, next, offset, metadata, expected) => {
  const position = positionAt({ topic: 'a', partition: 1 }, next)
  const held = { topic: 'a', partition: 1, offset: offset ?? -1, metadata, errorCode: 0 }
  const committed = PartitionMap.of(offset === null ? [] : [held])
  const compared = compareOffsets([position], committed, OURS)
  const kinds = Object.entries(compared).filter(([, list]) => list.length > 0)
  expect(kinds.map(([kind]) => kind).join(', ')).toBe(expected)
})
