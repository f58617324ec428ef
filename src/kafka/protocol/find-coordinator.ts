// FindCoordinator, version 1: the broker that keeps the offsets and the members of a consumer group.

import { int8, int16, int32, message, nullableString, string } from './message.ts'

export const FIND_COORDINATOR = message(10, 1, {
  request: { key: string, /** GROUP, or 1 for a transaction. */ keyType: int8 },
  response: {
    throttleMs: int32,
    errorCode: int16,
    errorMessage: nullableString,
    /** A broker's id; -1 where there is none. */
    coordinator: int32,
    host: string,
    port: int32,
  },
})

export const GROUP = 0
