// The source kafka as the plan makes it.

import type { SourceKind } from '../source.ts'
import { type KafkaSourceOptions, kafkaSource } from './kafka.ts'
import { kafkaView } from './kafka-look.ts'
import { securityOf } from './kafka-security-spec.ts'
import type { KafkaOptions } from './kafka-spec.ts'
import { describeSelection } from './kafka-subscription.ts'

export const kafkaKind: SourceKind<KafkaOptions> = {
  format: ({ format }) => format,
  canonical: ({ selection }) => describeSelection(selection),
  limits: ({ maxRecordsPerBatch, maxBytesPerBatch }) => ({
    maxRecords: maxRecordsPerBatch,
    maxBytes: maxBytesPerBatch,
  }),
  showRecord: ({ brokers }, { topic, partition }, offset) =>
    `kcat -C -b ${brokers.join(',')} -t ${topic} -p ${partition} -o ${offset} -c 1 -e`,
  create: (options, clock) => kafkaSource(sourceOptions(options), clock),
  look: (options, clock) => kafkaView(sourceOptions(options), clock),
}

function sourceOptions({ brokers, selection, startingOffsets, tls, sasl }: KafkaOptions): KafkaSourceOptions {
  return { ...securityOf({ tls, sasl }), ...selection, brokers, clientId: 'sprk', startingOffsets }
}
