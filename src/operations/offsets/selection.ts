// Which partitions `--topic T[:0,1]` names, among those that a pipeline reads.

import { Exit, type Problem, throwIfAny } from '../../errors.ts'
import { PartitionMap } from '../../partition-map.ts'
import { byTopicPartition, type TopicPartition } from '../../record.ts'
import { didYouMean, MAX_LISTED, shortList } from '../../words.ts'
import { usage } from '../usage.ts'

/**
 * In (topic, partition) order; all that exist, where nothing is named. Throws a SprkError: exit 64 for what is no `T[:0,1]`,
 * 66 for topics and partitions that are not among those that exist.
 */
export function selectPartitions<T extends TopicPartition>(
  named: readonly string[],
  existing: readonly T[],
): readonly T[] {
  if (named.length === 0) return existing
  const topics = new Set(existing.map(({ topic }) => topic))
  const wanted = named.flatMap((text): TopicPartition[] => {
    const { topic, partitions } = parse(text, topics)
    if (partitions !== null) return partitions.map((partition) => ({ topic, partition }))
    return topics.has(topic) ? existing.filter((at) => at.topic === topic) : [{ topic, partition: 0 }]
  })
  return existingPartitions([...PartitionMap.of(wanted).values()], existing)
}

/** The partitions of these keys. Throws a SprkError (exit 66) where one does not exist. */
export function existingPartitions<T extends TopicPartition>(
  wanted: readonly TopicPartition[],
  existing: readonly T[],
): T[] {
  const known = PartitionMap.of(existing)
  const topics = new Set(existing.map(({ topic }) => topic))
  const missing = wanted.filter((at) => !known.has(at))
  const strange = new Set(missing.map(({ topic }) => topic).filter((topic) => !topics.has(topic)))
  const problems = [
    ...[...strange].map((topic) => unknownTopic(topic, topics)),
    ...missing.filter(({ topic }) => topics.has(topic)).map((at) => unknownPartition(at, existing)),
  ]
  throwIfAny(Exit.NO_INPUT, problems, MAX_LISTED)
  const found = wanted.map((at) => known.get(at) as T) // none is missing
  return found.sort(byTopicPartition)
}

/** The path of a file may look as if it ended in partitions: the name of a topic that exists is one. */
function parse(text: string, topics: ReadonlySet<string>): { topic: string; partitions: readonly number[] | null } {
  if (topics.has(text)) return { topic: text, partitions: null }
  const [, topic = '', list] = /^([^:]*)(?::(.*))?$/.exec(text) ?? []
  if (topic === '' || (list !== undefined && !/^\d{1,9}(,\d{1,9})*$/.test(list))) {
    const message = `--topic ${text}: a topic is expected, or a topic and partitions such as events:0,1`
    throw usage(message, 'sprk offsets reset --help')
  }
  return { topic, partitions: list === undefined ? null : list.split(',').map(Number) }
}

function unknownTopic(topic: string, topics: ReadonlySet<string>): Problem {
  const near = didYouMean(topic, topics)
  return {
    code: 'E_TOPIC_MISSING',
    message: `the pipeline reads no topic ${topic}`,
    hint: near === undefined ? `it reads ${shortList([...topics])}` : `did you mean \`${near}\`?`,
  }
}

function unknownPartition(at: TopicPartition, existing: readonly TopicPartition[]): Problem {
  return {
    code: 'E_TOPIC_MISSING',
    message: `the pipeline reads no partition ${at.partition} of topic ${at.topic}`,
    hint: `it reads ${shortList(existing.filter(({ topic }) => topic === at.topic).map(({ partition }) => String(partition)))}`,
  }
}
