// The source kafka as the plan makes it.

import type { SourceKind } from '../source.ts'
import { kafkaSource } from './kafka.ts'
import type { KafkaOptions } from './kafka-spec.ts'

export const kafkaKind: SourceKind<KafkaOptions> = {
  format: ({ format }) => format,
  canonical: ({ topics }) => `topics ${[...topics].sort().join(', ')}`,
  limits: ({ maxRecordsPerBatch, maxBytesPerBatch }) => ({
    maxRecords: maxRecordsPerBatch,
    maxBytes: maxBytesPerBatch,
  }),
  showRecord: (_, { topic, partition }, offset) => `kcat -C -t ${topic} -p ${partition} -o ${offset} -c 1 -e`,
  create: ({ brokers, topics, startingOffsets }, clock) =>
    kafkaSource(
      {
        brokers,
        clientId: 'sprk',
        topics,
        startingOffsets:
          typeof startingOffsets === 'string'
            ? startingOffsets
            : {
                offsets: new Map(
                  startingOffsets.offsets.map(({ name, value }) => [
                    name,
                    new Map(value.map((partition) => [Number(partition.name), partition.value])),
                  ]),
                ),
              },
      },
      clock,
    ),
}
