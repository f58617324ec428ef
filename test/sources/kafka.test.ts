// The source kafka against a real broker.

import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/cli/system-clock.ts'
import type { Source, Start } from '../../src/source.ts'
import { type KafkaSourceOptions, kafkaSource } from '../../src/sources/kafka.ts'
import { sourceContract } from '../contract/source.ts'
import { collect } from '../support/chunks.ts'
import { resultOf } from '../support/drain.ts'
import * as kafka from '../support/kafka.ts'

const { signal } = new AbortController()
const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

function sourceOf(topic: string, startingOffsets: KafkaSourceOptions['startingOffsets'] = 'earliest'): Source {
  return kafkaSource({ brokers: [kafka.bootstrap()], clientId: 'test', topics: [topic], startingOffsets }, systemClock)
}

describe.skipIf(!kafka.kafkaAvailable)('kafkaSource', () => {
  sourceContract('kafka', async () => {
    const topic = await kafka.createTopic(kafka.topicName('contract'), 2)
    return {
      append: (partition, values) => kafka.produce(topic, ...values.map((value) => ({ partition, value }))),
      source: () => sourceOf(topic),
      close: async () => {},
    }
  })
})
