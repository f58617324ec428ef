// What receiver mode promises, for people.

import type { receivingOf } from './options.ts'

/** In one sentence. */
export function guaranteeOf(
  { shared, writeAheadLog }: Pick<ReturnType<typeof receivingOf>, 'shared' | 'writeAheadLog'>,
  groupId: string,
): string {
  if (shared) {
    return `at least once across the members of consumer group ${groupId}: a record may be read by two of them when a partition changes hands`
  }
  return writeAheadLog
    ? 'exactly once: what was received is kept in the state file until its batch is committed, though Kafka may delete it'
    : 'exactly once: what was received and is in no committed batch is received again after a crash'
}
