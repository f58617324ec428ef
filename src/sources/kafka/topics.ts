// Topics and partitions that do not exist: said at once when a pipeline starts, with names that are near.

import type { Clock } from '../../clock.ts'
import { Exit, SprkError } from '../../errors.ts'
import { type Cluster, MissingFault } from '../../kafka/client/cluster.ts'
import { didYouMean } from '../../words.ts'

/** A topic that was just created is not known to every broker yet. */
const SECOND_LOOK_MS = 300

/** Refreshes the cluster; `bootstrap` are the pipeline's brokers. Throws a Fault, or a SprkError with exit 66 where something is missing at a second look too. */
export async function refreshOrMissing(cluster: Cluster, bootstrap: readonly string[], clock: Clock): Promise<void> {
  try {
    await cluster.refresh()
  } catch (error) {
    if (!(error instanceof MissingFault)) throw error
    await clock.sleep(SECOND_LOOK_MS)
    await cluster.refresh().catch(async (again: unknown) => {
      throw again instanceof MissingFault ? await missing(cluster, bootstrap, again) : again
    })
  }
}

async function missing(
  cluster: Cluster,
  bootstrap: readonly string[],
  { topics, partitions }: MissingFault,
): Promise<SprkError> {
  const known = topics.length === 0 ? [] : await cluster.topicNames().catch(() => [])
  const code = 'E_TOPIC_MISSING'
  const [first, ...others] = [
    ...topics.map((topic) => {
      const near = didYouMean(topic, known)
      const create = `kafka-topics.sh --bootstrap-server ${bootstrap.join(',')} --create --topic ${topic} --partitions 3`
      const hint = near === undefined ? `create it: ${create}` : `did you mean \`${near}\`? else create it: ${create}`
      return { code, message: `topic ${topic} does not exist`, hint }
    }),
    ...partitions.map(({ topic, partition }) => {
      const more = `kafka-topics.sh --bootstrap-server ${bootstrap.join(',')} --alter --topic ${topic} --partitions ${partition + 1}`
      return { code, message: `topic ${topic} has no partition ${partition}`, hint: `add it: ${more}` }
    }),
  ]
  if (first === undefined) throw new Error('nothing is missing')
  return new SprkError(Exit.NO_INPUT, [first, ...others])
}
