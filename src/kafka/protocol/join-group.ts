// JoinGroup, version 5 (Kafka 2.3): becomes a member of a consumer group. The broker holds the request until all members
// have joined. The first version with static members (KIP-345).

import { array, bytes, int16, int32, message, nullableString, string, struct } from './message.ts'

export const JOIN_GROUP = message(11, 5, {
  request: {
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: int32,
    /** Empty at first: the answer has one. */
    memberId: string,
    instanceId: nullableString,
    /** `consumer`. */
    protocolType: string,
    /** Assignors, the preferred one first, each with a Subscription. */
    protocols: array(struct({ name: string, metadata: bytes })),
  },
  response: {
    throttleMs: int32,
    errorCode: int16,
    generation: int32,
    /** The assignor that was chosen. */
    protocol: string,
    /** A member's id. */
    leader: string,
    memberId: string,
    /** All members, for the leader; none for others. */
    members: array(struct({ memberId: string, instanceId: nullableString, metadata: bytes })),
  },
})
