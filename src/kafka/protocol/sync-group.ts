// SyncGroup, version 3 (Kafka 2.3): the leader of a group says what each member is assigned, and each member learns it.
// The broker holds the request until the leader has spoken.

import { array, bytes, int16, int32, message, nullableString, string, struct } from './message.ts'

export const SYNC_GROUP = message(14, 3, {
  request: {
    groupId: string,
    generation: int32,
    memberId: string,
    instanceId: nullableString,
    /** From the leader only. */
    assignments: array(struct({ memberId: string, assignment: bytes })),
  },
  response: { throttleMs: int32, errorCode: int16, assignment: bytes },
})
