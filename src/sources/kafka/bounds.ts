// Where the logs of partitions begin and end: of all of them, or of those whose leaders answer.

import type { Clock } from '../../clock.ts'
import type { Cluster } from '../../kafka/client/cluster.ts'
import { Fault } from '../../kafka/client/fault.ts'
import { groupBy } from '../../kafka/protocol/group-by.ts'
import { Isolation, LOG_END, LOG_START } from '../../kafka/protocol/list-offsets.ts'
import type { AwayPartition, LogPartition } from '../../log.ts'
import { byTopicPartition, partitionKey, type TopicPartition } from '../../record.ts'

/** What was found out of some partitions. */
export interface Found {
  readonly partitions: readonly LogPartition[]
  readonly away: readonly AwayPartition[]
}

/** How long the other leaders may take after the first one has answered. */
const PATIENCE_MS = 1000

const NO_LEADER = 'no leader'

/** Until a leader is asked again: it may have moved. */
const SECOND_ATTEMPT_MS = 100

/** In the order of `partitions`. Throws a Fault where a leader is missing, or does not answer. */
export async function boundsOfAll(cluster: Cluster, partitions: readonly TopicPartition[]): Promise<Found> {
  const [starts, ends] = await Promise.all([
    cluster.listOffsets(partitions, LOG_START, Isolation.READ_COMMITTED),
    cluster.listOffsets(partitions, LOG_END, Isolation.READ_COMMITTED),
  ])
  const found = partitions.map((at): LogPartition => {
    const [start, end] = [starts.get(at) as number, ends.get(at) as number] // listed, or thrown
    return { ...at, topicId: cluster.topicIdOf(at), start, end }
  })
  return { partitions: found, away: [] }
}

/** In (topic, partition) order. Throws a Fault where no leader answers. */
export async function boundsOfPresent(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  clock: Clock,
): Promise<Found> {
  const led = partitions.filter((at) => cluster.hasLeader(at))
  // Fails as that of all partitions does.
  if (led.length === 0) return boundsOfAll(cluster, partitions)
  const without = partitions.filter((at) => !led.includes(at)).map((at) => ({ ...at, why: NO_LEADER }))
  const groups = [...groupBy(led, (at) => cluster.leaderOf(at)).values()]
  const asked = groups.map((members) => boundsOrFault(cluster, members, clock))
  const answers = await inTime(asked, clock)
  if (!answers.some(isFound)) throw answers.find((answer) => answer instanceof Fault) ?? new Fault('no leader answers')
  const found = answers.map((answer, i) => (isFound(answer) ? answer : awayOf(cluster, groups[i] ?? [], answer)))
  return {
    partitions: found.flatMap((each) => each.partitions).sort(byTopicPartition),
    away: [...found.flatMap((each) => each.away), ...without].sort(byTopicPartition),
  }
}

async function boundsOrFault(
  cluster: Cluster,
  members: readonly TopicPartition[],
  clock: Clock,
): Promise<Found | Fault> {
  try {
    return await boundsOfAll(cluster, members)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
  }
  await clock.sleep(SECOND_ATTEMPT_MS)
  try {
    return await boundsOfAll(cluster, members)
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

/** Null where there is no answer in time. */
async function inTime(asked: readonly Promise<Found | Fault>[], clock: Clock): Promise<(Found | Fault | null)[]> {
  const answers: (Found | Fault | null)[] = asked.map(() => null)
  const all = Promise.all(
    asked.map(async (each, i) => {
      answers[i] = await each
    }),
  )
  const first = Promise.any(asked.map(async (each) => isFound(await each) || Promise.reject()))
  const waited = new AbortController()
  const patience = first.then(() => clock.sleep(PATIENCE_MS, waited.signal))
  try {
    // Where no leader answers, the end of all attempts is waited for.
    await Promise.race([all, patience.catch(() => all)])
    return [...answers]
  } finally {
    waited.abort()
    // What comes later is dropped; the end of the view ends the requests.
    all.catch(() => {})
  }
}

function isFound(answer: Found | Fault | null): answer is Found {
  return answer !== null && !(answer instanceof Fault)
}

function awayOf(cluster: Cluster, members: readonly TopicPartition[], fault: Fault | null): Found {
  const away = members.map((at): AwayPartition => {
    if (!cluster.hasLeader(at)) return { ...at, why: NO_LEADER }
    return { ...at, why: fault?.message.replace(`${partitionKey(at)}: `, '') ?? 'its leader does not answer' }
  })
  return { partitions: [], away }
}
