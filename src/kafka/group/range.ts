// The assignor `range`: each topic by itself is cut into ranges of consecutive partitions, so that partitions of the same
// number of several topics meet in one member (org.apache.kafka.clients.consumer.RangeAssignor, without racks).

import type { TopicPartition } from '../../record.ts'
import { type Assignor, byName, type SubscribedMember } from './assignor.ts'

export const range: Assignor = {
  name: 'range',
  isCooperative: false,
  userData: () => null,
  assign(members, counts) {
    const ordered = members.toSorted(byName)
    const assigned = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]))
    for (const [topic, count] of counts) share(topic, count, subscribersOf(topic, ordered), assigned)
    return assigned
  },
}

function subscribersOf(topic: string, members: readonly SubscribedMember[]): readonly SubscribedMember[] {
  return members.filter(({ topics }) => topics.includes(topic))
}

function share(
  topic: string,
  count: number,
  subscribers: readonly SubscribedMember[],
  assigned: ReadonlyMap<string, TopicPartition[]>,
): void {
  const each = Math.floor(count / subscribers.length)
  const longer = count % subscribers.length
  let next = 0
  for (const [index, { memberId }] of subscribers.entries()) {
    const until = next + each + (index < longer ? 1 : 0)
    for (; next < until; next++) assigned.get(memberId)?.push({ topic, partition: next })
  }
}
