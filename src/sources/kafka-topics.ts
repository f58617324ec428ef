// Topics that do not exist: said at once when a pipeline starts, with names that are near.

import type { Clock } from '../clock.ts'
import { didYouMean } from '../did-you-mean.ts'
import { Exit, SprkError } from '../errors.ts'
import { type Cluster, MissingTopicsFault } from '../kafka/cluster.ts'

/** A topic that was just created is not known to every broker yet. */
const SECOND_LOOK_MS = 300

/** Refreshes the cluster. Throws a Fault, or a SprkError with exit 66 where a topic is missing at a second look too. */
export async function refreshOrMissing(cluster: Cluster, clock: Clock): Promise<void> {
  try {
    await cluster.refresh()
  } catch (error) {
    if (!(error instanceof MissingTopicsFault)) throw error
    await clock.sleep(SECOND_LOOK_MS)
    await cluster.refresh().catch(async (again: unknown) => {
      throw again instanceof MissingTopicsFault ? await missing(cluster, again.topics) : again
    })
  }
}

async function missing(cluster: Cluster, topics: readonly string[]): Promise<SprkError> {
  const known = await cluster.topicNames().catch(() => [])
  const [first, ...others] = topics.map((topic) => {
    const near = didYouMean(topic, known)
    const hint = near === undefined ? undefined : `did you mean \`${near}\`?`
    return { code: 'E_TOPIC_MISSING', message: `topic ${topic} does not exist`, hint }
  })
  if (first === undefined) throw new Error('no topic is missing')
  return new SprkError(Exit.NO_INPUT, [first, ...others])
}
