// Topics that a pattern selected and that exist no more.

import type { Cluster } from '../../kafka/client/cluster.ts'
import type { TopicPartition } from '../../record.ts'

export class GoneTopics {
  readonly #cluster: Pick<Cluster, 'isGone'>
  #gone: ReadonlySet<string> = new Set()

  constructor(cluster: Pick<Cluster, 'isGone'>) {
    this.#cluster = cluster
  }

  /** Lines about topics that vanished or came back since the last call. Those that were `renewed` are told of elsewhere. */
  changes(partitions: readonly TopicPartition[], renewed: readonly TopicPartition[] = []): readonly string[] {
    const before = this.#gone
    const topics = new Set(partitions.filter((at) => this.#cluster.isGone(at)).map(({ topic }) => topic))
    this.#gone = topics
    const isBack = (topic: string) => !topics.has(topic) && !renewed.some((each) => each.topic === topic)
    return [
      ...[...topics]
        .filter((topic) => !before.has(topic))
        .map((topic) => `kafka: topic ${topic} is gone; its saved positions are kept`),
      ...[...before]
        .filter(isBack)
        .map((topic) => `kafka: topic ${topic} is back; reading goes on at its saved positions`),
    ]
  }
}
