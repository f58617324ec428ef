// What the view of a log promises, for the source kafka, against a real broker.

import { describe } from 'vitest'
import { systemClock } from '../../../src/cli/system-clock.ts'
import { Brokers } from '../../../src/kafka/client/brokers.ts'
import { GroupOffsets } from '../../../src/kafka/group/group-offsets.ts'
import { type KafkaViewOptions, kafkaView } from '../../../src/sources/kafka/view.ts'
import { logViewContract } from '../../contract/log-view.ts'
import { resultOf } from '../../support/drain.ts'
import * as kafka from '../../support/kafka.ts'
import { signal, sourceOf } from '../kafka-source.ts'

/** No broker listens there. */
const AWAY = '127.0.0.1:1'

describe.skipIf(!kafka.kafkaAvailable)('kafkaView', () => {
  logViewContract('kafka', async () => {
    const topic = await kafka.createTopic(kafka.topicName('view'), 2)
    const connection = { brokers: [kafka.bootstrap()], clientId: 'test' }
    const viewOf = (more: Partial<KafkaViewOptions> = {}) => {
      const options = { ...connection, topics: [topic], startingOffsets: 'earliest', groupId: null } as const
      return kafkaView({ ...options, ...more }, systemClock)
    }
    return {
      append: (partition, values) => kafka.produce(topic, ...values.map((value) => ({ partition, value }))),
      view: viewOf,
      source: () => sourceOf(topic),
      viewAway: () => viewOf({ brokers: [AWAY] }),
      other: { topic: `${topic}-other`, partition: 0 },
      appendAt: (value, timestamp) => kafka.produce(topic, { partition: 0, value, timestamp: `${timestamp}` }),
      trim: (offset) => kafka.deleteRecords(topic, 0, offset),
      async viewMirrored(offset, metadata) {
        const groupId = `group-of-${topic}`
        const group = new GroupOffsets(new Brokers(connection, systemClock), groupId)
        const view = viewOf({ groupId })
        // The coordinator of the tests' first group may still be elected.
        await resultOf(view.mirrored(signal))
        await group.write([{ topic, partition: 0, offset, leaderEpoch: null, metadata }])
        await group.close()
        return view
      },
      close: async () => {},
    }
  })
})
