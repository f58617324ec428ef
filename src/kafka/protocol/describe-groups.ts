// DescribeGroups, version 4 (Kafka 2.4): the members of consumer groups, and where they run.

import { array, boolean, bytes, int16, int32, message, nullableString, string, struct } from './message.ts'

export const DESCRIBE_GROUPS = message(15, 4, {
  request: { groups: array(string), includeAuthorizedOperations: boolean },
  response: {
    throttleMs: int32,
    groups: array(
      struct({
        errorCode: int16,
        groupId: string,
        /** `Stable`, `PreparingRebalance`, … Only in Stable do members have metadata and assignments. */
        state: string,
        protocolType: string,
        /** The assignor. */
        protocol: string,
        members: array(
          struct({
            memberId: string,
            instanceId: nullableString,
            clientId: string,
            host: string,
            metadata: bytes,
            assignment: bytes,
          }),
        ),
        authorizedOperations: int32,
      }),
    ),
  },
})
