// DescribeGroups: the members of consumer groups, and where they run. Version 4 (Kafka 2.4) tells the names of static
// members; version 3 is for Kafka 2.3.

import { absent, array, boolean, bytes, int16, int32, message, nullableString, string, struct } from './message.ts'

export const DESCRIBE_GROUPS = describeGroups(4, nullableString)
export const DESCRIBE_GROUPS_WITHOUT_NAMES = describeGroups(3, absent)

function describeGroups(version: number, instanceId: typeof nullableString) {
  return message(15, version, {
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
              instanceId,
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
}
