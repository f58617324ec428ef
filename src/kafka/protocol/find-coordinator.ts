// FindCoordinator, version 1: the broker that keeps the offsets of a consumer group.

import { WireReader, WireWriter } from './bytes.ts'

export const FIND_COORDINATOR = { key: 10, version: 1 } as const

const GROUP = 0

export interface FoundCoordinator {
  readonly errorCode: number
  /** A broker's id; -1 where there is none. */
  readonly coordinator: number
}

export function encodeFindCoordinatorRequest(groupId: string): Buffer {
  return new WireWriter().string(groupId).int8(GROUP).finish()
}

export function decodeFindCoordinator(bytes: Buffer): FoundCoordinator {
  const reader = new WireReader(bytes)
  reader.int32() // throttle time
  const errorCode = reader.int16()
  reader.nullableString() // the error in words
  const coordinator = reader.int32()
  reader.string() // host
  reader.int32() // port
  return { errorCode, coordinator }
}
