// Heartbeat, version 3 (Kafka 2.3): a member says that it lives, and learns that the group rebalances.

import { int16, int32, message, nullableString, string } from './message.ts'

export const HEARTBEAT = message(12, 3, {
  request: { groupId: string, generation: int32, memberId: string, instanceId: nullableString },
  response: { throttleMs: int32, errorCode: int16 },
})
