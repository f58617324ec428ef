// LeaveGroup, version 3 (Kafka 2.4; version 2 is the last one of Kafka 2.3, which does not offer this one): a member goes.

import { array, int16, int32, message, nullableString, string, struct } from './message.ts'

export const LEAVE_GROUP = message(13, 3, {
  request: { groupId: string, members: array(struct({ memberId: string, instanceId: nullableString })) },
  response: {
    throttleMs: int32,
    errorCode: int16,
    members: array(struct({ memberId: string, instanceId: nullableString, errorCode: int16 })),
  },
})
