// What of the saved positions goes into a consumer group: all but what others have brought further.

import type { CommittedOffset } from '../../kafka/protocol/offset-fetch.ts'
import type { Position } from '../../log.ts'
import type { ReadonlyPartitionMap } from '../../partition-map.ts'
import { partitionKey } from '../../record.ts'

/** A partition where the group holds another offset than we have saved. */
export interface Difference {
  readonly key: string
  readonly committed: number
  readonly next: number
}

export interface Comparison {
  /** Ours, as the group has them already. */
  readonly same: readonly Position[]
  /** To be written. Our own offsets may go back: the state file was reset, or restored from a backup. */
  readonly changed: readonly Position[]
  /** Of others, and ahead of us: not to be written. */
  readonly ahead: readonly Difference[]
  /** Of `changed`, where offsets of another program are written over. */
  readonly takenOver: readonly Difference[]
}

/** `committed`: what the group holds. `mark`: the metadata beside offsets of ours. */
export function compareOffsets(
  positions: readonly Position[],
  committed: ReadonlyPartitionMap<CommittedOffset>,
  mark: string,
): Comparison {
  const same: Position[] = []
  const changed: Position[] = []
  const ahead: Difference[] = []
  const takenOver: Difference[] = []
  for (const position of positions) {
    const held = committed.get(position)
    const isOurs = held?.metadata === mark
    const difference = { key: partitionKey(position), committed: held?.offset ?? -1, next: position.next }
    if (isOurs && held.offset === position.next) same.push(position)
    else if (!isOurs && difference.committed > position.next) ahead.push(difference)
    else {
      changed.push(position)
      if (held !== undefined && !isOwnedBySprk(held.metadata)) takenOver.push(difference)
    }
  }
  return { same, changed, ahead, takenOver }
}

/** Metadata of the offsets that belong to a state file. */
export function markOf(stateId: string): string {
  return `sprk:${stateId}`
}

function isOwnedBySprk(metadata: string): boolean {
  return metadata.startsWith('sprk:')
}
