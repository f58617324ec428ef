// The contract of an assignor: it shares the partitions of topics among the members of a consumer group.

import type { TopicPartition } from '../../record.ts'
import type { Subscription } from '../protocol/consumer-protocol.ts'

export interface SubscribedMember extends Subscription {
  readonly memberId: string
  /** Null: not a static member. */
  readonly instanceId: string | null
}

export interface Assignor {
  /** As the Java client names it. */
  readonly name: string
  /**
   * Whether members keep their partitions while they join: the assignment then leaves out partitions that change their
   * owner, until the old owner has joined without them (KIP-429).
   */
  readonly isCooperative: boolean
  /** What a member that owned partitions in a generation tells the leader beside its subscription. */
  userData(generation: number): Buffer | null
  /**
   * The leader of the group calls it. `counts`: topic → how many partitions it has; topics that do not exist are absent.
   * Returns the partitions of each member, which may be none.
   */
  assign(members: readonly SubscribedMember[], counts: ReadonlyMap<string, number>): Map<string, TopicPartition[]>
}

/** Static members first, by the name that they keep; else by the id that the broker gave. */
export function byName(a: SubscribedMember, b: SubscribedMember): number {
  if (a.instanceId !== null && b.instanceId !== null) return compare(a.instanceId, b.instanceId)
  if (a.instanceId !== b.instanceId) return a.instanceId !== null ? -1 : 1
  return compare(a.memberId, b.memberId)
}

/** By UTF-16 code units, as Java compares strings. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
