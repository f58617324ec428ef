// A mirror into a consumer group in memory, on a clock that is moved by hand.

import { Exit, SprkError } from '../../src/errors.ts'
import { Fault } from '../../src/kafka/client/fault.ts'
import type { OffsetToCommit } from '../../src/kafka/protocol/offset-commit.ts'
import type { CommittedOffset } from '../../src/kafka/protocol/offset-fetch.ts'
import type { Position } from '../../src/log.ts'
import { PartitionMap } from '../../src/partition-map.ts'
import { partitionKey } from '../../src/record.ts'
import { KafkaMirror } from '../../src/sources/kafka/mirror.ts'
import { manualClock } from './manual-clock.ts'
import { placeOf } from './partitions.ts'

export const OURS = 'sprk:mine'
export const AWAY = new Fault('cannot reach a:9092 (ECONNREFUSED)')
export const MEMBERS = new SprkError(Exit.LOCKED, {
  code: 'E_GROUP_MEMBERS',
  message: 'consumer group g has members',
  hint: 'name another `groupId`',
})

export function mirrorInMemory(selects = (_: Position) => true) {
  const clock = manualClock()
  const committed = new Map<string, CommittedOffset>()
  const group = {
    committed,
    /** Each write: partition → offset. */
    writes: [] as Record<string, number>[],
    reads: 0,
    opened: 0,
    closed: 0,
    /** What reading and writing throw. */
    readFault: null as Error | null,
    writeFault: null as Error | null,
    /** Where set, reading waits for it. */
    gate: null as Promise<void> | null,
    hold(key: string, offset: number, metadata: string) {
      committed.set(key, { ...placeOf(key), offset, metadata, errorCode: 0 })
    },
    async read() {
      group.reads++
      await group.gate
      if (group.readFault !== null) throw group.readFault
      return PartitionMap.of(committed.values())
    },
    async write(offsets: readonly OffsetToCommit[]) {
      if (group.writeFault !== null) throw group.writeFault
      group.writes.push(Object.fromEntries(offsets.map((each) => [partitionKey(each), each.offset])))
      for (const each of offsets) group.hold(partitionKey(each), each.offset, each.metadata)
    },
    async close() {
      group.closed++
    },
  }
  const open = () => {
    group.opened++
    return group
  }
  const mirror = new KafkaMirror({ groupId: 'g', stateId: 'mine', selects, open }, clock)
  const said = () => [...mirror.notices()].map(({ level, message }) => `${level}: ${message}`)
  return { clock, group, mirror, said }
}

/** Positions by `partitionKey`. */
export function at(offsets: Readonly<Record<string, number>>): Position[] {
  return Object.entries(offsets).map(([key, next]) => {
    return { ...placeOf(key), next, topicId: null, leaderEpoch: 3, tailHash: null }
  })
}
