// LeaveGroup, version 2 (Kafka 2.3): a member goes. Later versions take several members at once.

import { int16, int32, message, string } from './message.ts'

export const LEAVE_GROUP = message(13, 2, {
  request: { groupId: string, memberId: string },
  response: { throttleMs: int32, errorCode: int16 },
})
